// SPDX-License-Identifier: Apache-2.0
// matchOrders: what a deal cannot hold is refused by name, and the largest values that it can hold come back whole.
pragma solidity 0.8.37;

import { InsufficientStake } from "../../../src/hub/Escrow.sol";
import { IWorkerpool } from "../../../src/interfaces/IWorkerpool.sol";
import { IRangeErrors } from "../../../src/libraries/DealLib.sol";
import { OrderOperationEnum, RequestOrderOperation } from "../../../src/types/Orders.sol";
import { Deal } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { vm } from "../../Vm.sol";
import { MatchTest } from "./MatchTest.sol";

contract MatchOrdersRangesTest is MatchTest {
    uint256 private constant MAX_PRICE = type(uint96).max;

    // Prices

    function test_the_largest_app_price_is_paid_by_who_has_all_stake_there_can_be() public {
        Orders memory orders = _freeOrdersWithDataset();
        orders.app.appprice = orders.request.appmaxprice = MAX_PRICE;
        _giveEverythingTo(requester.account);

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).app.price, MAX_PRICE);
        assertEq(hub.balanceOf(requester.account), 0);
        assertEq(hub.frozenOf(requester.account), MAX_PRICE);
    }

    function test_the_largest_dataset_price_is_paid_by_who_has_all_stake_there_can_be() public {
        Orders memory orders = _freeOrdersWithDataset();
        orders.dataset.datasetprice = orders.request.datasetmaxprice = MAX_PRICE;
        _giveEverythingTo(requester.account);

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).dataset.price, MAX_PRICE);
        assertEq(hub.frozenOf(requester.account), MAX_PRICE);
    }

    function test_an_app_price_beyond_96_bits_is_refused() public {
        Orders memory orders = _freeOrdersWithDataset();
        orders.app.appprice = orders.request.appmaxprice = MAX_PRICE + 1;

        _refuses(orders, _compared(IRangeErrors.AppPriceOutOfRange.selector, MAX_PRICE + 1, MAX_PRICE));
    }

    function test_a_dataset_price_beyond_96_bits_is_refused() public {
        Orders memory orders = _freeOrdersWithDataset();
        orders.dataset.datasetprice = orders.request.datasetmaxprice = MAX_PRICE + 1;

        _refuses(orders, _compared(IRangeErrors.DatasetPriceOutOfRange.selector, MAX_PRICE + 1, MAX_PRICE));
    }

    function test_a_workerpool_price_beyond_96_bits_is_refused() public {
        Orders memory orders = _freeOrdersWithDataset();
        orders.workerpool.workerpoolprice = orders.request.workerpoolmaxprice = MAX_PRICE + 1;

        _refuses(orders, _compared(IRangeErrors.WorkerpoolPriceOutOfRange.selector, MAX_PRICE + 1, MAX_PRICE));
    }

    function test_the_largest_workerpool_price_is_in_range_and_only_the_stake_is_missing() public {
        Orders memory orders = _freeOrdersWithDataset();
        orders.workerpool.workerpoolprice = orders.request.workerpoolmaxprice = MAX_PRICE;

        _refuses(orders, abi.encodeWithSelector(InsufficientStake.selector, requester.account, DEPOSIT, MAX_PRICE));
    }

    function test_the_largest_price_that_a_word_holds_is_refused() public {
        Orders memory orders = _freeOrdersWithDataset();
        orders.app.appprice = orders.request.appmaxprice = type(uint256).max;

        _refuses(orders, _compared(IRangeErrors.AppPriceOutOfRange.selector, type(uint256).max, MAX_PRICE));
    }

    function test_the_largest_prices_and_volume_together_do_not_overflow() public {
        Orders memory orders = _ordersWithDataset();
        orders.app.appprice = orders.request.appmaxprice = MAX_PRICE;
        orders.dataset.datasetprice = orders.request.datasetmaxprice = MAX_PRICE;
        orders.workerpool.workerpoolprice = orders.request.workerpoolmaxprice = MAX_PRICE;
        _setVolume(orders, type(uint64).max);

        _refuses(
            orders,
            abi.encodeWithSelector(
                InsufficientStake.selector, requester.account, DEPOSIT, 3 * MAX_PRICE * type(uint64).max
            )
        );
    }

    function test_the_price_of_a_dataset_order_is_free_of_range_without_a_dataset() public {
        Orders memory orders = _orders();
        orders.dataset.datasetprice = orders.request.datasetmaxprice = type(uint256).max;

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).dataset.price, 0);
    }

    // Trust

    function test_the_largest_trust_comes_back_whole() public {
        Orders memory orders = _orders();
        orders.request.trust = orders.workerpool.trust = type(uint64).max;

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).trust, type(uint64).max);
    }

    function test_a_trust_beyond_64_bits_is_refused() public {
        Orders memory orders = _orders();
        orders.request.trust = orders.workerpool.trust = 1 << 64;

        _refuses(orders, _compared(IRangeErrors.TrustOutOfRange.selector, 1 << 64, type(uint64).max));
    }

    function test_a_workerpool_may_offer_more_trust_than_a_deal_holds() public {
        Orders memory orders = _orders();
        orders.workerpool.trust = type(uint256).max;

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).trust, 1);
    }

    // Volume

    function test_the_largest_volume_comes_back_whole() public {
        Orders memory orders = _freeOrdersWithDataset();
        _setVolume(orders, type(uint64).max);

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).botSize, type(uint64).max);
        assertEq(hub.viewDeal(dealid).botFirst, 0);
    }

    function test_a_deal_beyond_the_64_bits_of_a_task_index_is_refused() public {
        Orders memory orders = _freeOrdersWithDataset();
        _setVolume(orders, 1 << 64);

        _refuses(orders, _compared(IRangeErrors.VolumeOutOfRange.selector, 1 << 64, type(uint64).max));
    }

    function test_the_largest_volume_of_all_orders_is_refused_without_overflow() public {
        Orders memory orders = _freeOrdersWithDataset();
        _setVolume(orders, type(uint256).max);

        _refuses(orders, _compared(IRangeErrors.VolumeOutOfRange.selector, type(uint256).max, type(uint64).max));
    }

    function test_the_last_task_that_an_index_can_number_is_sold() public {
        Orders memory orders = _usedUpToTheLastIndex();

        bytes32 dealid = _accepts(orders);

        Deal memory deal = hub.viewDeal(dealid);
        assertEq(deal.botFirst, type(uint64).max - 1);
        assertEq(deal.botSize, 1);
        assertEq(hub.viewConsumed(_requestHash(orders)), type(uint64).max);
    }

    function test_the_task_after_the_last_index_is_refused() public {
        Orders memory orders = _usedUpToTheLastIndex();
        orders.app.volume = 2;

        _refuses(orders, _compared(IRangeErrors.VolumeOutOfRange.selector, 1 << 64, type(uint64).max));
    }

    function test_a_request_that_is_too_large_to_be_matched_can_still_be_closed() public {
        Orders memory orders = _freeOrdersWithDataset();
        _setVolume(orders, type(uint256).max);

        vm.prank(requester.account);
        hub.manageRequestOrder(RequestOrderOperation(orders.request, OrderOperationEnum.CLOSE, ""));

        assertEq(hub.viewConsumed(_requestHash(orders)), type(uint256).max);
    }

    // Stake of a worker

    function test_the_largest_stake_of_a_worker_comes_back_whole() public {
        bytes32 dealid = _accepts(_ordersWithWorkerStake(100, type(uint96).max));

        assertEq(hub.viewDeal(dealid).workerStake, type(uint96).max);
    }

    function test_a_stake_of_a_worker_beyond_96_bits_is_refused() public {
        Orders memory orders = _ordersWithWorkerStake(100, 1 << 96);

        _refuses(orders, _compared(IRangeErrors.WorkerStakeOutOfRange.selector, 1 << 96, type(uint96).max));
    }

    function test_a_stake_of_a_worker_that_overflows_is_refused_with_the_most_that_it_can_be() public {
        Orders memory orders = _ordersWithWorkerStake(WORKERPOOL_PRICE, type(uint248).max);

        _refuses(
            orders, _compared(IRangeErrors.WorkerStakeOutOfRange.selector, type(uint256).max / 100, type(uint96).max)
        );
    }

    function testFuzz_the_stake_of_a_worker_is_a_share_of_the_price_rounded_down(uint64 price, uint16 ratio) public {
        uint256 asked = bound(price, 0, DEPOSIT);

        bytes32 dealid = _accepts(_ordersWithWorkerStake(asked, ratio));

        assertEq(hub.viewDeal(dealid).workerStake, asked * ratio / 100);
    }

    // Share of the scheduler

    function test_a_workerpool_may_take_everything() public {
        vm.prank(scheduler.account);
        IWorkerpool(workerpool).changePolicy(30, 100);

        bytes32 dealid = _accepts(_orders());

        assertEq(hub.viewDeal(dealid).schedulerRewardRatio, 100);
    }

    function test_a_policy_of_later_does_not_reach_a_deal() public {
        bytes32 dealid = _accepts(_orders());

        vm.prank(scheduler.account);
        IWorkerpool(workerpool).changePolicy(77, 99);

        assertEq(hub.viewDeal(dealid).schedulerRewardRatio, 1);
        assertEq(hub.viewDeal(dealid).workerStake, WORKERPOOL_PRICE * 30 / 100);
    }

    function _freeOrdersWithDataset() private returns (Orders memory orders) {
        orders = _ordersWithDataset();
        orders.app.appprice = orders.dataset.datasetprice = orders.workerpool.workerpoolprice = 0;
    }

    function _ordersWithWorkerStake(uint256 price, uint256 ratio) private returns (Orders memory orders) {
        vm.prank(scheduler.account);
        IWorkerpool(workerpool).changePolicy(ratio, 1);
        orders = _orders();
        orders.app.appprice = 0;
        orders.workerpool.workerpoolprice = orders.request.workerpoolmaxprice = price;
    }

    /// A request of which all but the last numbered task is used, and orders that allow one more.
    function _usedUpToTheLastIndex() private returns (Orders memory orders) {
        orders = _freeOrdersWithDataset();
        _setVolume(orders, type(uint256).max);
        orders.app.volume = type(uint64).max - 1;
        _accepts(orders);
        orders.app.volume = 1;
    }

    /// All stake that the hub can ever hold is given to `account`.
    function _giveEverythingTo(address account) private {
        for (uint256 i = 0; i < workers.length; ++i) {
            _empty(workers[i].account, account);
        }
        _empty(scheduler.account, account);
        _empty(sponsor.account, account);
        vm.mockCall(address(rlc), abi.encodeWithSelector(rlc.transferFrom.selector), abi.encode(true));
        hub.depositFor(MAX_PRICE - hub.totalSupply(), account);
        assertEq(hub.balanceOf(account), MAX_PRICE);
    }

    function _empty(address from, address to) private {
        uint256 balance = hub.balanceOf(from);
        vm.prank(from);
        hub.transfer(to, balance);
    }
}
