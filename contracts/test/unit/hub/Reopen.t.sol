// SPDX-License-Identifier: Apache-2.0
// contribution: when nobody who agreed has revealed in time, the scheduler rejects them and the task starts over.
pragma solidity 0.8.37;

import { IDeadlineErrors, TaskNotRevealing } from "../../../src/hub/Contributions.sol";
import { NotTheScheduler, RevealsPresent } from "../../../src/hub/Tasks.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { Contribution, ContributionStatusEnum, Task, TaskStatusEnum } from "../../../src/types/Views.sol";
import { Work } from "../../support/Work.sol";
import { Vm, vm } from "../../Vm.sol";

contract ReopenTest is Work {
    uint256 private constant REVEAL_DEADLINE = START + REVEAL_TIME;

    function test_a_reopened_task_is_active_again_and_that_is_announced() public {
        bytes32 taskid = _silentTask();

        vm.recordLogs();
        _reopen(taskid);

        Vm.Log[] memory happened = vm.getRecordedLogs();
        emit IHubEvents.TaskReopen(taskid);
        _assertLogged(happened);
        Task memory task = hub.viewTask(taskid);
        assertEq(uint256(task.status), uint256(TaskStatusEnum.ACTIVE));
        assertEq(task.consensusValue, bytes32(0));
        assertEq(task.revealDeadline, 0);
        assertEq(task.winnerCounter, 0);
        assertEq(task.revealCounter, 0);
        assertEq(task.resultDigest, bytes32(0));
    }

    function test_who_agreed_and_stayed_silent_is_rejected() public {
        bytes32 taskid = _silentTask();

        _reopen(taskid);

        _assertContribution(taskid, 0, ContributionStatusEnum.REJECTED, RESULT);
        _assertContribution(taskid, 1, ContributionStatusEnum.REJECTED, RESULT);
    }

    function test_who_voted_for_another_result_is_not_rejected() public {
        bytes32 taskid = _taskOfTrust(4);
        _contribute(workers[0], taskid, OTHER);
        _contribute(workers[1], taskid, RESULT);
        _contribute(workers[2], taskid, RESULT);
        _contribute(workers[3], taskid, RESULT);
        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
        _contribute(workers[4], taskid, RESULT);
        skipTime(REVEAL_TIME);

        _reopen(taskid);

        _assertContribution(taskid, 0, ContributionStatusEnum.CONTRIBUTED, OTHER);
        _assertContribution(taskid, 4, ContributionStatusEnum.REJECTED, RESULT);
    }

    function test_the_rejected_stay_among_the_contributors_in_their_order() public {
        bytes32 taskid = _silentTask();

        _reopen(taskid);
        _contribute(workers[2], taskid, RESULT);

        address[] memory contributors = hub.viewTask(taskid).contributors;
        assertEq(contributors.length, 3);
        assertEq(contributors[0], workers[0].account);
        assertEq(contributors[1], workers[1].account);
        assertEq(contributors[2], workers[2].account);
    }

    function test_reopening_moves_no_funds_yet() public {
        bytes32 taskid = _silentTask();

        _reopen(taskid);

        _assertAccount(workers[0].account, DEPOSIT - WORKER_STAKE, WORKER_STAKE);
        _assertAccount(workers[1].account, DEPOSIT - WORKER_STAKE, WORKER_STAKE);
        _assertAccount(scheduler.account, DEPOSIT - POOL_STAKE, POOL_STAKE);
        _assertAccount(requester.account, DEPOSIT - TASK_PRICE, TASK_PRICE);
    }

    function test_the_scheduler_reopens_at_the_very_second_of_the_reveal_deadline() public {
        bytes32 taskid = _revealingTask();
        vm.warp(REVEAL_DEADLINE);

        _reopen(taskid);

        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
    }

    function test_the_scheduler_cannot_reopen_in_the_last_second_before_the_reveal_deadline() public {
        bytes32 taskid = _revealingTask();
        vm.warp(REVEAL_DEADLINE - 1);

        vm.expectRevert(
            abi.encodeWithSelector(
                IDeadlineErrors.RevealDeadlineNotReached.selector, REVEAL_DEADLINE - 1, REVEAL_DEADLINE
            )
        );
        _reopen(taskid);
    }

    function test_the_scheduler_reopens_in_the_last_second_before_the_final_deadline() public {
        bytes32 taskid = _revealingTask();
        vm.warp(FINAL_DEADLINE - 1);

        _reopen(taskid);

        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
    }

    function test_the_scheduler_cannot_reopen_at_the_very_second_of_the_final_deadline() public {
        bytes32 taskid = _revealingTask();
        vm.warp(FINAL_DEADLINE);

        vm.expectRevert(
            abi.encodeWithSelector(IDeadlineErrors.FinalDeadlineReached.selector, FINAL_DEADLINE, FINAL_DEADLINE)
        );
        _reopen(taskid);
    }

    function test_one_reveal_is_enough_to_keep_a_task_from_being_reopened() public {
        bytes32 taskid = _revealingTask();
        _reveal(workers[1], taskid, RESULT);
        skipTime(REVEAL_TIME);

        vm.expectRevert(abi.encodeWithSelector(RevealsPresent.selector, 1));
        _reopen(taskid);
    }

    function test_nobody_but_the_scheduler_reopens() public {
        bytes32 taskid = _silentTask();

        vm.expectRevert(abi.encodeWithSelector(NotTheScheduler.selector, stranger.account, scheduler.account));
        vm.prank(stranger.account);
        hub.reopen(taskid);
    }

    function test_the_scheduler_is_who_owned_the_workerpool_at_the_match() public {
        bytes32 taskid = _silentTask();
        vm.prank(scheduler.account);
        workerpools.transferFrom(scheduler.account, stranger.account, uint256(uint160(workerpool)));

        vm.expectRevert(abi.encodeWithSelector(NotTheScheduler.selector, stranger.account, scheduler.account));
        vm.prank(stranger.account);
        hub.reopen(taskid);
        _reopen(taskid);

        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
    }

    function test_a_task_that_was_not_started_is_not_reopened() public {
        bytes32 taskid = keccak256("no task");

        vm.expectRevert(abi.encodeWithSelector(TaskNotRevealing.selector, taskid, TaskStatusEnum.UNSET));
        _reopen(taskid);
    }

    function test_an_active_task_is_not_reopened() public {
        bytes32 taskid = _taskOfTrust(4);

        vm.expectRevert(abi.encodeWithSelector(TaskNotRevealing.selector, taskid, TaskStatusEnum.ACTIVE));
        _reopen(taskid);
    }

    function test_a_reopened_task_is_not_reopened() public {
        bytes32 taskid = _silentTask();
        _reopen(taskid);

        vm.expectRevert(abi.encodeWithSelector(TaskNotRevealing.selector, taskid, TaskStatusEnum.ACTIVE));
        _reopen(taskid);
    }

    function test_a_completed_task_is_not_reopened() public {
        bytes32 taskid = _completedTask();

        vm.expectRevert(abi.encodeWithSelector(TaskNotRevealing.selector, taskid, TaskStatusEnum.COMPLETED));
        _reopen(taskid);
    }

    function test_a_failed_task_is_not_reopened() public {
        bytes32 taskid = _revealingTask();
        vm.warp(FINAL_DEADLINE);
        hub.claim(taskid);

        vm.expectRevert(abi.encodeWithSelector(TaskNotRevealing.selector, taskid, TaskStatusEnum.FAILED));
        _reopen(taskid);
    }

    function test_the_caller_is_refused_before_the_status() public {
        bytes32 taskid = _taskOfTrust(4);

        vm.expectRevert(abi.encodeWithSelector(NotTheScheduler.selector, stranger.account, scheduler.account));
        vm.prank(stranger.account);
        hub.reopen(taskid);
    }

    function test_a_task_is_reopened_as_often_as_nobody_reveals() public {
        bytes32 taskid = _silentTask();
        _reopen(taskid);
        _contribute(workers[2], taskid, RESULT);
        _contribute(workers[3], taskid, RESULT);
        skipTime(REVEAL_TIME);

        _reopen(taskid);

        _assertContribution(taskid, 0, ContributionStatusEnum.REJECTED, RESULT);
        _assertContribution(taskid, 3, ContributionStatusEnum.REJECTED, RESULT);
        _contribute(workers[4], taskid, RESULT);
        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
    }

    function test_a_task_reopened_after_the_contribution_deadline_only_waits_for_its_claim() public {
        bytes32 taskid = _taskOfTrust(1);
        vm.warp(CONTRIBUTION_DEADLINE - 1);
        _contribute(workers[0], taskid, RESULT);
        vm.warp(CONTRIBUTION_DEADLINE - 1 + REVEAL_TIME);
        _reopen(taskid);
        vm.warp(FINAL_DEADLINE);

        hub.claim(taskid);

        _assertStatus(taskid, TaskStatusEnum.FAILED);
        _assertAccount(workers[0].account, DEPOSIT, 0);
    }

    /// Two agree, neither reveals, and the time is up.
    function _silentTask() private returns (bytes32 taskid) {
        taskid = _revealingTask();
        skipTime(REVEAL_TIME);
    }

    function _reopen(bytes32 taskid) private {
        vm.prank(scheduler.account);
        hub.reopen(taskid);
    }

    function _assertContribution(bytes32 taskid, uint256 worker, ContributionStatusEnum status, string memory result)
        private
        view
    {
        Contribution memory contribution = hub.viewContribution(taskid, workers[worker].account);
        assertEq(uint256(contribution.status), uint256(status));
        assertEq(contribution.resultHash, _hashOf(taskid, result));
        assertEq(contribution.resultSeal, _sealOf(workers[worker].account, taskid, result));
    }
}
