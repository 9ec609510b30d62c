// SPDX-License-Identifier: Apache-2.0
// result: the scheduler publishes what the workers agreed on, and everybody is paid. (How much: Rewards.t.sol.)
pragma solidity 0.8.37;

import { IDeadlineErrors, TaskNotRevealing } from "../../../src/hub/Contributions.sol";
import { CallbackDigestMismatch, NotTheScheduler, RevealsMissing } from "../../../src/hub/Tasks.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { Task, TaskStatusEnum } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { Receiver } from "../../support/Receivers.sol";
import { Work } from "../../support/Work.sol";
import { Vm, vm } from "../../Vm.sol";

contract FinalizeTest is Work {
    uint256 private constant REVEAL_DEADLINE = START + REVEAL_TIME;
    uint256 private constant WORKER_REWARD = 4_950_000_000;

    function test_finalizing_pays_in_order_and_announces_the_result_last() public {
        bytes32 taskid = _revealedTask();

        vm.recordLogs();
        _finalizeWith(taskid, "link", "");

        Vm.Log[] memory happened = vm.getRecordedLogs();
        emit IHubEvents.Seize(requester.account, TASK_PRICE, taskid);
        _emitReward(developer.account, APP_PRICE, taskid);
        _emitUnlock(scheduler.account, POOL_STAKE);
        _emitAccurate(workers[0].account, WORKER_STAKE, WORKER_REWARD, taskid);
        _emitAccurate(workers[1].account, WORKER_STAKE, WORKER_REWARD, taskid);
        _emitReward(scheduler.account, WORKERPOOL_PRICE - 2 * WORKER_REWARD, taskid);
        emit IHubEvents.TaskFinalize(taskid, "link");
        _assertLogged(happened);
    }

    function test_finalizing_leaves_nothing_locked() public {
        bytes32 taskid = _revealedTask();

        _finalize(taskid);

        _assertAccount(requester.account, DEPOSIT - TASK_PRICE, 0);
        _assertAccount(developer.account, APP_PRICE, 0);
        _assertAccount(workers[0].account, DEPOSIT + WORKER_REWARD, 0);
        _assertAccount(workers[1].account, DEPOSIT + WORKER_REWARD, 0);
        _assertAccount(scheduler.account, DEPOSIT + 100_000_000, 0);
        _assertAccount(address(hub), 0, 0);
    }

    function test_a_finalized_task_is_completed_and_holds_its_result() public {
        bytes32 taskid = _revealedTask();

        _finalizeWith(taskid, "link", "");

        Task memory task = hub.viewTask(taskid);
        assertEq(uint256(task.status), uint256(TaskStatusEnum.COMPLETED));
        assertEq(task.results, "link");
        assertEq(task.resultsCallback, "");
        assertEq(task.resultDigest, _digest(RESULT));
        assertEq(task.revealCounter, 2);
        assertEq(task.winnerCounter, 2);
    }

    function test_with_all_reveals_the_scheduler_finalizes_at_once() public {
        bytes32 taskid = _revealedTask();

        _finalize(taskid);

        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
    }

    function test_with_some_reveals_the_scheduler_finalizes_at_the_very_second_of_the_reveal_deadline() public {
        bytes32 taskid = _revealingTask();
        _reveal(workers[1], taskid, RESULT);
        vm.warp(REVEAL_DEADLINE);

        _finalize(taskid);

        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
    }

    function test_with_some_reveals_the_scheduler_waits_until_the_last_second_before_the_reveal_deadline() public {
        bytes32 taskid = _revealingTask();
        _reveal(workers[1], taskid, RESULT);
        vm.warp(REVEAL_DEADLINE - 1);

        vm.expectRevert(abi.encodeWithSelector(RevealsMissing.selector, 1, 2, REVEAL_DEADLINE));
        _finalize(taskid);
    }

    function test_without_a_reveal_nothing_is_finalized_before_the_reveal_deadline() public {
        bytes32 taskid = _revealingTask();

        vm.expectRevert(abi.encodeWithSelector(RevealsMissing.selector, 0, 2, REVEAL_DEADLINE));
        _finalize(taskid);
    }

    function test_without_a_reveal_nothing_is_finalized_after_the_reveal_deadline() public {
        bytes32 taskid = _revealingTask();
        vm.warp(REVEAL_DEADLINE);

        vm.expectRevert(abi.encodeWithSelector(RevealsMissing.selector, 0, 2, REVEAL_DEADLINE));
        _finalize(taskid);
    }

    function test_the_scheduler_finalizes_in_the_last_second_before_the_final_deadline() public {
        bytes32 taskid = _revealedTask();
        vm.warp(FINAL_DEADLINE - 1);

        _finalize(taskid);

        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
    }

    function test_the_scheduler_cannot_finalize_at_the_very_second_of_the_final_deadline() public {
        bytes32 taskid = _revealedTask();
        vm.warp(FINAL_DEADLINE);

        vm.expectRevert(
            abi.encodeWithSelector(IDeadlineErrors.FinalDeadlineReached.selector, FINAL_DEADLINE, FINAL_DEADLINE)
        );
        _finalize(taskid);
    }

    function test_nobody_but_the_scheduler_finalizes() public {
        bytes32 taskid = _revealedTask();

        vm.expectRevert(abi.encodeWithSelector(NotTheScheduler.selector, workers[0].account, scheduler.account));
        vm.prank(workers[0].account);
        hub.finalize(taskid, "link", "");
    }

    function test_who_sold_the_workerpool_after_the_match_still_finalizes_and_is_paid() public {
        bytes32 taskid = _revealedTask();
        vm.prank(scheduler.account);
        workerpools.transferFrom(scheduler.account, stranger.account, uint256(uint160(workerpool)));

        _finalize(taskid);

        _assertAccount(scheduler.account, DEPOSIT + 100_000_000, 0);
        _assertAccount(stranger.account, 0, 0);
    }

    function test_who_bought_the_workerpool_after_the_match_does_not_finalize() public {
        bytes32 taskid = _revealedTask();
        vm.prank(scheduler.account);
        workerpools.transferFrom(scheduler.account, stranger.account, uint256(uint160(workerpool)));

        vm.expectRevert(abi.encodeWithSelector(NotTheScheduler.selector, stranger.account, scheduler.account));
        vm.prank(stranger.account);
        hub.finalize(taskid, "link", "");
    }

    function test_who_sold_the_app_after_the_match_is_still_paid() public {
        bytes32 taskid = _revealedTask();
        vm.prank(developer.account);
        apps.transferFrom(developer.account, stranger.account, uint256(uint160(app)));

        _finalize(taskid);

        _assertAccount(developer.account, APP_PRICE, 0);
        _assertAccount(stranger.account, 0, 0);
    }

    function test_a_task_that_was_not_started_is_not_finalized() public {
        bytes32 taskid = keccak256("no task");

        _expectStatus(taskid, TaskStatusEnum.UNSET);
        _finalize(taskid);
    }

    function test_a_task_without_consensus_is_not_finalized() public {
        bytes32 taskid = _taskOfTrust(4);
        _contribute(workers[0], taskid, RESULT);

        _expectStatus(taskid, TaskStatusEnum.ACTIVE);
        _finalize(taskid);
    }

    function test_a_reopened_task_is_not_finalized() public {
        bytes32 taskid = _revealingTask();
        skipTime(REVEAL_TIME);
        vm.prank(scheduler.account);
        hub.reopen(taskid);

        _expectStatus(taskid, TaskStatusEnum.ACTIVE);
        _finalize(taskid);
    }

    function test_a_task_is_finalized_once() public {
        bytes32 taskid = _completedTask();

        _expectStatus(taskid, TaskStatusEnum.COMPLETED);
        _finalize(taskid);
    }

    function test_a_task_done_in_one_transaction_is_not_finalized_again() public {
        bytes32 taskid = _taskOfTrust(1);
        _contributeAndFinalize(workers[0], taskid, "link");

        _expectStatus(taskid, TaskStatusEnum.COMPLETED);
        _finalize(taskid);
    }

    function test_a_failed_task_is_not_finalized() public {
        bytes32 taskid = _revealedTask();
        vm.warp(FINAL_DEADLINE);
        hub.claim(taskid);

        _expectStatus(taskid, TaskStatusEnum.FAILED);
        _finalize(taskid);
    }

    function test_the_caller_is_refused_before_the_status() public {
        bytes32 taskid = _taskOfTrust(4);

        vm.expectRevert(abi.encodeWithSelector(NotTheScheduler.selector, stranger.account, scheduler.account));
        vm.prank(stranger.account);
        hub.finalize(taskid, "link", "");
    }

    function test_the_missing_reveals_are_refused_before_the_callback_data() public {
        bytes32 taskid = _revealingTask();

        vm.expectRevert(abi.encodeWithSelector(RevealsMissing.selector, 0, 2, REVEAL_DEADLINE));
        _finalizeWith(taskid, "link", "not the digest");
    }

    function test_the_result_itself_is_not_bound_to_the_digest() public {
        bytes32 taskid = _revealedTask();

        _finalizeWith(taskid, "whatever the scheduler says", "");

        assertEq(hub.viewTask(taskid).results, "whatever the scheduler says");
    }

    function test_without_a_receiver_callback_data_that_hash_to_the_digest_are_kept() public {
        bytes32 taskid = _revealedTask();

        _finalizeWith(taskid, "link", bytes(RESULT));

        assertEq(hub.viewTask(taskid).resultsCallback, bytes(RESULT));
        assertEq(hub.resultFor(taskid), bytes(RESULT));
    }

    function test_without_a_receiver_other_callback_data_are_refused() public {
        bytes32 taskid = _revealedTask();

        vm.expectRevert(
            abi.encodeWithSelector(CallbackDigestMismatch.selector, _digest(RESULT), keccak256("other data"))
        );
        _finalizeWith(taskid, "link", "other data");
    }

    function test_with_a_receiver_callback_data_that_hash_to_the_digest_are_required() public {
        bytes32 taskid = _revealedCallbackTask(RESULT);

        vm.expectRevert(
            abi.encodeWithSelector(CallbackDigestMismatch.selector, _digest(RESULT), keccak256("other data"))
        );
        _finalizeWith(taskid, "link", "other data");
    }

    function test_with_a_receiver_empty_callback_data_are_refused_unless_the_digest_is_theirs() public {
        bytes32 taskid = _revealedCallbackTask(RESULT);

        vm.expectRevert(abi.encodeWithSelector(CallbackDigestMismatch.selector, _digest(RESULT), keccak256("")));
        _finalizeWith(taskid, "link", "");
    }

    function test_with_a_receiver_empty_callback_data_are_fine_when_the_digest_is_theirs() public {
        bytes32 taskid = _revealedCallbackTask("");

        _finalizeWith(taskid, "link", "");

        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
    }

    function _revealedCallbackTask(string memory result) private returns (bytes32 taskid) {
        taskid = _taskWithCallback(address(new Receiver()), 1);
        _contribute(workers[0], taskid, result);
        _reveal(workers[0], taskid, result);
    }

    function _expectStatus(bytes32 taskid, TaskStatusEnum status) private {
        vm.expectRevert(abi.encodeWithSelector(TaskNotRevealing.selector, taskid, status));
    }
}
