// SPDX-License-Identifier: Apache-2.0
// contribution → result: who voted for the consensus shows in time which digest he had voted for.
pragma solidity 0.8.37;

import {
    ContributionNotRevealable,
    DigestHashMismatch,
    DigestSealMismatch,
    IDeadlineErrors,
    NotInConsensus,
    TaskNotRevealing
} from "../../../src/hub/Contributions.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { Contribution, ContributionStatusEnum, Task, TaskStatusEnum } from "../../../src/types/Views.sol";
import { Person } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { Vm, vm } from "../../Vm.sol";

contract RevealTest is Work {
    uint256 private constant REVEAL_DEADLINE = START + REVEAL_TIME;

    function test_a_reveal_proves_the_vote_and_is_announced() public {
        bytes32 taskid = _revealingTask();

        vm.recordLogs();
        _reveal(workers[0], taskid, RESULT);

        Vm.Log[] memory happened = vm.getRecordedLogs();
        emit IHubEvents.TaskReveal(taskid, workers[0].account, _digest(RESULT));
        _assertLogged(happened);
        Contribution memory contribution = hub.viewContribution(taskid, workers[0].account);
        assertEq(uint256(contribution.status), uint256(ContributionStatusEnum.PROVED));
    }

    function test_a_reveal_tells_the_digest_and_counts() public {
        bytes32 taskid = _revealingTask();

        _reveal(workers[1], taskid, RESULT);

        Task memory task = hub.viewTask(taskid);
        assertEq(uint256(task.status), uint256(TaskStatusEnum.REVEALING));
        assertEq(task.resultDigest, _digest(RESULT));
        assertEq(task.revealCounter, 1);
        assertEq(task.winnerCounter, 2);
    }

    function test_every_winner_counts_once() public {
        bytes32 taskid = _revealingTask();

        _reveal(workers[1], taskid, RESULT);
        _reveal(workers[0], taskid, RESULT);

        Task memory task = hub.viewTask(taskid);
        assertEq(task.resultDigest, _digest(RESULT));
        assertEq(task.revealCounter, 2);
    }

    function test_a_reveal_moves_no_funds() public {
        bytes32 taskid = _revealingTask();

        _reveal(workers[0], taskid, RESULT);

        _assertAccount(workers[0].account, DEPOSIT - WORKER_STAKE, WORKER_STAKE);
        _assertAccount(workers[1].account, DEPOSIT - WORKER_STAKE, WORKER_STAKE);
        _assertAccount(requester.account, DEPOSIT - TASK_PRICE, TASK_PRICE);
        _assertAccount(scheduler.account, DEPOSIT - POOL_STAKE, POOL_STAKE);
        _assertAccount(address(hub), TASK_PRICE + POOL_STAKE + 2 * WORKER_STAKE, 0);
    }

    function test_a_winner_reveals_in_the_last_second_before_the_reveal_deadline() public {
        bytes32 taskid = _revealingTask();
        vm.warp(REVEAL_DEADLINE - 1);

        _reveal(workers[0], taskid, RESULT);

        assertEq(hub.viewTask(taskid).revealCounter, 1);
    }

    function test_a_winner_cannot_reveal_at_the_very_second_of_the_reveal_deadline() public {
        bytes32 taskid = _revealingTask();
        vm.warp(REVEAL_DEADLINE);

        _expectLate(REVEAL_DEADLINE);
        _reveal(workers[0], taskid, RESULT);
    }

    function test_an_earlier_reveal_gives_nobody_more_time() public {
        bytes32 taskid = _revealingTask();
        vm.warp(REVEAL_DEADLINE - 1);
        _reveal(workers[0], taskid, RESULT);
        vm.warp(REVEAL_DEADLINE);

        _expectLate(REVEAL_DEADLINE);
        _reveal(workers[1], taskid, RESULT);
    }

    function test_a_consensus_in_the_last_second_leaves_the_whole_time_to_reveal() public {
        bytes32 taskid = _taskOfTrust(1);
        vm.warp(CONTRIBUTION_DEADLINE - 1);
        _contribute(workers[0], taskid, RESULT);
        vm.warp(CONTRIBUTION_DEADLINE - 1 + REVEAL_TIME - 1);

        _reveal(workers[0], taskid, RESULT);

        assertEq(hub.viewTask(taskid).revealCounter, 1);
    }

    function test_a_consensus_in_the_last_second_ends_before_the_final_deadline() public {
        bytes32 taskid = _taskOfTrust(1);
        vm.warp(CONTRIBUTION_DEADLINE - 1);
        _contribute(workers[0], taskid, RESULT);
        uint256 deadline = CONTRIBUTION_DEADLINE - 1 + REVEAL_TIME;
        vm.warp(deadline);

        _expectLate(deadline);
        _reveal(workers[0], taskid, RESULT);
    }

    function test_nobody_reveals_for_a_task_that_was_not_started() public {
        bytes32 taskid = keccak256("no task");

        _expectStatus(taskid, TaskStatusEnum.UNSET);
        _reveal(workers[0], taskid, RESULT);
    }

    function test_nobody_reveals_before_the_consensus() public {
        bytes32 taskid = _taskOfTrust(4);
        _contribute(workers[0], taskid, RESULT);

        _expectStatus(taskid, TaskStatusEnum.ACTIVE);
        _reveal(workers[0], taskid, RESULT);
    }

    function test_nobody_reveals_after_the_task_is_completed() public {
        bytes32 taskid = _revealingTask();
        _reveal(workers[0], taskid, RESULT);
        skipTime(REVEAL_TIME);
        _finalize(taskid);

        _expectStatus(taskid, TaskStatusEnum.COMPLETED);
        _reveal(workers[1], taskid, RESULT);
    }

    function test_nobody_reveals_in_a_task_that_failed_while_active() public {
        bytes32 taskid = _taskOfTrust(4);
        _contribute(workers[0], taskid, RESULT);
        vm.warp(FINAL_DEADLINE);
        hub.claim(taskid);

        _expectStatus(taskid, TaskStatusEnum.FAILED);
        _reveal(workers[0], taskid, RESULT);
    }

    function test_nobody_reveals_in_a_task_that_failed_while_revealing() public {
        bytes32 taskid = _revealingTask();
        vm.warp(FINAL_DEADLINE);
        hub.claim(taskid);

        _expectStatus(taskid, TaskStatusEnum.FAILED);
        _reveal(workers[0], taskid, RESULT);
    }

    function test_nobody_reveals_after_the_task_was_reopened() public {
        bytes32 taskid = _reopenedTask();

        _expectStatus(taskid, TaskStatusEnum.ACTIVE);
        _reveal(workers[0], taskid, RESULT);
    }

    function test_who_did_not_vote_does_not_reveal() public {
        bytes32 taskid = _revealingTask();

        _expectNotRevealable(workers[2].account, ContributionStatusEnum.UNSET);
        _reveal(workers[2], taskid, RESULT);
    }

    function test_nobody_reveals_twice() public {
        bytes32 taskid = _revealingTask();
        _reveal(workers[0], taskid, RESULT);

        _expectNotRevealable(workers[0].account, ContributionStatusEnum.PROVED);
        _reveal(workers[0], taskid, RESULT);
    }

    function test_who_was_rejected_does_not_reveal_the_next_time_either() public {
        bytes32 taskid = _reopenedTask();
        _contribute(workers[2], taskid, RESULT);
        _contribute(workers[3], taskid, RESULT);

        _expectNotRevealable(workers[0].account, ContributionStatusEnum.REJECTED);
        _reveal(workers[0], taskid, RESULT);
    }

    function test_who_voted_for_another_result_does_not_reveal() public {
        bytes32 taskid = _taskOfTrust(8);
        _setScore(workers[1].account, 300);
        _contribute(workers[0], taskid, OTHER);
        _contribute(workers[1], taskid, RESULT);

        vm.expectRevert(
            abi.encodeWithSelector(NotInConsensus.selector, _hashOf(taskid, OTHER), _hashOf(taskid, RESULT))
        );
        _reveal(workers[0], taskid, OTHER);
    }

    function test_the_digest_must_be_the_one_behind_the_hash() public {
        bytes32 taskid = _revealingTask();

        vm.expectRevert(
            abi.encodeWithSelector(DigestHashMismatch.selector, _hashOf(taskid, RESULT), _hashOf(taskid, OTHER))
        );
        _reveal(workers[0], taskid, OTHER);
    }

    function test_who_copied_anothers_hash_cannot_show_a_seal_of_his_own() public {
        bytes32 taskid = _taskOfTrust(4);
        _contribute(workers[0], taskid, RESULT);
        bytes32 copied = _sealOf(workers[0].account, taskid, RESULT);
        _contributeSealed(workers[1], taskid, copied);

        vm.expectRevert(
            abi.encodeWithSelector(DigestSealMismatch.selector, copied, _sealOf(workers[1].account, taskid, RESULT))
        );
        _reveal(workers[1], taskid, RESULT);
    }

    function test_the_digest_is_bound_to_the_task() public {
        bytes32 other = _revealingTask();
        bytes32 taskid = _taskOfTrust(1);
        bytes memory permit = _authorization(scheduler, workers[2].account, taskid, address(0));
        bytes32 seal = _sealOf(workers[2].account, taskid, RESULT);
        vm.prank(workers[2].account);
        hub.contribute(taskid, _hashOf(other, RESULT), seal, address(0), "", permit);

        vm.expectRevert(
            abi.encodeWithSelector(DigestHashMismatch.selector, _hashOf(other, RESULT), _hashOf(taskid, RESULT))
        );
        _reveal(workers[2], taskid, RESULT);
    }

    function test_the_deadline_is_refused_before_the_wrong_digest() public {
        bytes32 taskid = _revealingTask();
        vm.warp(REVEAL_DEADLINE);

        _expectLate(REVEAL_DEADLINE);
        _reveal(stranger, taskid, OTHER);
    }

    function _reopenedTask() private returns (bytes32 taskid) {
        taskid = _revealingTask();
        skipTime(REVEAL_TIME);
        vm.prank(scheduler.account);
        hub.reopen(taskid);
    }

    function _contributeSealed(Person memory worker, bytes32 taskid, bytes32 seal) private {
        bytes memory permit = _authorization(scheduler, worker.account, taskid, address(0));
        vm.prank(worker.account);
        hub.contribute(taskid, _hashOf(taskid, RESULT), seal, address(0), "", permit);
    }

    function _expectLate(uint256 deadline) private {
        vm.expectRevert(
            abi.encodeWithSelector(IDeadlineErrors.RevealDeadlineReached.selector, vm.getBlockTimestamp(), deadline)
        );
    }

    function _expectStatus(bytes32 taskid, TaskStatusEnum status) private {
        vm.expectRevert(abi.encodeWithSelector(TaskNotRevealing.selector, taskid, status));
    }

    function _expectNotRevealable(address worker, ContributionStatusEnum status) private {
        vm.expectRevert(abi.encodeWithSelector(ContributionNotRevealable.selector, worker, status));
    }
}
