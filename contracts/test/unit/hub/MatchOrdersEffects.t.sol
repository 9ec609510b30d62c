// SPDX-License-Identifier: Apache-2.0
// matchOrders: the deal that is written, the funds that are locked, and what is told, in order.
pragma solidity 0.8.37;

import { InsufficientStake } from "../../../src/hub/Escrow.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { Account, Deal } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { Vm, vm } from "../../Vm.sol";
import { MatchTest } from "./MatchTest.sol";

contract MatchOrdersEffectsTest is MatchTest {
    function test_a_deal_holds_what_the_orders_and_the_moment_say() public {
        Orders memory orders = _ordersWithDataset();
        _setVolume(orders, 3);
        orders.request.trust = 7;
        orders.request.beneficiary = stranger;
        orders.request.callback = address(0xCA11);
        orders.request.tag = orders.workerpool.tag = GPU;
        vm.warp(START + 12_345);

        Deal memory deal = hub.viewDeal(_accepts(orders));

        _assertResource(abi.encode(deal.app), app, developer.account, APP_PRICE);
        _assertResource(abi.encode(deal.dataset), dataset, provider.account, DATASET_PRICE);
        _assertResource(abi.encode(deal.workerpool), workerpool, scheduler.account, WORKERPOOL_PRICE);
        assertEq(deal.trust, 7);
        assertEq(deal.category, CATEGORY_XS);
        assertEq(deal.tag, GPU);
        assertEq(deal.requester, requester.account);
        assertEq(deal.beneficiary, stranger);
        assertEq(deal.callback, address(0xCA11));
        assertEq(deal.params, orders.request.params);
        assertEq(deal.startTime, START + 12_345);
        assertEq(deal.botFirst, 0);
        assertEq(deal.botSize, 3);
        assertEq(deal.workerStake, WORKERPOOL_PRICE * 30 / 100);
        assertEq(deal.schedulerRewardRatio, 1);
        assertEq(deal.sponsor, requester.account);
    }

    function test_a_deal_has_the_id_that_follows_from_the_request() public {
        Orders memory orders = _signedOrders();

        bytes32 dealid = _match(orders);

        assertEq(dealid, keccak256(abi.encodePacked(_requestHash(orders), uint256(0))));
    }

    function test_without_a_dataset_a_deal_has_none_and_it_costs_nothing() public {
        Orders memory orders = _orders();
        orders.dataset.datasetprice = orders.request.datasetmaxprice = DATASET_PRICE;

        Deal memory deal = hub.viewDeal(_accepts(orders));

        _assertResource(abi.encode(deal.dataset), address(0), address(0), 0);
        assertEq(hub.frozenOf(requester.account), APP_PRICE + WORKERPOOL_PRICE);
    }

    function test_no_trust_is_a_trust_of_one() public {
        assertEq(hub.viewDeal(_dealOfTrust(0)).trust, 1);
    }

    function test_a_deal_that_nobody_made_reads_as_zeros() public view {
        Deal memory nothing;

        assertEq(abi.encode(hub.viewDeal("nothing")), abi.encode(nothing));
        assertEq(abi.encode(hub.viewDeal(0)), abi.encode(nothing));
    }

    // Money

    function test_the_requester_locks_all_prices_and_the_scheduler_his_stake_for_every_task() public {
        Orders memory orders = _ordersWithDataset();
        _setVolume(orders, 4);
        uint256 supply = hub.totalSupply();

        _accepts(orders);

        uint256 price = 4 * (APP_PRICE + DATASET_PRICE + WORKERPOOL_PRICE);
        uint256 stake = 4 * (WORKERPOOL_PRICE * 30 / 100);
        _assertAccount(requester.account, DEPOSIT - price, price);
        _assertAccount(scheduler.account, DEPOSIT - stake, stake);
        _assertAccount(address(hub), price + stake, 0);
        _assertAccount(developer.account, 0, 0);
        _assertAccount(provider.account, 0, 0);
        _assertAccount(sponsor.account, DEPOSIT, 0);
        assertEq(hub.totalSupply(), supply);
    }

    function test_the_stake_of_one_task_is_rounded_down_before_it_is_multiplied() public {
        Orders memory orders = _orders();
        _setVolume(orders, 10);
        orders.workerpool.workerpoolprice = 9;

        _accepts(orders);

        assertEq(hub.frozenOf(scheduler.account), 20);
    }

    function testFuzz_both_sides_lock_what_the_prices_say(uint64 appPrice, uint64 datasetPrice, uint64 poolPrice)
        public
    {
        Orders memory orders = _ordersWithDataset();
        orders.app.appprice = orders.request.appmaxprice = bound(appPrice, 0, 4000e9);
        orders.dataset.datasetprice = orders.request.datasetmaxprice = bound(datasetPrice, 0, 4000e9);
        orders.workerpool.workerpoolprice = orders.request.workerpoolmaxprice = bound(poolPrice, 0, 4000e9);
        _setVolume(orders, 7);

        _accepts(orders);

        uint256 price = 7 * (orders.app.appprice + orders.dataset.datasetprice + orders.workerpool.workerpoolprice);
        uint256 stake = 7 * (orders.workerpool.workerpoolprice * 30 / 100);
        _assertAccount(requester.account, DEPOSIT - price, price);
        _assertAccount(scheduler.account, DEPOSIT - stake, stake);
        _assertAccount(address(hub), price + stake, 0);
    }

    function test_the_policy_of_a_workerpool_changes_nothing_about_what_its_owner_locks() public {
        vm.prank(scheduler.account);
        (bool done,) = workerpool.call(abi.encodeWithSignature("changePolicy(uint256,uint256)", 1000, 50));
        assertTrue(done);

        _accepts(_orders());

        assertEq(hub.frozenOf(scheduler.account), WORKERPOOL_PRICE * 30 / 100);
    }

    function test_a_requester_who_has_exactly_the_price_can_pay() public {
        _leave(requester.account, APP_PRICE + WORKERPOOL_PRICE);

        _accepts(_orders());

        _assertAccount(requester.account, 0, APP_PRICE + WORKERPOOL_PRICE);
    }

    function test_a_requester_who_misses_one_nano_is_refused() public {
        uint256 price = APP_PRICE + WORKERPOOL_PRICE;
        _leave(requester.account, price - 1);

        _refuses(_orders(), abi.encodeWithSelector(InsufficientStake.selector, requester.account, price - 1, price));
    }

    function test_a_scheduler_who_has_exactly_the_stake_can_sell() public {
        _leave(scheduler.account, WORKERPOOL_PRICE * 30 / 100);

        _accepts(_orders());

        _assertAccount(scheduler.account, 0, WORKERPOOL_PRICE * 30 / 100);
    }

    function test_a_scheduler_who_misses_one_nano_is_refused() public {
        uint256 stake = WORKERPOOL_PRICE * 30 / 100;
        _leave(scheduler.account, stake - 1);

        _refuses(_orders(), abi.encodeWithSelector(InsufficientStake.selector, scheduler.account, stake - 1, stake));
    }

    function test_who_buys_from_his_own_workerpool_locks_both() public {
        Orders memory orders = _ownOrders();
        uint256 both = APP_PRICE + WORKERPOOL_PRICE + WORKERPOOL_PRICE * 30 / 100;
        _leave(scheduler.account, both);

        _match(orders);

        _assertAccount(scheduler.account, 0, both);
    }

    function test_who_buys_from_his_own_workerpool_needs_enough_for_both() public {
        Orders memory orders = _ownOrders();
        uint256 stake = WORKERPOOL_PRICE * 30 / 100;
        _leave(scheduler.account, APP_PRICE + WORKERPOOL_PRICE + stake - 1);

        _refusesAsSigned(
            orders, abi.encodeWithSelector(InsufficientStake.selector, scheduler.account, stake - 1, stake)
        );
    }

    function test_what_is_locked_for_one_deal_pays_for_no_other() public {
        _leave(requester.account, 2 * (APP_PRICE + WORKERPOOL_PRICE) - 1);
        _accepts(_orders());

        _refuses(
            _orders(),
            abi.encodeWithSelector(
                InsufficientStake.selector,
                requester.account,
                APP_PRICE + WORKERPOOL_PRICE - 1,
                APP_PRICE + WORKERPOOL_PRICE
            )
        );
    }

    // Events

    function test_locks_then_the_notice_then_the_match_are_told() public {
        Orders memory orders = _ordersWithDataset();
        _setVolume(orders, 2);
        _sign(orders);

        vm.recordLogs();
        bytes32 dealid = _match(orders);

        _assertLogs(
            orders, dealid, 2 * (APP_PRICE + DATASET_PRICE + WORKERPOOL_PRICE), 2 * (WORKERPOOL_PRICE * 30 / 100), 2
        );
    }

    function test_without_a_dataset_the_match_is_told_with_a_zero_hash() public {
        Orders memory orders = _signedOrders();

        vm.recordLogs();
        bytes32 dealid = _match(orders);

        _assertLogs(orders, dealid, APP_PRICE + WORKERPOOL_PRICE, WORKERPOOL_PRICE * 30 / 100, 1);
    }

    function test_a_deal_that_costs_nothing_tells_its_locks_too() public {
        Orders memory orders = _orders();
        orders.app.appprice = orders.workerpool.workerpoolprice = 0;
        _sign(orders);

        vm.recordLogs();
        bytes32 dealid = _match(orders);

        _assertLogs(orders, dealid, 0, 0, 1);
    }

    function _assertLogs(Orders memory orders, bytes32 dealid, uint256 price, uint256 stake, uint256 volume) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 6);
        _assertTransfer(logs[0], requester.account, address(hub), price);
        _assertLock(logs[1], requester.account, price);
        _assertTransfer(logs[2], scheduler.account, address(hub), stake);
        _assertLock(logs[3], scheduler.account, stake);
        _assertLog(logs[4], IHubEvents.SchedulerNotice.selector, 2, abi.encode(dealid));
        assertEq(logs[4].topics[1], bytes32(uint256(uint160(workerpool))));
        _assertLog(
            logs[5],
            IHubEvents.OrdersMatched.selector,
            1,
            abi.encode(
                dealid, _appHash(orders), _datasetHash(orders), _workerpoolHash(orders), _requestHash(orders), volume
            )
        );
    }

    function _assertTransfer(Vm.Log memory log, address from, address to, uint256 amount) private view {
        _assertLog(log, IHubEvents.Transfer.selector, 3, abi.encode(amount));
        assertEq(log.topics[1], bytes32(uint256(uint160(from))));
        assertEq(log.topics[2], bytes32(uint256(uint160(to))));
    }

    function _assertLock(Vm.Log memory log, address account, uint256 amount) private view {
        _assertLog(log, IHubEvents.Lock.selector, 1, abi.encode(account, amount));
    }

    function _assertLog(Vm.Log memory log, bytes32 topic, uint256 topics, bytes memory data) private view {
        assertEq(log.emitter, address(hub));
        assertEq(log.topics.length, topics);
        assertEq(log.topics[0], topic);
        assertEq(log.data, data);
    }

    function _assertResource(bytes memory resource, address pointer, address owner_, uint256 price) private pure {
        assertEq(resource, abi.encode(pointer, owner_, price));
    }

    function _assertAccount(address account, uint256 stake, uint256 locked) private view {
        Account memory found = hub.viewAccount(account);
        assertEq(found.stake, stake);
        assertEq(found.locked, locked);
    }

    /// Orders of a scheduler who requests from himself.
    function _ownOrders() private returns (Orders memory orders) {
        orders = _orders();
        orders.request.requester = orders.request.beneficiary = scheduler.account;
        _sign(orders);
        orders.request.sign = _signature(scheduler, _requestHash(orders));
    }

    function _leave(address account, uint256 amount) private {
        uint256 excess = hub.balanceOf(account) - amount;
        vm.prank(account);
        hub.transfer(stranger, excess);
    }
}
