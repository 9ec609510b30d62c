// SPDX-License-Identifier: Apache-2.0
// Weaknesses that follow from the kept interface, by the names of docs/audit.md: what happens, and what helps.
pragma solidity 0.8.37;

import { InsufficientStake } from "../../../src/hub/Escrow.sol";
import { NothingLeftToMatch } from "../../../src/hub/Matching.sol";
import { IRangeErrors } from "../../../src/libraries/DealLib.sol";
import { Deal, Task, TaskStatusEnum } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { vm } from "../../Vm.sol";

contract WeaknessesInherentTest is Work {
    // W3: a sponsored match can be turned into one that the requester pays

    function test_W3_who_is_faster_than_the_sponsor_makes_the_requester_pay() public {
        Orders memory orders = _signedOrders();

        vm.prank(stranger.account);
        bytes32 dealid = _match(orders);

        assertEq(hub.viewDeal(dealid).sponsor, requester.account);
        _assertAccount(requester.account, DEPOSIT - TASK_PRICE, TASK_PRICE);
        vm.expectRevert(abi.encodeWithSelector(NothingLeftToMatch.selector, 0, type(uint256).max, 0, 0));
        vm.prank(sponsor.account);
        hub.sponsorMatchOrders(orders.app, orders.dataset, orders.workerpool, orders.request);
    }

    function test_W3_a_requester_without_free_stake_is_immune() public {
        vm.prank(requester.account);
        hub.withdraw(DEPOSIT);
        Orders memory orders = _signedOrders();

        vm.expectRevert(abi.encodeWithSelector(InsufficientStake.selector, requester.account, 0, TASK_PRICE));
        vm.prank(stranger.account);
        hub.matchOrders(orders.app, orders.dataset, orders.workerpool, orders.request);
        vm.prank(sponsor.account);
        bytes32 dealid = hub.sponsorMatchOrders(orders.app, orders.dataset, orders.workerpool, orders.request);

        assertEq(hub.viewDeal(dealid).sponsor, sponsor.account);
    }

    // W7: who votes and never reveals loses nothing when the scheduler fails too

    function test_W7_silent_winners_get_their_stake_back_when_the_scheduler_is_silent_too() public {
        bytes32 taskid = _revealingTask();
        vm.warp(FINAL_DEADLINE);

        hub.claim(taskid);

        _assertAccount(workers[0].account, DEPOSIT, 0);
        _assertAccount(workers[1].account, DEPOSIT, 0);
        _assertAccount(requester.account, DEPOSIT, 0);
        _assertAccount(scheduler.account, DEPOSIT - POOL_STAKE, 0);
    }

    function test_W7_silent_winners_lose_their_stake_when_the_scheduler_reopens_in_time() public {
        bytes32 taskid = _revealingTask();
        skipTime(REVEAL_TIME);
        vm.prank(scheduler.account);
        hub.reopen(taskid);
        for (uint256 i = 2; i < 4; ++i) {
            _contribute(workers[i], taskid, RESULT);
        }
        for (uint256 i = 2; i < 4; ++i) {
            _reveal(workers[i], taskid, RESULT);
        }

        _finalize(taskid);

        _assertAccount(workers[0].account, DEPOSIT - WORKER_STAKE, 0);
        _assertAccount(workers[1].account, DEPOSIT - WORKER_STAKE, 0);
        assertGt(hub.balanceOf(workers[2].account), DEPOSIT);
    }

    // W8: the published result is not bound to the digest that the workers agreed on

    function test_W8_a_scheduler_may_publish_what_nobody_computed_and_everybody_can_tell() public {
        bytes32 taskid = _revealedTask();

        _finalizeWith(taskid, "something else", "");

        Task memory task = hub.viewTask(taskid);
        assertTrue(task.status == TaskStatusEnum.COMPLETED);
        assertEq(task.results, "something else");
        assertEq(task.resultDigest, _digest(RESULT));
        assertNotEq(task.resultDigest, keccak256(task.results));
    }

    // W9: the policy of a workerpool is not in its orders

    function test_W9_a_policy_that_is_changed_between_signature_and_match_binds_the_deal() public {
        Orders memory orders = _signedOrders();
        _policy(1000, 100);

        Deal memory deal = hub.viewDeal(_match(orders));

        assertEq(deal.workerStake, 10 * WORKERPOOL_PRICE);
        assertEq(deal.schedulerRewardRatio, 100);
    }

    function test_W9_a_policy_that_is_changed_after_the_match_does_not() public {
        bytes32 dealid = _dealOfTrust(1);

        _policy(1000, 100);

        assertEq(hub.viewDeal(dealid).workerStake, WORKER_STAKE);
        assertEq(hub.viewDeal(dealid).schedulerRewardRatio, 1);
    }

    function test_W9_a_stake_beyond_all_rlc_is_refused_at_the_match() public {
        Orders memory orders = _signedOrders();
        uint256 ratio = 100 * uint256(type(uint96).max);
        _policy(ratio, 1);

        vm.expectRevert(
            abi.encodeWithSelector(
                IRangeErrors.WorkerStakeOutOfRange.selector, WORKERPOOL_PRICE * ratio / 100, type(uint96).max
            )
        );
        _match(orders);
    }

    function test_W9_a_worker_who_cannot_pay_such_a_stake_loses_nothing_by_it() public {
        Orders memory orders = _signedOrders();
        _policy(10_000_000, 1);
        bytes32 taskid = hub.initialize(_match(orders), 0);
        uint256 stake = WORKERPOOL_PRICE * 100_000;
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, address(0));
        bytes32 seal = _sealOf(workers[0].account, taskid, RESULT);

        vm.expectRevert(abi.encodeWithSelector(InsufficientStake.selector, workers[0].account, DEPOSIT, stake));
        vm.prank(workers[0].account);
        hub.contribute(taskid, _hashOf(taskid, RESULT), seal, address(0), "", permit);

        _assertAccount(workers[0].account, DEPOSIT, 0);
    }
}
