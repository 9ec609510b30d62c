// SPDX-License-Identifier: Apache-2.0
// matchOrders: orders are used up by the tasks of their deals, and never beyond what they allow.
pragma solidity 0.8.37;

import { NothingLeftToMatch } from "../../../src/hub/Matching.sol";
import {
    AppOrderOperation,
    DatasetOrderOperation,
    OrderOperationEnum,
    RequestOrderOperation,
    WorkerpoolOrderOperation
} from "../../../src/types/Orders.sol";
import { Deal } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { vm } from "../../Vm.sol";
import { MatchTest } from "./MatchTest.sol";

contract MatchOrdersVolumeTest is MatchTest {
    function testFuzz_a_deal_is_as_large_as_the_smallest_of_its_orders(
        uint256 appVolume,
        uint256 datasetVolume,
        uint256 workerpoolVolume,
        uint256 requestVolume
    ) public {
        Orders memory orders = _freeOrdersWithDataset();
        orders.app.volume = bound(appVolume, 1, type(uint256).max);
        orders.dataset.volume = bound(datasetVolume, 1, type(uint256).max);
        orders.workerpool.volume = bound(workerpoolVolume, 1, type(uint256).max);
        orders.request.volume = bound(requestVolume, 1, type(uint64).max);
        uint256 smallest = _min(
            _min(orders.app.volume, orders.dataset.volume), _min(orders.workerpool.volume, orders.request.volume)
        );

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).botSize, smallest);
        _assertConsumed(orders, smallest);
    }

    function test_an_app_order_of_no_task_leaves_nothing_to_match() public {
        Orders memory orders = _ordersWithDataset();
        orders.app.volume = 0;

        _refuses(orders, _nothingLeft(0, 1, 1, 1));
    }

    function test_a_dataset_order_of_no_task_leaves_nothing_to_match() public {
        Orders memory orders = _ordersWithDataset();
        orders.dataset.volume = 0;

        _refuses(orders, _nothingLeft(1, 0, 1, 1));
    }

    function test_a_workerpool_order_of_no_task_leaves_nothing_to_match() public {
        Orders memory orders = _ordersWithDataset();
        orders.workerpool.volume = 0;

        _refuses(orders, _nothingLeft(1, 1, 0, 1));
    }

    function test_a_request_order_of_no_task_leaves_nothing_to_match() public {
        Orders memory orders = _ordersWithDataset();
        orders.request.volume = 0;

        _refuses(orders, _nothingLeft(1, 1, 1, 0));
    }

    function test_without_a_dataset_its_order_limits_nothing() public {
        Orders memory orders = _orders();
        orders.dataset.volume = 0;
        orders.request.volume = 0;

        _refuses(orders, _nothingLeft(1, type(uint256).max, 1, 0));
    }

    function test_without_a_dataset_its_order_is_not_used_up() public {
        Orders memory orders = _orders();
        orders.dataset.volume = 5;
        _accepts(orders);

        orders.dataset.dataset = dataset;
        assertEq(hub.viewConsumed(_datasetHash(orders)), 0);
        assertEq(hub.viewConsumed(0), 0);
    }

    function test_the_same_four_orders_match_only_once_when_they_are_used_up() public {
        Orders memory orders = _signedOrdersWithDataset();
        _match(orders);

        _refusesAsSigned(orders, _nothingLeft(0, 0, 0, 0));
    }

    function test_a_closed_app_order_leaves_nothing_to_match() public {
        Orders memory orders = _signedOrdersWithDataset();
        vm.prank(developer.account);
        hub.manageAppOrder(AppOrderOperation(orders.app, OrderOperationEnum.CLOSE, ""));

        _refusesAsSigned(orders, _nothingLeft(0, 1, 1, 1));
    }

    function test_a_closed_dataset_order_leaves_nothing_to_match() public {
        Orders memory orders = _signedOrdersWithDataset();
        vm.prank(provider.account);
        hub.manageDatasetOrder(DatasetOrderOperation(orders.dataset, OrderOperationEnum.CLOSE, ""));

        _refusesAsSigned(orders, _nothingLeft(1, 0, 1, 1));
    }

    function test_a_closed_workerpool_order_leaves_nothing_to_match() public {
        Orders memory orders = _signedOrdersWithDataset();
        vm.prank(scheduler.account);
        hub.manageWorkerpoolOrder(WorkerpoolOrderOperation(orders.workerpool, OrderOperationEnum.CLOSE, ""));

        _refusesAsSigned(orders, _nothingLeft(1, 1, 0, 1));
    }

    function test_a_closed_request_order_leaves_nothing_to_match() public {
        Orders memory orders = _signedOrdersWithDataset();
        vm.prank(requester.account);
        hub.manageRequestOrder(RequestOrderOperation(orders.request, OrderOperationEnum.CLOSE, ""));

        _refusesAsSigned(orders, _nothingLeft(1, 1, 1, 0));
    }

    function test_an_order_that_was_approved_and_closed_on_chain_stays_closed_when_it_is_approved_again() public {
        Orders memory orders = _signedOrders();
        vm.startPrank(requester.account);
        hub.manageRequestOrder(RequestOrderOperation(orders.request, OrderOperationEnum.CLOSE, ""));
        hub.manageRequestOrder(RequestOrderOperation(orders.request, OrderOperationEnum.SIGN, ""));
        vm.stopPrank();

        _refusesAsSigned(orders, _nothingLeft(1, type(uint256).max, 1, 0));
    }

    // Orders that are used in parts

    function test_a_second_match_goes_on_where_the_first_has_ended() public {
        Orders memory orders = _ordersWithDataset();
        _setVolume(orders, 10);
        orders.app.volume = 3;
        bytes32 first = _accepts(orders);
        orders.app.salt = "another app order";
        orders.app.volume = 4;

        bytes32 second = _accepts(orders);

        Deal memory deal = hub.viewDeal(second);
        assertEq(deal.botFirst, 3);
        assertEq(deal.botSize, 4);
        assertEq(second, keccak256(abi.encodePacked(_requestHash(orders), uint256(3))));
        assertEq(first, keccak256(abi.encodePacked(_requestHash(orders), uint256(0))));
        assertEq(hub.viewConsumed(_requestHash(orders)), 7);
        assertEq(hub.viewConsumed(_datasetHash(orders)), 7);
        assertEq(hub.viewConsumed(_workerpoolHash(orders)), 7);
        assertEq(hub.viewConsumed(_appHash(orders)), 4);
    }

    function test_a_first_deal_does_not_change_when_a_second_one_is_made_of_the_same_request() public {
        Orders memory orders = _orders();
        _setVolume(orders, 2);
        orders.app.volume = 1;
        bytes32 first = _accepts(orders);
        bytes memory before = abi.encode(hub.viewDeal(first));

        orders.app.salt = "another app order";
        _accepts(orders);

        assertEq(abi.encode(hub.viewDeal(first)), before);
    }

    function test_a_closed_remainder_ends_an_order_that_is_used_in_part() public {
        Orders memory orders = _orders();
        _setVolume(orders, 10);
        orders.app.volume = 3;
        _accepts(orders);
        vm.prank(requester.account);
        hub.manageRequestOrder(RequestOrderOperation(orders.request, OrderOperationEnum.CLOSE, ""));

        _refusesAsSigned(orders, _nothingLeft(0, type(uint256).max, 7, 0));
    }

    function test_what_is_left_of_each_order_is_told() public {
        Orders memory orders = _ordersWithDataset();
        orders.app.volume = 9;
        orders.dataset.volume = 8;
        orders.workerpool.volume = 7;
        orders.request.volume = 3;
        _accepts(orders);

        _refusesAsSigned(orders, _nothingLeft(6, 5, 4, 0));
    }

    function test_one_app_order_serves_many_requests() public {
        Orders memory orders = _orders();
        orders.app.volume = orders.workerpool.volume = 3;
        for (uint256 i = 0; i < 3; ++i) {
            orders.request.salt = bytes32(i + 1000);
            bytes32 dealid = _accepts(orders);
            assertEq(hub.viewDeal(dealid).botFirst, 0);
            assertEq(hub.viewConsumed(_appHash(orders)), i + 1);
        }
        orders.request.salt = "one too many";

        _refuses(orders, _nothingLeft(0, type(uint256).max, 0, 1));
    }

    function test_orders_without_end_serve_a_small_request() public {
        Orders memory orders = _ordersWithDataset();
        _setVolume(orders, type(uint256).max);
        orders.request.volume = 2;

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).botSize, 2);
        assertEq(hub.viewConsumed(_appHash(orders)), 2);
        assertEq(hub.viewConsumed(_workerpoolHash(orders)), 2);
    }

    function test_a_request_without_end_is_served_part_by_part() public {
        Orders memory orders = _orders();
        orders.request.volume = type(uint256).max;
        orders.app.volume = 2;
        orders.workerpool.volume = type(uint256).max;
        _accepts(orders);
        orders.app.salt = "another app order";

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).botFirst, 2);
        assertEq(hub.viewDeal(dealid).botSize, 2);
    }

    function testFuzz_no_order_is_ever_used_beyond_its_volume(uint8[8] memory volumes, uint8 requestVolume) public {
        Orders memory orders = _freeOrdersWithDataset();
        orders.request.volume = requestVolume;
        orders.workerpool.volume = orders.dataset.volume = type(uint256).max;
        uint256 used;

        for (uint256 i = 0; i < volumes.length; ++i) {
            orders.app.volume = volumes[i];
            orders.app.salt = bytes32(i + 1000);
            uint256 size = _min(volumes[i], requestVolume - used);
            if (size == 0) {
                _refuses(
                    orders,
                    _nothingLeft(volumes[i], type(uint256).max - used, type(uint256).max - used, requestVolume - used)
                );
            } else {
                Deal memory deal = hub.viewDeal(_accepts(orders));
                assertEq(deal.botFirst, used);
                assertEq(deal.botSize, size);
                used += size;
            }
            assertEq(hub.viewConsumed(_requestHash(orders)), used);
        }
        assertLe(used, requestVolume);
    }

    function _nothingLeft(uint256 app_, uint256 dataset_, uint256 workerpool_, uint256 request)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(NothingLeftToMatch.selector, app_, dataset_, workerpool_, request);
    }

    function _assertConsumed(Orders memory orders, uint256 volume) private view {
        assertEq(hub.viewConsumed(_appHash(orders)), volume);
        assertEq(hub.viewConsumed(_datasetHash(orders)), volume);
        assertEq(hub.viewConsumed(_workerpoolHash(orders)), volume);
        assertEq(hub.viewConsumed(_requestHash(orders)), volume);
    }

    function _freeOrdersWithDataset() private returns (Orders memory orders) {
        orders = _ordersWithDataset();
        orders.app.appprice = orders.dataset.datasetprice = orders.workerpool.workerpoolprice = 0;
    }

    function _min(uint256 left, uint256 right) private pure returns (uint256) {
        return left < right ? left : right;
    }
}
