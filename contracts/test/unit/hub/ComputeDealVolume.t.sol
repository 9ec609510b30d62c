// SPDX-License-Identifier: Apache-2.0
// computeDealVolume: how many tasks four orders still allow together, whether or not they fit.
pragma solidity 0.8.37;

import { OrderOperationEnum, WorkerpoolOrderOperation } from "../../../src/types/Orders.sol";
import { Orders } from "../../support/Market.sol";
import { vm } from "../../Vm.sol";
import { MatchTest } from "./MatchTest.sol";

contract ComputeDealVolumeTest is MatchTest {
    function testFuzz_the_volume_is_the_smallest_of_the_four(
        uint256 appVolume,
        uint256 datasetVolume,
        uint256 workerpoolVolume,
        uint256 requestVolume
    ) public {
        Orders memory orders = _ordersWithDataset();
        orders.app.volume = appVolume;
        orders.dataset.volume = datasetVolume;
        orders.workerpool.volume = workerpoolVolume;
        orders.request.volume = requestVolume;

        assertEq(_volume(orders), _min(_min(appVolume, datasetVolume), _min(workerpoolVolume, requestVolume)));
    }

    function testFuzz_without_a_dataset_it_is_the_smallest_of_three(
        uint256 appVolume,
        uint256 datasetVolume,
        uint256 workerpoolVolume,
        uint256 requestVolume
    ) public {
        Orders memory orders = _orders();
        orders.app.volume = appVolume;
        orders.dataset.volume = datasetVolume;
        orders.workerpool.volume = workerpoolVolume;
        orders.request.volume = requestVolume;

        assertEq(_volume(orders), _min(appVolume, _min(workerpoolVolume, requestVolume)));
    }

    function test_orders_without_end_have_a_volume_without_end() public {
        Orders memory orders = _ordersWithDataset();
        _setVolume(orders, type(uint256).max);

        assertEq(_volume(orders), type(uint256).max);
    }

    function test_each_order_counts_with_what_is_left_of_it() public {
        Orders memory orders = _ordersWithDataset();
        _setVolume(orders, 10);
        orders.app.volume = 4;
        _accepts(orders);
        assertEq(_volume(orders), 0);

        orders.app.salt = "another app order";
        orders.app.volume = 100;
        assertEq(_volume(orders), 6);

        orders.dataset.salt = "another dataset order";
        orders.dataset.volume = 5;
        assertEq(_volume(orders), 5);
    }

    function testFuzz_it_is_the_volume_of_the_deal_that_the_orders_make(uint8 first, uint8 second, uint8 third) public {
        Orders memory orders = _ordersWithDataset();
        orders.app.appprice = orders.dataset.datasetprice = orders.workerpool.workerpoolprice = 0;
        _setVolume(orders, 1 + uint256(first) + second);
        orders.dataset.volume = 1 + uint256(first);
        _accepts(orders);
        orders.dataset.salt = "another dataset order";
        orders.dataset.volume = third;

        uint256 volume = _volume(orders);

        assertEq(volume, _min(second, third));
        if (volume > 0) assertEq(hub.viewDeal(_accepts(orders)).botSize, volume);
    }

    function test_a_closed_order_leaves_nothing() public {
        Orders memory orders = _orders();
        vm.prank(scheduler.account);
        hub.manageWorkerpoolOrder(WorkerpoolOrderOperation(orders.workerpool, OrderOperationEnum.CLOSE, ""));

        assertEq(_volume(orders), 0);
    }

    function test_neither_signatures_nor_fit_are_looked_at() public {
        Orders memory orders = _ordersWithDataset();
        _setVolume(orders, 3);
        orders.app.app = orders.workerpool.workerpool = orders.request.requester = stranger;
        orders.app.appprice = type(uint256).max;
        orders.request.category = 99;
        orders.request.sign = "none";

        assertEq(_volume(orders), 3);
    }

    function test_orders_of_nothing_have_no_volume() public view {
        Orders memory orders;

        assertEq(_volume(orders), 0);
    }

    function _volume(Orders memory orders) private view returns (uint256) {
        return hub.computeDealVolume(orders.app, orders.dataset, orders.workerpool, orders.request);
    }

    function _min(uint256 left, uint256 right) private pure returns (uint256) {
        return left < right ? left : right;
    }
}
