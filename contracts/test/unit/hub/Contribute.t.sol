// SPDX-License-Identifier: Apache-2.0
// task → contribution: a worker with the scheduler's leave votes once, in time, and stakes on it.
pragma solidity 0.8.37;

import { InsufficientStake } from "../../../src/hub/Escrow.sol";
import {
    AlreadyContributed,
    ContributionNotAuthorized,
    IDeadlineErrors,
    TaskNotActive
} from "../../../src/hub/Contributions.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { Contribution, ContributionStatusEnum, Task, TaskStatusEnum } from "../../../src/types/Views.sol";
import { ContractAccount } from "../../support/Answers.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { Orders, Person } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { Vm, vm } from "../../Vm.sol";

contract ContributeTest is Work {
    function test_a_contribution_locks_the_stake_and_is_announced() public {
        bytes32 taskid = _taskOfTrust(4);
        address worker = workers[0].account;

        vm.recordLogs();
        _contribute(workers[0], taskid, RESULT);

        Vm.Log[] memory happened = vm.getRecordedLogs();
        _emitLock(worker, WORKER_STAKE);
        emit IHubEvents.TaskContribute(taskid, worker, _hashOf(taskid, RESULT));
        _assertLogged(happened);
        _assertAccount(worker, DEPOSIT - WORKER_STAKE, WORKER_STAKE);
    }

    function test_a_contribution_moves_nobody_elses_funds() public {
        bytes32 taskid = _taskOfTrust(4);

        _contribute(workers[0], taskid, RESULT);

        _assertAccount(requester.account, DEPOSIT - TASK_PRICE, TASK_PRICE);
        _assertAccount(scheduler.account, DEPOSIT - POOL_STAKE, POOL_STAKE);
        _assertAccount(developer.account, 0, 0);
        _assertAccount(address(hub), TASK_PRICE + POOL_STAKE + WORKER_STAKE, 0);
    }

    function test_a_contribution_can_be_viewed() public {
        bytes32 taskid = _taskOfTrust(4);
        address worker = workers[0].account;

        _contribute(workers[0], taskid, RESULT);

        Contribution memory contribution = hub.viewContribution(taskid, worker);
        assertEq(uint256(contribution.status), uint256(ContributionStatusEnum.CONTRIBUTED));
        assertEq(contribution.resultHash, _hashOf(taskid, RESULT));
        assertEq(contribution.resultSeal, _sealOf(worker, taskid, RESULT));
        assertEq(contribution.enclaveChallenge, address(0));
        assertEq(contribution.weight, 1);
    }

    function test_the_contribution_that_makes_the_consensus_announces_it_after_itself() public {
        bytes32 taskid = _taskOfTrust(4);
        _contribute(workers[0], taskid, RESULT);
        bytes32 resultHash = _hashOf(taskid, RESULT);

        vm.recordLogs();
        _contribute(workers[1], taskid, RESULT);

        Vm.Log[] memory happened = vm.getRecordedLogs();
        _emitLock(workers[1].account, WORKER_STAKE);
        emit IHubEvents.TaskContribute(taskid, workers[1].account, resultHash);
        emit IHubEvents.TaskConsensus(taskid, resultHash);
        _assertLogged(happened);
    }

    function test_the_consensus_opens_the_time_to_reveal() public {
        bytes32 taskid = _taskOfTrust(4);
        _contribute(workers[0], taskid, RESULT);
        skipTime(77);

        _contribute(workers[1], taskid, RESULT);

        Task memory task = hub.viewTask(taskid);
        assertEq(uint256(task.status), uint256(TaskStatusEnum.REVEALING));
        assertEq(task.consensusValue, _hashOf(taskid, RESULT));
        assertEq(task.revealDeadline, START + 77 + REVEAL_TIME);
        assertEq(task.winnerCounter, 2);
        assertEq(task.revealCounter, 0);
    }

    function test_a_vote_may_be_any_hash_under_any_seal() public {
        bytes32 taskid = _taskOfTrust(4);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, address(0));

        vm.prank(workers[0].account);
        hub.contribute(taskid, bytes32(0), bytes32(0), address(0), "", permit);

        Contribution memory contribution = hub.viewContribution(taskid, workers[0].account);
        assertEq(uint256(contribution.status), uint256(ContributionStatusEnum.CONTRIBUTED));
        assertEq(contribution.resultHash, bytes32(0));
        assertEq(contribution.resultSeal, bytes32(0));
    }

    function test_a_worker_can_contribute_in_the_last_second_before_the_contribution_deadline() public {
        bytes32 taskid = _taskOfTrust(4);
        vm.warp(CONTRIBUTION_DEADLINE - 1);

        _contribute(workers[0], taskid, RESULT);

        assertEq(hub.viewTask(taskid).contributors.length, 1);
    }

    function test_a_worker_cannot_contribute_at_the_very_second_of_the_contribution_deadline() public {
        bytes32 taskid = _taskOfTrust(4);
        vm.warp(CONTRIBUTION_DEADLINE);

        vm.expectRevert(
            abi.encodeWithSelector(
                IDeadlineErrors.ContributionDeadlineReached.selector, CONTRIBUTION_DEADLINE, CONTRIBUTION_DEADLINE
            )
        );
        _contribute(workers[0], taskid, RESULT);
    }

    function test_the_deadline_counts_from_the_match_not_from_the_start_of_the_task() public {
        bytes32 dealid = _dealOfTrust(4);
        vm.warp(CONTRIBUTION_DEADLINE);
        bytes32 taskid = hub.initialize(dealid, 0);

        vm.expectRevert(
            abi.encodeWithSelector(
                IDeadlineErrors.ContributionDeadlineReached.selector, CONTRIBUTION_DEADLINE, CONTRIBUTION_DEADLINE
            )
        );
        _contribute(workers[0], taskid, RESULT);
    }

    function test_nobody_contributes_to_a_task_that_was_not_started() public {
        bytes32 taskid = keccak256(abi.encodePacked(_dealOfTrust(4), uint256(0)));

        vm.expectRevert(abi.encodeWithSelector(TaskNotActive.selector, taskid, TaskStatusEnum.UNSET));
        _contribute(workers[0], taskid, RESULT);
    }

    function test_nobody_contributes_after_the_consensus() public {
        bytes32 taskid = _revealingTask();

        vm.expectRevert(abi.encodeWithSelector(TaskNotActive.selector, taskid, TaskStatusEnum.REVEALING));
        _contribute(workers[2], taskid, RESULT);
    }

    function test_nobody_contributes_to_a_completed_task() public {
        bytes32 taskid = _completedTask();

        vm.expectRevert(abi.encodeWithSelector(TaskNotActive.selector, taskid, TaskStatusEnum.COMPLETED));
        _contribute(workers[2], taskid, RESULT);
    }

    function test_nobody_contributes_to_a_failed_task() public {
        bytes32 taskid = _failedTask();

        vm.expectRevert(abi.encodeWithSelector(TaskNotActive.selector, taskid, TaskStatusEnum.FAILED));
        _contribute(workers[2], taskid, RESULT);
    }

    function test_a_worker_votes_once() public {
        bytes32 taskid = _taskOfTrust(8);
        _contribute(workers[0], taskid, RESULT);

        vm.expectRevert(
            abi.encodeWithSelector(AlreadyContributed.selector, workers[0].account, ContributionStatusEnum.CONTRIBUTED)
        );
        _contribute(workers[0], taskid, OTHER);
    }

    function test_a_rejected_worker_does_not_vote_again() public {
        bytes32 taskid = _revealingTask();
        skipTime(REVEAL_TIME);
        vm.prank(scheduler.account);
        hub.reopen(taskid);

        vm.expectRevert(
            abi.encodeWithSelector(AlreadyContributed.selector, workers[0].account, ContributionStatusEnum.REJECTED)
        );
        _contribute(workers[0], taskid, RESULT);
    }

    function test_one_vote_counts_in_each_of_two_tasks() public {
        bytes32 first = _taskOfTrust(4);
        bytes32 second = _taskOfTrust(4);

        _contribute(workers[0], first, RESULT);
        _contribute(workers[0], second, RESULT);

        _assertAccount(workers[0].account, DEPOSIT - 2 * WORKER_STAKE, 2 * WORKER_STAKE);
    }

    function test_a_worker_needs_the_schedulers_leave() public {
        bytes32 taskid = _taskOfTrust(4);
        bytes memory permit = _authorization(stranger, workers[0].account, taskid, address(0));

        _expectNotAuthorized(workers[0].account, taskid, address(0));
        _contributeWith(workers[0], taskid, address(0), permit);
    }

    function test_the_leave_of_another_worker_does_not_count() public {
        bytes32 taskid = _taskOfTrust(4);
        bytes memory permit = _authorization(scheduler, workers[1].account, taskid, address(0));

        _expectNotAuthorized(workers[0].account, taskid, address(0));
        _contributeWith(workers[0], taskid, address(0), permit);
    }

    function test_the_leave_for_another_task_does_not_count() public {
        bytes32 taskid = _taskOfTrust(4);
        bytes memory permit = _authorization(scheduler, workers[0].account, _taskOfTrust(4), address(0));

        _expectNotAuthorized(workers[0].account, taskid, address(0));
        _contributeWith(workers[0], taskid, address(0), permit);
    }

    function test_the_leave_for_an_enclave_does_not_count_without_it() public {
        bytes32 taskid = _taskOfTrust(4);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, enclave.account);

        _expectNotAuthorized(workers[0].account, taskid, address(0));
        _contributeWith(workers[0], taskid, address(0), permit);
    }

    function test_a_compact_signature_is_leave_enough() public {
        bytes32 taskid = _taskOfTrust(4);
        (bytes32 r, bytes32 vs) =
            vm.signCompact(scheduler.key, _authorizationHash(workers[0].account, taskid, address(0)));

        _contributeWith(workers[0], taskid, address(0), abi.encodePacked(r, vs));

        assertEq(hub.viewTask(taskid).contributors.length, 1);
    }

    function test_leave_of_another_length_is_no_signature() public {
        bytes32 taskid = _taskOfTrust(4);

        bytes32 hash = _authorizationHash(workers[0].account, taskid, address(0));
        vm.expectRevert(abi.encodeWithSelector(ContributionNotAuthorized.selector, scheduler.account, hash));
        _contributeWith(workers[0], taskid, address(0), new bytes(66));
    }

    function test_who_sold_the_workerpool_after_the_match_still_gives_leave() public {
        bytes32 taskid = _taskOfTrust(4);
        _sellWorkerpool();

        _contribute(workers[0], taskid, RESULT);

        assertEq(hub.viewTask(taskid).contributors.length, 1);
    }

    function test_who_bought_the_workerpool_after_the_match_gives_no_leave() public {
        bytes32 taskid = _taskOfTrust(4);
        _sellWorkerpool();
        bytes memory permit = _authorization(stranger, workers[0].account, taskid, address(0));

        _expectNotAuthorized(workers[0].account, taskid, address(0));
        _contributeWith(workers[0], taskid, address(0), permit);
    }

    function test_a_contract_that_owns_the_workerpool_gives_leave_by_its_code() public {
        address account = address(new ContractAccount(scheduler.account));
        bytes32 taskid = _taskOfContractPool(account);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, address(0));

        _contributeWith(workers[0], taskid, address(0), bytes.concat(hex"99", permit));

        assertEq(hub.viewTask(taskid).contributors.length, 1);
    }

    function test_what_the_code_of_the_workerpools_owner_refuses_is_no_leave() public {
        address account = address(new ContractAccount(scheduler.account));
        bytes32 taskid = _taskOfContractPool(account);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, address(0));
        bytes32 hash = _authorizationHash(workers[0].account, taskid, address(0));

        vm.expectRevert(abi.encodeWithSelector(ContributionNotAuthorized.selector, account, hash));
        _contributeWith(workers[0], taskid, address(0), permit);
    }

    function test_a_worker_whose_free_stake_is_just_enough_contributes() public {
        bytes32 taskid = _taskOfTrust(4);
        Person memory worker = _person("poor worker");
        _fund(worker.account, WORKER_STAKE);

        _contribute(worker, taskid, RESULT);

        _assertAccount(worker.account, 0, WORKER_STAKE);
    }

    function test_a_worker_whose_free_stake_is_one_short_does_not_contribute() public {
        bytes32 taskid = _taskOfTrust(4);
        Person memory worker = _person("poor worker");
        _fund(worker.account, WORKER_STAKE - 1);

        vm.expectRevert(
            abi.encodeWithSelector(InsufficientStake.selector, worker.account, WORKER_STAKE - 1, WORKER_STAKE)
        );
        _contribute(worker, taskid, RESULT);
    }

    function test_a_pool_may_ask_no_stake_of_its_workers_and_the_zero_lock_is_announced() public {
        _policy(0, 1);
        bytes32 taskid = _taskOfTrust(4);
        Person memory worker = _person("poor worker");

        vm.recordLogs();
        _contribute(worker, taskid, RESULT);

        Vm.Log[] memory happened = vm.getRecordedLogs();
        _emitLock(worker.account, 0);
        emit IHubEvents.TaskContribute(taskid, worker.account, _hashOf(taskid, RESULT));
        _assertLogged(happened);
    }

    function test_a_policy_changed_after_the_match_does_not_change_the_stake() public {
        bytes32 taskid = _taskOfTrust(4);
        _policy(100, 1);

        _contribute(workers[0], taskid, RESULT);

        assertEq(hub.frozenOf(workers[0].account), WORKER_STAKE);
    }

    function testFuzz_the_stake_is_the_policys_share_of_the_price_rounded_down(uint256 price, uint256 policy) public {
        price = bound(price, 0, 50_000e9);
        policy = bound(policy, 0, 150);
        _policy(policy, 1);
        Orders memory orders = _ordersOfTrust(4);
        orders.workerpool.workerpoolprice = orders.request.workerpoolmaxprice = price;
        bytes32 taskid = _taskOf(orders);

        _contribute(workers[0], taskid, RESULT);

        assertEq(hub.frozenOf(workers[0].account), price * policy / 100);
    }

    function test_the_status_of_the_task_is_refused_before_the_deadline() public {
        bytes32 taskid = _failedTask();

        vm.expectRevert(abi.encodeWithSelector(TaskNotActive.selector, taskid, TaskStatusEnum.FAILED));
        _contributeWith(workers[0], taskid, address(0), "");
    }

    function test_the_deadline_is_refused_before_the_second_vote() public {
        bytes32 taskid = _taskOfTrust(4);
        _contribute(workers[0], taskid, RESULT);
        vm.warp(CONTRIBUTION_DEADLINE);

        vm.expectRevert(
            abi.encodeWithSelector(
                IDeadlineErrors.ContributionDeadlineReached.selector, CONTRIBUTION_DEADLINE, CONTRIBUTION_DEADLINE
            )
        );
        _contributeWith(workers[0], taskid, address(0), "");
    }

    function test_the_second_vote_is_refused_before_the_missing_leave() public {
        bytes32 taskid = _taskOfTrust(8);
        _contribute(workers[0], taskid, RESULT);

        vm.expectRevert(
            abi.encodeWithSelector(AlreadyContributed.selector, workers[0].account, ContributionStatusEnum.CONTRIBUTED)
        );
        _contributeWith(workers[0], taskid, address(0), "");
    }

    function _contributeWith(Person memory worker, bytes32 taskid, address challenge, bytes memory permit) private {
        bytes32 seal = _sealOf(worker.account, taskid, RESULT);
        vm.prank(worker.account);
        hub.contribute(taskid, _hashOf(taskid, RESULT), seal, challenge, "", permit);
    }

    function _expectNotAuthorized(address worker, bytes32 taskid, address challenge) private {
        bytes32 hash = _authorizationHash(worker, taskid, challenge);
        vm.expectRevert(abi.encodeWithSelector(ContributionNotAuthorized.selector, scheduler.account, hash));
    }

    function _sellWorkerpool() private {
        vm.prank(scheduler.account);
        workerpools.transferFrom(scheduler.account, stranger.account, uint256(uint160(workerpool)));
    }

    /// A task of a workerpool that a contract owns, for which the scheduler's key signs.
    function _taskOfContractPool(address account) private returns (bytes32 taskid) {
        _fund(account, DEPOSIT);
        Orders memory orders = _ordersOfTrust(4);
        orders.workerpool.workerpool = workerpools.createWorkerpool(account, "pool of a contract");
        _sign(orders);
        bytes memory sign = _signature(scheduler, OrderHash.orderHash(hub, orders.workerpool));
        orders.workerpool.sign = bytes.concat(hex"99", sign);
        return hub.initialize(_match(orders), 0);
    }
}
