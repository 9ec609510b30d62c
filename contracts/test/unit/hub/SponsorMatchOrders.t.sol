// SPDX-License-Identifier: Apache-2.0
// sponsorMatchOrders: the same match, paid by who calls.
pragma solidity 0.8.37;

import { InsufficientStake } from "../../../src/hub/Escrow.sol";
import { NothingLeftToMatch, RequestOrderNotSigned } from "../../../src/hub/Matching.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { IMatchErrors } from "../../../src/libraries/MatchLib.sol";
import { Deal } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { Vm, vm } from "../../Vm.sol";
import { MatchTest } from "./MatchTest.sol";

contract SponsorMatchOrdersTest is MatchTest {
    uint256 private constant PRICE = APP_PRICE + DATASET_PRICE + WORKERPOOL_PRICE;
    uint256 private constant STAKE = WORKERPOOL_PRICE * 30 / 100;

    function test_the_caller_pays_for_the_requester() public {
        Orders memory orders = _ordersWithDataset();
        _setVolume(orders, 3);
        _sign(orders);

        bytes32 dealid = _sponsor(orders);

        Deal memory deal = hub.viewDeal(dealid);
        assertEq(deal.sponsor, sponsor.account);
        assertEq(deal.requester, requester.account);
        assertEq(deal.beneficiary, requester.account);
        assertEq(deal.botSize, 3);
        assertEq(hub.balanceOf(sponsor.account), DEPOSIT - 3 * PRICE);
        assertEq(hub.frozenOf(sponsor.account), 3 * PRICE);
        assertEq(hub.balanceOf(requester.account), DEPOSIT);
        assertEq(hub.frozenOf(requester.account), 0);
        assertEq(hub.balanceOf(scheduler.account), DEPOSIT - 3 * STAKE);
        assertEq(hub.frozenOf(scheduler.account), 3 * STAKE);
        assertEq(hub.balanceOf(address(hub)), 3 * (PRICE + STAKE));
    }

    function test_a_sponsored_deal_has_the_id_that_follows_from_the_request() public {
        Orders memory orders = _signedOrders();

        bytes32 dealid = _sponsor(orders);

        assertEq(dealid, keccak256(abi.encodePacked(_requestHash(orders), uint256(0))));
    }

    function test_the_sponsor_is_told_after_everything_else() public {
        Orders memory orders = _signedOrdersWithDataset();

        vm.recordLogs();
        bytes32 dealid = _sponsor(orders);

        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 7);
        assertEq(logs[0].topics[0], IHubEvents.Transfer.selector);
        assertEq(logs[0].topics[1], bytes32(uint256(uint160(sponsor.account))));
        _assertPlain(logs[1], IHubEvents.Lock.selector, abi.encode(sponsor.account, PRICE));
        assertEq(logs[2].topics[0], IHubEvents.Transfer.selector);
        _assertPlain(logs[3], IHubEvents.Lock.selector, abi.encode(scheduler.account, STAKE));
        assertEq(logs[4].topics[0], IHubEvents.SchedulerNotice.selector);
        _assertPlain(logs[5], IHubEvents.OrdersMatched.selector, _matched(orders, dealid));
        _assertPlain(logs[6], IHubEvents.DealSponsored.selector, abi.encode(dealid, sponsor.account));
    }

    function test_a_requester_may_sponsor_himself() public {
        Orders memory orders = _signedOrders();

        vm.prank(requester.account);
        bytes32 dealid = hub.sponsorMatchOrders(orders.app, orders.dataset, orders.workerpool, orders.request);

        assertEq(hub.viewDeal(dealid).sponsor, requester.account);
        assertEq(hub.frozenOf(requester.account), APP_PRICE + WORKERPOOL_PRICE);
    }

    function test_a_scheduler_may_sponsor_a_deal_of_his_own_workerpool() public {
        Orders memory orders = _signedOrdersWithDataset();

        vm.prank(scheduler.account);
        bytes32 dealid = hub.sponsorMatchOrders(orders.app, orders.dataset, orders.workerpool, orders.request);

        assertEq(hub.viewDeal(dealid).sponsor, scheduler.account);
        assertEq(hub.frozenOf(scheduler.account), PRICE + STAKE);
        assertEq(hub.balanceOf(scheduler.account), DEPOSIT - PRICE - STAKE);
    }

    function test_a_requester_without_any_stake_can_be_sponsored() public {
        Orders memory orders = _signedOrders();
        vm.prank(requester.account);
        hub.transfer(stranger, DEPOSIT);

        bytes32 dealid = _sponsor(orders);

        assertEq(hub.viewDeal(dealid).requester, requester.account);
    }

    function test_a_sponsor_who_has_exactly_the_price_can_pay() public {
        Orders memory orders = _signedOrdersWithDataset();
        vm.prank(sponsor.account);
        hub.transfer(stranger, DEPOSIT - PRICE);

        _sponsor(orders);

        assertEq(hub.balanceOf(sponsor.account), 0);
    }

    function test_a_sponsor_who_misses_one_nano_is_refused() public {
        Orders memory orders = _signedOrdersWithDataset();
        vm.prank(sponsor.account);
        hub.transfer(stranger, DEPOSIT - PRICE + 1);

        _refusesToSponsor(orders, abi.encodeWithSelector(InsufficientStake.selector, sponsor.account, PRICE - 1, PRICE));
    }

    function test_a_second_sponsor_pays_for_what_is_left() public {
        Orders memory orders = _orders();
        _setVolume(orders, 5);
        orders.app.volume = 2;
        _sign(orders);
        _sponsor(orders);
        orders.app.salt = "another app order";
        orders.app.volume = 9;
        _sign(orders);

        vm.prank(workers[0].account);
        bytes32 second = hub.sponsorMatchOrders(orders.app, orders.dataset, orders.workerpool, orders.request);

        assertEq(hub.viewDeal(second).botFirst, 2);
        assertEq(hub.viewDeal(second).botSize, 3);
        assertEq(hub.viewDeal(second).sponsor, workers[0].account);
        assertEq(hub.frozenOf(workers[0].account), 3 * (APP_PRICE + WORKERPOOL_PRICE));
        assertEq(hub.frozenOf(sponsor.account), 2 * (APP_PRICE + WORKERPOOL_PRICE));
    }

    // Everything that matchOrders refuses, for example

    function test_a_sponsor_does_not_replace_the_signature_of_the_requester() public {
        Orders memory orders = _signedOrders();
        orders.request.sign = _signature(sponsor, _requestHash(orders));

        _refusesToSponsor(
            orders, abi.encodeWithSelector(RequestOrderNotSigned.selector, requester.account, _requestHash(orders))
        );
    }

    function test_nobody_can_sponsor_a_request_forged_in_the_name_of_the_zero_account() public {
        Orders memory orders = _orders();
        orders.request.requester = address(0);
        _sign(orders);
        orders.request.sign = new bytes(65);

        _refusesToSponsor(
            orders, abi.encodeWithSelector(RequestOrderNotSigned.selector, address(0), _requestHash(orders))
        );
    }

    function test_restrictions_are_about_the_requester_and_not_about_the_sponsor() public {
        Orders memory orders = _orders();
        orders.app.requesterrestrict = sponsor.account;
        _sign(orders);

        _refusesToSponsor(
            orders, _compared(IMatchErrors.RequesterRefusedByApp.selector, sponsor.account, requester.account)
        );
    }

    function test_orders_that_are_used_up_cannot_be_sponsored() public {
        Orders memory orders = _signedOrders();
        _match(orders);

        _refusesToSponsor(
            orders,
            abi.encodeWithSelector(NothingLeftToMatch.selector, uint256(0), type(uint256).max, uint256(0), uint256(0))
        );
    }

    function _sponsor(Orders memory orders) private returns (bytes32) {
        vm.prank(sponsor.account);
        return hub.sponsorMatchOrders(orders.app, orders.dataset, orders.workerpool, orders.request);
    }

    function _refusesToSponsor(Orders memory orders, bytes memory refusal) private {
        vm.prank(sponsor.account);
        vm.expectRevert(refusal);
        hub.sponsorMatchOrders(orders.app, orders.dataset, orders.workerpool, orders.request);
    }

    function _matched(Orders memory orders, bytes32 dealid) private view returns (bytes memory) {
        return abi.encode(
            dealid, _appHash(orders), _datasetHash(orders), _workerpoolHash(orders), _requestHash(orders), uint256(1)
        );
    }

    function _assertPlain(Vm.Log memory log, bytes32 topic, bytes memory data) private pure {
        assertEq(log.topics.length, 1);
        assertEq(log.topics[0], topic);
        assertEq(log.data, data);
    }
}
