// SPDX-License-Identifier: Apache-2.0
// contribution and result in one transaction: one worker is enough for a deal of trust 1.
pragma solidity 0.8.37;

import { ContributionNotAuthorized, IDeadlineErrors, TaskNotActive } from "../../../src/hub/Contributions.sol";
import { CallbackDigestMismatch, ContributorsPresent, TrustNotOne } from "../../../src/hub/Tasks.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { Contribution, ContributionStatusEnum, Task, TaskStatusEnum } from "../../../src/types/Views.sol";
import { Orders, Person } from "../../support/Market.sol";
import { Receiver } from "../../support/Receivers.sol";
import { Work } from "../../support/Work.sol";
import { Vm, vm } from "../../Vm.sol";

contract ContributeAndFinalizeTest is Work {
    uint256 private constant WORKER_REWARD = 9_900_000_000;

    function test_the_rewards_come_first_and_then_the_four_steps_are_announced() public {
        bytes32 taskid = _taskOfTrust(1);
        address worker = workers[0].account;
        bytes32 resultHash = _hashOf(taskid, RESULT);

        vm.recordLogs();
        _contributeAndFinalize(workers[0], taskid, "link");

        Vm.Log[] memory happened = vm.getRecordedLogs();
        emit IHubEvents.Seize(requester.account, TASK_PRICE, taskid);
        _emitReward(developer.account, APP_PRICE, taskid);
        _emitUnlock(scheduler.account, POOL_STAKE);
        _emitReward(worker, WORKER_REWARD, taskid);
        _emitReward(scheduler.account, WORKERPOOL_PRICE - WORKER_REWARD, taskid);
        emit IHubEvents.TaskContribute(taskid, worker, resultHash);
        emit IHubEvents.TaskConsensus(taskid, resultHash);
        emit IHubEvents.TaskReveal(taskid, worker, _digest(RESULT));
        emit IHubEvents.TaskFinalize(taskid, "link");
        _assertLogged(happened);
    }

    function test_everybody_is_paid_and_nothing_stays_locked() public {
        bytes32 taskid = _taskOfTrust(1);

        _contributeAndFinalize(workers[0], taskid, "link");

        _assertAccount(requester.account, DEPOSIT - TASK_PRICE, 0);
        _assertAccount(developer.account, APP_PRICE, 0);
        _assertAccount(workers[0].account, DEPOSIT + WORKER_REWARD, 0);
        _assertAccount(scheduler.account, DEPOSIT + 100_000_000, 0);
        _assertAccount(address(hub), 0, 0);
    }

    function test_the_worker_needs_no_stake_at_all() public {
        bytes32 taskid = _taskOfTrust(1);
        Person memory worker = _person("worker without an account");

        _contributeAndFinalize(worker, taskid, "link");

        _assertAccount(worker.account, WORKER_REWARD, 0);
    }

    function test_a_lone_worker_gets_no_score() public {
        bytes32 taskid = _taskOfTrust(1);

        _contributeAndFinalize(workers[0], taskid, "link");

        assertEq(hub.viewScore(workers[0].account), 0);
    }

    function test_the_task_looks_as_if_all_steps_had_been_taken() public {
        bytes32 taskid = _taskOfTrust(1);
        skipTime(50);

        _contributeAndFinalize(workers[0], taskid, "link");

        Task memory task = hub.viewTask(taskid);
        assertEq(uint256(task.status), uint256(TaskStatusEnum.COMPLETED));
        assertEq(task.consensusValue, _hashOf(taskid, RESULT));
        assertEq(task.revealDeadline, START + 50 + REVEAL_TIME);
        assertEq(task.revealCounter, 1);
        assertEq(task.winnerCounter, 1);
        assertEq(task.contributors.length, 1);
        assertEq(task.contributors[0], workers[0].account);
        assertEq(task.resultDigest, _digest(RESULT));
        assertEq(task.results, "link");
        assertEq(task.resultsCallback, "");
    }

    function test_the_contribution_is_proved_and_weighs_nothing() public {
        bytes32 taskid = _taskOfTrust(1);

        _contributeAndFinalize(workers[0], taskid, "link");

        Contribution memory contribution = hub.viewContribution(taskid, workers[0].account);
        assertEq(uint256(contribution.status), uint256(ContributionStatusEnum.PROVED));
        assertEq(contribution.resultHash, _hashOf(taskid, RESULT));
        assertEq(contribution.resultSeal, _sealOf(workers[0].account, taskid, RESULT));
        assertEq(contribution.enclaveChallenge, address(0));
        assertEq(contribution.weight, 0);
    }

    function test_a_request_for_no_trust_is_one_for_trust_one() public {
        Orders memory orders = _ordersOfTrust(0);
        bytes32 taskid = _taskOf(orders);

        _contributeAndFinalize(workers[0], taskid, "link");

        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
    }

    function test_the_worker_is_in_time_in_the_last_second_before_the_contribution_deadline() public {
        bytes32 taskid = _taskOfTrust(1);
        vm.warp(CONTRIBUTION_DEADLINE - 1);

        _contributeAndFinalize(workers[0], taskid, "link");

        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
    }

    function test_the_worker_is_late_at_the_very_second_of_the_contribution_deadline() public {
        bytes32 taskid = _taskOfTrust(1);
        vm.warp(CONTRIBUTION_DEADLINE);

        vm.expectRevert(
            abi.encodeWithSelector(
                IDeadlineErrors.ContributionDeadlineReached.selector, CONTRIBUTION_DEADLINE, CONTRIBUTION_DEADLINE
            )
        );
        _contributeAndFinalize(workers[0], taskid, "link");
    }

    function test_a_task_that_was_not_started_is_refused() public {
        bytes32 taskid = keccak256("no task");

        _expectStatus(taskid, TaskStatusEnum.UNSET);
        _contributeAndFinalize(workers[0], taskid, "link");
    }

    function test_a_revealing_task_is_refused() public {
        bytes32 taskid = _taskOfTrust(1);
        _contribute(workers[0], taskid, RESULT);

        _expectStatus(taskid, TaskStatusEnum.REVEALING);
        _contributeAndFinalize(workers[1], taskid, "link");
    }

    function test_a_completed_task_is_refused() public {
        bytes32 taskid = _taskOfTrust(1);
        _contributeAndFinalize(workers[0], taskid, "link");

        _expectStatus(taskid, TaskStatusEnum.COMPLETED);
        _contributeAndFinalize(workers[0], taskid, "link");
    }

    function test_a_failed_task_is_refused() public {
        bytes32 taskid = _failedTask();

        _expectStatus(taskid, TaskStatusEnum.FAILED);
        _contributeAndFinalize(workers[0], taskid, "link");
    }

    function test_a_task_that_others_have_voted_on_is_refused() public {
        bytes32 taskid = _taskOfTrust(1);
        _contribute(workers[0], taskid, RESULT);
        skipTime(REVEAL_TIME);
        vm.prank(scheduler.account);
        hub.reopen(taskid);

        vm.expectRevert(abi.encodeWithSelector(ContributorsPresent.selector, 1));
        _contributeAndFinalize(workers[1], taskid, "link");
    }

    function test_who_has_voted_himself_is_told_that_somebody_has() public {
        bytes32 taskid = _taskOfTrust(1);
        _contribute(workers[0], taskid, RESULT);
        skipTime(REVEAL_TIME);
        vm.prank(scheduler.account);
        hub.reopen(taskid);

        vm.expectRevert(abi.encodeWithSelector(ContributorsPresent.selector, 1));
        _contributeAndFinalize(workers[0], taskid, "link");
    }

    function test_two_is_too_much_trust_for_one_worker() public {
        bytes32 taskid = _taskOfTrust(2);

        vm.expectRevert(abi.encodeWithSelector(TrustNotOne.selector, 2));
        _contributeAndFinalize(workers[0], taskid, "link");
    }

    function test_the_worker_needs_the_schedulers_leave() public {
        bytes32 taskid = _taskOfTrust(1);
        bytes memory permit = _authorization(stranger, workers[0].account, taskid, address(0));
        bytes32 hash = _authorizationHash(workers[0].account, taskid, address(0));

        vm.expectRevert(abi.encodeWithSelector(ContributionNotAuthorized.selector, scheduler.account, hash));
        _submit(taskid, _digest(RESULT), "", permit);
    }

    function test_the_leave_given_to_another_worker_cannot_be_used() public {
        bytes32 taskid = _taskOfTrust(1);
        bytes memory permit = _authorization(scheduler, workers[1].account, taskid, address(0));
        bytes32 hash = _authorizationHash(workers[0].account, taskid, address(0));

        vm.expectRevert(abi.encodeWithSelector(ContributionNotAuthorized.selector, scheduler.account, hash));
        _submit(taskid, _digest(RESULT), "", permit);
    }

    function test_without_a_receiver_callback_data_that_hash_to_the_digest_are_kept() public {
        bytes32 taskid = _taskOfTrust(1);

        _submit(taskid, _digest(RESULT), bytes(RESULT), _permit(taskid));

        assertEq(hub.viewTask(taskid).resultsCallback, bytes(RESULT));
    }

    function test_without_a_receiver_other_callback_data_are_refused() public {
        bytes32 taskid = _taskOfTrust(1);
        bytes memory permit = _permit(taskid);

        vm.expectRevert(
            abi.encodeWithSelector(CallbackDigestMismatch.selector, _digest(RESULT), keccak256("other data"))
        );
        _submit(taskid, _digest(RESULT), "other data", permit);
    }

    function test_with_a_receiver_empty_callback_data_are_refused_unless_the_digest_is_theirs() public {
        bytes32 taskid = _taskWithCallback(address(new Receiver()), 1);
        bytes memory permit = _permit(taskid);

        vm.expectRevert(abi.encodeWithSelector(CallbackDigestMismatch.selector, _digest(RESULT), keccak256("")));
        _submit(taskid, _digest(RESULT), "", permit);
    }

    function test_with_a_receiver_empty_callback_data_are_fine_when_the_digest_is_theirs() public {
        bytes32 taskid = _taskWithCallback(address(new Receiver()), 1);

        _submit(taskid, keccak256(""), "", _permit(taskid));

        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
    }

    function test_the_receiver_is_called_after_everything_else() public {
        Receiver receiver = new Receiver();
        bytes32 taskid = _taskWithCallback(address(receiver), 1);

        _submit(taskid, _digest(RESULT), bytes(RESULT), _permit(taskid));

        assertEq(receiver.calls(), 1);
        assertEq(receiver.id(), taskid);
        assertEq(receiver.data(), bytes(RESULT));
    }

    function test_the_digest_may_be_zero() public {
        bytes32 taskid = _taskOfTrust(1);

        _submit(taskid, bytes32(0), "", _permit(taskid));

        Task memory task = hub.viewTask(taskid);
        assertEq(task.consensusValue, keccak256(abi.encodePacked(taskid, bytes32(0))));
        assertEq(task.resultDigest, bytes32(0));
    }

    function test_the_contributors_are_refused_before_the_trust() public {
        bytes32 taskid = _taskOfTrust(2);
        _contribute(workers[0], taskid, RESULT);
        skipTime(REVEAL_TIME);
        vm.prank(scheduler.account);
        hub.reopen(taskid);

        vm.expectRevert(abi.encodeWithSelector(ContributorsPresent.selector, 1));
        _contributeAndFinalize(workers[1], taskid, "link");
    }

    function test_the_trust_is_refused_before_the_callback_data() public {
        bytes32 taskid = _taskOfTrust(2);

        vm.expectRevert(abi.encodeWithSelector(TrustNotOne.selector, 2));
        _submit(taskid, _digest(RESULT), "other data", "");
    }

    function test_the_callback_data_are_refused_before_the_leave() public {
        bytes32 taskid = _taskOfTrust(1);

        vm.expectRevert(
            abi.encodeWithSelector(CallbackDigestMismatch.selector, _digest(RESULT), keccak256("other data"))
        );
        _submit(taskid, _digest(RESULT), "other data", "");
    }

    function testFuzz_the_worker_gets_his_share_rounded_down_and_the_scheduler_the_rest(uint256 price, uint256 ratio)
        public
    {
        price = bound(price, 0, 50_000e9);
        ratio = bound(ratio, 0, 100);
        _policy(30, ratio);
        Orders memory orders = _ordersOfTrust(1);
        orders.workerpool.workerpoolprice = orders.request.workerpoolmaxprice = price;
        bytes32 taskid = _taskOf(orders);

        _contributeAndFinalize(workers[0], taskid, "link");

        uint256 reward = price * (100 - ratio) / 100;
        _assertAccount(workers[0].account, DEPOSIT + reward, 0);
        _assertAccount(scheduler.account, DEPOSIT + price - reward, 0);
    }

    function _permit(bytes32 taskid) private view returns (bytes memory) {
        return _authorization(scheduler, workers[0].account, taskid, address(0));
    }

    function _submit(bytes32 taskid, bytes32 digest, bytes memory data, bytes memory permit) private {
        vm.prank(workers[0].account);
        hub.contributeAndFinalize(taskid, digest, "link", data, address(0), "", permit);
    }

    function _expectStatus(bytes32 taskid, TaskStatusEnum status) private {
        vm.expectRevert(abi.encodeWithSelector(TaskNotActive.selector, taskid, status));
    }
}
