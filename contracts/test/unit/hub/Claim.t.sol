// SPDX-License-Identifier: Apache-2.0
// task: one that was not finalized in time can be ended by anybody, and everybody gets his money back.
pragma solidity 0.8.37;

import { ArrayLengthMismatch } from "../../../src/hub/Escrow.sol";
import { IDeadlineErrors } from "../../../src/hub/Contributions.sol";
import { DealNotFound, IndexOutOfDeal, TaskAlreadyInitialized, TaskNotClaimable } from "../../../src/hub/Tasks.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { ContributionStatusEnum, Task, TaskStatusEnum } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { Vm, vm } from "../../Vm.sol";

contract ClaimTest is Work {
    function test_a_claim_refunds_seizes_and_unlocks_in_order() public {
        bytes32 taskid = _disputedTask();
        vm.warp(FINAL_DEADLINE);

        vm.recordLogs();
        vm.prank(stranger.account);
        hub.claim(taskid);

        Vm.Log[] memory happened = vm.getRecordedLogs();
        _emitFailure(taskid, requester.account);
        _emitUnlock(workers[0].account, WORKER_STAKE);
        _emitUnlock(workers[1].account, WORKER_STAKE);
        emit IHubEvents.TaskClaimed(taskid);
        _assertLogged(happened);
    }

    function test_a_claim_costs_only_the_scheduler_whose_stake_fills_the_kitty() public {
        bytes32 taskid = _disputedTask();
        vm.warp(FINAL_DEADLINE);

        hub.claim(taskid);

        _assertAccount(requester.account, DEPOSIT, 0);
        _assertAccount(scheduler.account, DEPOSIT - POOL_STAKE, 0);
        _assertAccount(workers[0].account, DEPOSIT, 0);
        _assertAccount(workers[1].account, DEPOSIT, 0);
        _assertAccount(developer.account, 0, 0);
        _assertAccount(hub.kitty_address(), 0, POOL_STAKE);
        _assertAccount(address(hub), POOL_STAKE, 0);
    }

    function test_a_claimed_task_has_failed_and_keeps_what_was_known() public {
        bytes32 taskid = _revealingTask();
        vm.warp(FINAL_DEADLINE);

        hub.claim(taskid);

        Task memory task = hub.viewTask(taskid);
        assertEq(uint256(task.status), uint256(TaskStatusEnum.FAILED));
        assertEq(task.consensusValue, _hashOf(taskid, RESULT));
        assertEq(task.contributors.length, 2);
    }

    function test_a_claim_changes_no_score() public {
        bytes32 taskid = _disputedTask();
        _setScore(workers[0].account, 9);
        vm.warp(FINAL_DEADLINE);

        hub.claim(taskid);

        assertEq(hub.viewScore(workers[0].account), 9);
        assertEq(hub.viewScore(workers[1].account), 0);
    }

    function test_a_sponsor_gets_back_what_he_paid_for_another() public {
        Orders memory orders = _ordersOfTrust(4);
        _sign(orders);
        vm.prank(sponsor.account);
        bytes32 dealid = hub.sponsorMatchOrders(orders.app, orders.dataset, orders.workerpool, orders.request);
        bytes32 taskid = hub.initialize(dealid, 0);
        vm.warp(FINAL_DEADLINE);

        hub.claim(taskid);

        _assertAccount(sponsor.account, DEPOSIT, 0);
        _assertAccount(requester.account, DEPOSIT, 0);
    }

    function test_the_refund_includes_the_price_of_the_dataset() public {
        Orders memory orders = _ordersOfTrust(4);
        _addDataset(orders);
        bytes32 taskid = _taskOf(orders);
        _assertAccount(requester.account, DEPOSIT - TASK_PRICE - DATASET_PRICE, TASK_PRICE + DATASET_PRICE);
        vm.warp(FINAL_DEADLINE);

        hub.claim(taskid);

        _assertAccount(requester.account, DEPOSIT, 0);
        _assertAccount(provider.account, 0, 0);
    }

    function test_a_claim_ends_one_task_of_a_deal_and_leaves_the_others() public {
        Orders memory orders = _ordersOfTrust(4);
        _setVolume(orders, 3);
        bytes32 taskid = _taskOf(orders);
        vm.warp(FINAL_DEADLINE);

        hub.claim(taskid);

        _assertAccount(requester.account, DEPOSIT - 2 * TASK_PRICE, 2 * TASK_PRICE);
        _assertAccount(scheduler.account, DEPOSIT - 3 * POOL_STAKE, 2 * POOL_STAKE);
    }

    function test_an_active_task_is_claimed_at_the_very_second_of_its_final_deadline() public {
        bytes32 taskid = _taskOfTrust(4);
        vm.warp(FINAL_DEADLINE);

        hub.claim(taskid);

        _assertStatus(taskid, TaskStatusEnum.FAILED);
    }

    function test_an_active_task_is_not_claimed_in_the_last_second_before_its_final_deadline() public {
        bytes32 taskid = _taskOfTrust(4);
        vm.warp(FINAL_DEADLINE - 1);

        _expectEarly();
        hub.claim(taskid);
    }

    function test_a_revealing_task_is_claimed_at_the_very_second_of_its_final_deadline() public {
        bytes32 taskid = _revealingTask();
        vm.warp(FINAL_DEADLINE);

        hub.claim(taskid);

        _assertStatus(taskid, TaskStatusEnum.FAILED);
    }

    function test_a_revealing_task_is_not_claimed_in_the_last_second_before_its_final_deadline() public {
        bytes32 taskid = _revealingTask();
        vm.warp(FINAL_DEADLINE - 1);

        _expectEarly();
        hub.claim(taskid);
    }

    function test_a_task_with_all_reveals_is_claimed_when_the_scheduler_never_finalized() public {
        bytes32 taskid = _revealedTask();
        vm.warp(FINAL_DEADLINE);

        hub.claim(taskid);

        _assertStatus(taskid, TaskStatusEnum.FAILED);
        _assertAccount(workers[0].account, DEPOSIT, 0);
        assertEq(
            uint256(hub.viewContribution(taskid, workers[0].account).status), uint256(ContributionStatusEnum.PROVED)
        );
    }

    function test_a_reopened_task_is_claimed_and_even_the_rejected_get_their_stake_back() public {
        bytes32 taskid = _revealingTask();
        skipTime(REVEAL_TIME);
        vm.prank(scheduler.account);
        hub.reopen(taskid);
        vm.warp(FINAL_DEADLINE);

        hub.claim(taskid);

        _assertAccount(workers[0].account, DEPOSIT, 0);
        _assertAccount(workers[1].account, DEPOSIT, 0);
        assertEq(hub.viewScore(workers[0].account), 0);
    }

    function test_a_task_started_late_is_claimed_at_once() public {
        bytes32 dealid = _dealOfTrust(4);
        skipTime(365 days);
        bytes32 taskid = hub.initialize(dealid, 0);

        hub.claim(taskid);

        _assertAccount(requester.account, DEPOSIT, 0);
        _assertAccount(scheduler.account, DEPOSIT - POOL_STAKE, 0);
    }

    function test_a_free_task_is_claimed_too_and_its_zeros_are_announced() public {
        Orders memory orders = _ordersOfTrust(4);
        orders.app.appprice = orders.workerpool.workerpoolprice = 0;
        bytes32 taskid = _taskOf(orders);
        vm.warp(FINAL_DEADLINE);

        vm.recordLogs();
        hub.claim(taskid);

        Vm.Log[] memory happened = vm.getRecordedLogs();
        _emitUnlock(requester.account, 0);
        emit IHubEvents.Seize(scheduler.account, 0, taskid);
        emit IHubEvents.Reward(hub.kitty_address(), 0, taskid);
        emit IHubEvents.Lock(hub.kitty_address(), 0);
        emit IHubEvents.TaskClaimed(taskid);
        _assertLogged(happened);
    }

    function test_a_task_that_was_not_started_is_not_claimed() public {
        bytes32 taskid = keccak256(abi.encodePacked(_dealOfTrust(4), uint256(0)));
        vm.warp(FINAL_DEADLINE);

        _expectStatus(taskid, TaskStatusEnum.UNSET);
        hub.claim(taskid);
    }

    function test_a_completed_task_is_not_claimed() public {
        bytes32 taskid = _completedTask();
        vm.warp(FINAL_DEADLINE);

        _expectStatus(taskid, TaskStatusEnum.COMPLETED);
        hub.claim(taskid);
    }

    function test_a_task_done_in_one_transaction_is_not_claimed() public {
        bytes32 taskid = _taskOfTrust(1);
        _contributeAndFinalize(workers[0], taskid, "");
        vm.warp(FINAL_DEADLINE);

        _expectStatus(taskid, TaskStatusEnum.COMPLETED);
        hub.claim(taskid);
    }

    function test_a_task_is_claimed_once() public {
        bytes32 taskid = _failedTask();

        _expectStatus(taskid, TaskStatusEnum.FAILED);
        hub.claim(taskid);
    }

    function test_the_status_is_refused_before_the_deadline() public {
        bytes32 taskid = _completedTask();

        _expectStatus(taskid, TaskStatusEnum.COMPLETED);
        hub.claim(taskid);
    }

    function test_many_tasks_are_claimed_at_once_in_the_given_order() public {
        bytes32[] memory taskids = new bytes32[](2);
        (taskids[0], taskids[1]) = (_taskOfTrust(4), _taskOfTrust(8));
        vm.warp(FINAL_DEADLINE);

        vm.recordLogs();
        vm.prank(stranger.account);
        bool done = hub.claimArray(taskids);

        Vm.Log[] memory happened = vm.getRecordedLogs();
        for (uint256 i = 0; i < 2; ++i) {
            _emitFailure(taskids[i], requester.account);
            emit IHubEvents.TaskClaimed(taskids[i]);
        }
        _assertLogged(happened);
        assertTrue(done);
        _assertAccount(hub.kitty_address(), 0, 2 * POOL_STAKE);
    }

    function test_one_task_that_cannot_be_claimed_undoes_all_the_claims() public {
        bytes32[] memory taskids = new bytes32[](2);
        (taskids[0], taskids[1]) = (_taskOfTrust(4), _completedTask());
        vm.warp(FINAL_DEADLINE);

        _expectStatus(taskids[1], TaskStatusEnum.COMPLETED);
        hub.claimArray(taskids);

        _assertStatus(taskids[0], TaskStatusEnum.ACTIVE);
    }

    function test_the_same_task_is_not_claimed_twice_at_once() public {
        bytes32[] memory taskids = new bytes32[](2);
        taskids[0] = taskids[1] = _taskOfTrust(4);
        vm.warp(FINAL_DEADLINE);

        _expectStatus(taskids[1], TaskStatusEnum.FAILED);
        hub.claimArray(taskids);
    }

    function test_to_claim_nothing_is_fine() public {
        vm.recordLogs();
        bool done = hub.claimArray(new bytes32[](0));

        assertTrue(done);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_tasks_are_started_and_claimed_one_after_the_other() public {
        (bytes32[] memory dealids, uint256[] memory indexes) = _twoIndexes();
        vm.warp(FINAL_DEADLINE);

        vm.recordLogs();
        vm.prank(stranger.account);
        bool done = hub.initializeAndClaimArray(dealids, indexes);

        Vm.Log[] memory happened = vm.getRecordedLogs();
        for (uint256 i = 0; i < 2; ++i) {
            bytes32 taskid = keccak256(abi.encodePacked(dealids[i], indexes[i]));
            emit IHubEvents.TaskInitialize(taskid, workerpool);
            _emitFailure(taskid, requester.account);
            emit IHubEvents.TaskClaimed(taskid);
        }
        _assertLogged(happened);
        assertTrue(done);
    }

    function test_a_requester_whose_tasks_nobody_started_gets_everything_back() public {
        (bytes32[] memory dealids, uint256[] memory indexes) = _twoIndexes();
        vm.warp(FINAL_DEADLINE);

        hub.initializeAndClaimArray(dealids, indexes);

        _assertAccount(requester.account, DEPOSIT, 0);
        _assertAccount(scheduler.account, DEPOSIT - 2 * POOL_STAKE, 0);
        _assertAccount(hub.kitty_address(), 0, 2 * POOL_STAKE);
    }

    function test_nothing_is_started_and_claimed_before_the_final_deadline() public {
        (bytes32[] memory dealids, uint256[] memory indexes) = _twoIndexes();
        vm.warp(FINAL_DEADLINE - 1);

        _expectEarly();
        hub.initializeAndClaimArray(dealids, indexes);
    }

    function test_a_task_that_runs_already_is_not_started_and_claimed() public {
        (bytes32[] memory dealids, uint256[] memory indexes) = _twoIndexes();
        bytes32 taskid = hub.initialize(dealids[1], indexes[1]);
        vm.warp(FINAL_DEADLINE);

        vm.expectRevert(abi.encodeWithSelector(TaskAlreadyInitialized.selector, taskid));
        hub.initializeAndClaimArray(dealids, indexes);

        _assertStatus(keccak256(abi.encodePacked(dealids[0], indexes[0])), TaskStatusEnum.UNSET);
    }

    function test_an_index_outside_the_deal_is_not_started_and_claimed() public {
        (bytes32[] memory dealids, uint256[] memory indexes) = _twoIndexes();
        indexes[1] = 2;
        vm.warp(FINAL_DEADLINE);

        vm.expectRevert(abi.encodeWithSelector(IndexOutOfDeal.selector, 2, 0, 2));
        hub.initializeAndClaimArray(dealids, indexes);
    }

    function test_a_deal_that_does_not_exist_is_not_started_and_claimed() public {
        (bytes32[] memory dealids, uint256[] memory indexes) = _twoIndexes();
        dealids[1] = keccak256("no deal");
        vm.warp(FINAL_DEADLINE);

        vm.expectRevert(abi.encodeWithSelector(DealNotFound.selector, dealids[1]));
        hub.initializeAndClaimArray(dealids, indexes);
    }

    function test_every_deal_to_start_and_claim_needs_its_index() public {
        vm.expectRevert(abi.encodeWithSelector(ArrayLengthMismatch.selector, 2, 1));
        hub.initializeAndClaimArray(new bytes32[](2), new uint256[](1));
    }

    function test_every_index_to_start_and_claim_needs_its_deal() public {
        vm.expectRevert(abi.encodeWithSelector(ArrayLengthMismatch.selector, 1, 2));
        hub.initializeAndClaimArray(new bytes32[](1), new uint256[](2));
    }

    function test_to_start_and_claim_nothing_is_fine() public {
        assertTrue(hub.initializeAndClaimArray(new bytes32[](0), new uint256[](0)));
    }

    /// Two workers voted for different results, and no consensus came.
    function _disputedTask() private returns (bytes32 taskid) {
        taskid = _taskOfTrust(4);
        _contribute(workers[0], taskid, RESULT);
        _contribute(workers[1], taskid, OTHER);
    }

    /// A deal of two tasks, both indexes.
    function _twoIndexes() private returns (bytes32[] memory dealids, uint256[] memory indexes) {
        Orders memory orders = _ordersOfTrust(4);
        _setVolume(orders, 2);
        _sign(orders);
        dealids = new bytes32[](2);
        dealids[0] = dealids[1] = _match(orders);
        indexes = new uint256[](2);
        indexes[1] = 1;
    }

    function _emitFailure(bytes32 taskid, address payer) private {
        _emitUnlock(payer, TASK_PRICE);
        emit IHubEvents.Seize(scheduler.account, POOL_STAKE, taskid);
        emit IHubEvents.Reward(0x99c2268479b93fDe36232351229815DF80837e23, POOL_STAKE, taskid);
        emit IHubEvents.Lock(0x99c2268479b93fDe36232351229815DF80837e23, POOL_STAKE);
    }

    function _expectEarly() private {
        vm.expectRevert(
            abi.encodeWithSelector(IDeadlineErrors.FinalDeadlineNotReached.selector, FINAL_DEADLINE - 1, FINAL_DEADLINE)
        );
    }

    function _expectStatus(bytes32 taskid, TaskStatusEnum status) private {
        vm.expectRevert(abi.encodeWithSelector(TaskNotClaimable.selector, taskid, status));
    }
}
