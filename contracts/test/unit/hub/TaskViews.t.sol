// SPDX-License-Identifier: Apache-2.0
// What can be read of tasks, contributions and scores in every state, in the present and in the legacy shape.
pragma solidity 0.8.37;

import { Contribution, ContributionStatusEnum, Task, TaskStatusEnum } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { vm } from "../../Vm.sol";

contract TaskViewsTest is Work {
    bytes32 private dealid;

    function test_a_task_that_was_not_started_reads_as_zeros() public {
        dealid = _dealOfTrust(4);
        bytes32 taskid = keccak256(abi.encodePacked(dealid, uint256(0)));
        Task memory expected;

        _assertTask(taskid, expected);
    }

    function test_an_active_task_without_votes() public {
        bytes32 taskid = _startedTask(4);

        _assertTask(taskid, _expected(TaskStatusEnum.ACTIVE));
    }

    function test_an_active_task_lists_its_contributors_in_the_order_of_their_votes() public {
        bytes32 taskid = _startedTask(4);
        _contribute(workers[2], taskid, RESULT);
        _contribute(workers[0], taskid, OTHER);

        Task memory expected = _expected(TaskStatusEnum.ACTIVE);
        expected.contributors = _list(2, 0);
        _assertTask(taskid, expected);
    }

    function test_a_revealing_task_without_reveals() public {
        bytes32 taskid = _startedTask(4);
        _agree(taskid);

        Task memory expected = _expectedAgreement(taskid, TaskStatusEnum.REVEALING);
        _assertTask(taskid, expected);
    }

    function test_a_revealing_task_knows_its_digest_from_the_first_reveal_on() public {
        bytes32 taskid = _startedTask(4);
        _agree(taskid);
        _reveal(workers[1], taskid, RESULT);

        Task memory expected = _expectedAgreement(taskid, TaskStatusEnum.REVEALING);
        expected.revealCounter = 1;
        expected.resultDigest = _digest(RESULT);
        _assertTask(taskid, expected);
    }

    function test_a_reopened_task_forgets_the_consensus_but_not_the_contributors() public {
        bytes32 taskid = _startedTask(4);
        _agree(taskid);
        skipTime(REVEAL_TIME);
        vm.prank(scheduler.account);
        hub.reopen(taskid);

        Task memory expected = _expected(TaskStatusEnum.ACTIVE);
        expected.contributors = _list(0, 1);
        _assertTask(taskid, expected);
    }

    function test_a_completed_task() public {
        bytes32 taskid = _startedTask(4);
        _agree(taskid);
        _reveal(workers[0], taskid, RESULT);
        _reveal(workers[1], taskid, RESULT);
        _finalizeWith(taskid, "link", bytes(RESULT));

        Task memory expected = _expectedAgreement(taskid, TaskStatusEnum.COMPLETED);
        expected.revealCounter = 2;
        expected.resultDigest = _digest(RESULT);
        expected.results = "link";
        expected.resultsCallback = bytes(RESULT);
        _assertTask(taskid, expected);
    }

    function test_a_task_completed_in_one_transaction() public {
        bytes32 taskid = _startedTask(1);
        skipTime(10);
        _contributeAndFinalize(workers[3], taskid, "link");

        Task memory expected = _expectedAgreement(taskid, TaskStatusEnum.COMPLETED);
        expected.revealDeadline = START + 10 + REVEAL_TIME;
        expected.winnerCounter = expected.revealCounter = 1;
        expected.contributors = new address[](1);
        expected.contributors[0] = workers[3].account;
        expected.resultDigest = _digest(RESULT);
        expected.results = "link";
        _assertTask(taskid, expected);
    }

    function test_a_task_that_failed_without_votes() public {
        bytes32 taskid = _startedTask(4);
        vm.warp(FINAL_DEADLINE);
        hub.claim(taskid);

        _assertTask(taskid, _expected(TaskStatusEnum.FAILED));
    }

    function test_a_task_that_failed_while_revealing_keeps_what_was_known() public {
        bytes32 taskid = _startedTask(4);
        _agree(taskid);
        _reveal(workers[0], taskid, RESULT);
        vm.warp(FINAL_DEADLINE);
        hub.claim(taskid);

        Task memory expected = _expectedAgreement(taskid, TaskStatusEnum.FAILED);
        expected.revealCounter = 1;
        expected.resultDigest = _digest(RESULT);
        _assertTask(taskid, expected);
    }

    function test_a_task_of_a_bag_knows_its_index() public {
        Orders memory orders = _ordersOfTrust(4);
        _setVolume(orders, 3);
        _sign(orders);
        dealid = _match(orders);
        bytes32 taskid = hub.initialize(dealid, 2);

        Task memory expected = _expected(TaskStatusEnum.ACTIVE);
        expected.idx = 2;
        _assertTask(taskid, expected);
    }

    function test_no_contribution_reads_as_zeros() public {
        bytes32 taskid = _startedTask(4);
        Contribution memory expected;

        _assertContribution(taskid, 0, expected);
    }

    function test_no_contribution_to_a_task_done_by_another_reads_as_zeros() public {
        bytes32 taskid = _startedTask(1);
        _contributeAndFinalize(workers[3], taskid, "link");
        Contribution memory expected;

        _assertContribution(taskid, 0, expected);
    }

    function test_a_contribution_reads_as_contributed_proved_or_rejected() public {
        bytes32 taskid = _startedTask(4);
        _agree(taskid);
        _assertContribution(taskid, 0, _vote(taskid, 0, ContributionStatusEnum.CONTRIBUTED));
        skipTime(REVEAL_TIME);
        vm.prank(scheduler.account);
        hub.reopen(taskid);
        _assertContribution(taskid, 0, _vote(taskid, 0, ContributionStatusEnum.REJECTED));
        _contribute(workers[2], taskid, RESULT);
        _contribute(workers[3], taskid, RESULT);
        _reveal(workers[2], taskid, RESULT);
        _assertContribution(taskid, 2, _vote(taskid, 2, ContributionStatusEnum.PROVED));
        _assertContribution(taskid, 3, _vote(taskid, 3, ContributionStatusEnum.CONTRIBUTED));
    }

    function test_a_contribution_keeps_its_status_when_the_task_ends() public {
        bytes32 taskid = _startedTask(4);
        _agree(taskid);
        _reveal(workers[1], taskid, RESULT);
        skipTime(REVEAL_TIME);
        _finalize(taskid);

        _assertContribution(taskid, 0, _vote(taskid, 0, ContributionStatusEnum.CONTRIBUTED));
        _assertContribution(taskid, 1, _vote(taskid, 1, ContributionStatusEnum.PROVED));
    }

    function test_a_contribution_from_an_enclave_reads_with_its_challenge() public {
        bytes32 taskid = _startedTask(4);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, enclave.account);
        bytes memory word = _enclaveSignature(enclave, workers[0].account, taskid, RESULT);
        bytes32 seal = _sealOf(workers[0].account, taskid, RESULT);
        vm.prank(workers[0].account);
        hub.contribute(taskid, _hashOf(taskid, RESULT), seal, enclave.account, word, permit);

        Contribution memory expected = _vote(taskid, 0, ContributionStatusEnum.CONTRIBUTED);
        expected.enclaveChallenge = enclave.account;
        _assertContribution(taskid, 0, expected);
    }

    function test_a_contribution_of_one_transaction_reads_as_proved_without_weight() public {
        bytes32 taskid = _startedTask(1);
        _contributeAndFinalize(workers[0], taskid, "link");

        Contribution memory expected = _vote(taskid, 0, ContributionStatusEnum.PROVED);
        expected.weight = 0;
        _assertContribution(taskid, 0, expected);
    }

    function test_a_contribution_of_one_transaction_from_an_enclave_reads_with_its_challenge() public {
        bytes32 taskid = _startedTask(1);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, enclave.account);
        bytes memory word = _enclaveSignature(enclave, workers[0].account, taskid, RESULT);
        vm.prank(workers[0].account);
        hub.contributeAndFinalize(taskid, _digest(RESULT), "link", "", enclave.account, word, permit);

        Contribution memory expected = _vote(taskid, 0, ContributionStatusEnum.PROVED);
        expected.enclaveChallenge = enclave.account;
        expected.weight = 0;
        _assertContribution(taskid, 0, expected);
    }

    function test_nobody_has_a_score_before_he_has_done_anything() public view {
        assertEq(hub.viewScore(workers[0].account), 0);
        assertEq(hub.viewScore(stranger.account), 0);
        assertEq(hub.viewScore(address(0)), 0);
    }

    function test_a_score_grows_with_every_accurate_contribution() public {
        for (uint256 i = 1; i <= 3; ++i) {
            _completedTask();
            assertEq(hub.viewScore(workers[0].account), i);
        }
    }

    function test_a_score_survives_deposits_and_withdrawals() public {
        _completedTask();

        vm.prank(workers[0].account);
        hub.withdraw(DEPOSIT);
        _fund(workers[0].account, 5);

        assertEq(hub.viewScore(workers[0].account), 1);
    }

    function test_results_and_callback_data_may_both_be_empty() public {
        _assertResults("", "");
    }

    function test_results_may_be_empty_beside_callback_data() public {
        _assertResults("", "callback data");
    }

    function test_callback_data_may_be_empty_beside_results() public {
        _assertResults("results", "");
    }

    function test_a_result_may_be_one_zero_byte() public {
        _assertResults(hex"00", "");
    }

    function test_results_of_thirty_kilobytes_are_kept() public {
        _assertResults(_bytes(30_000, 1), "");
    }

    function test_callback_data_of_thirty_kilobytes_are_kept() public {
        _assertResults("", _bytes(30_000, 2));
    }

    function test_results_and_callback_data_of_thirty_kilobytes_are_kept_together() public {
        _assertResults(_bytes(30_000, 1), _bytes(30_000, 2));
    }

    /// One contract holds 24,575 bytes behind its STOP, of which 4 say how long the results are.
    function test_results_around_the_size_of_one_contract_are_kept() public {
        for (uint256 length = 24_569; length <= 24_573; ++length) {
            _assertResults(_bytes(length, length), "");
        }
    }

    function test_results_around_the_size_of_two_contracts_are_kept() public {
        for (uint256 length = 49_144; length <= 49_148; ++length) {
            _assertResults(_bytes(length, length), "x");
        }
    }

    function testFuzz_whatever_the_results_and_the_callback_data_both_are_kept(bytes memory results, bytes memory data)
        public
    {
        _assertResults(results, data);
    }

    function _startedTask(uint256 trust) private returns (bytes32 taskid) {
        dealid = _dealOfTrust(trust);
        return hub.initialize(dealid, 0);
    }

    function _agree(bytes32 taskid) private {
        _contribute(workers[0], taskid, RESULT);
        _contribute(workers[1], taskid, RESULT);
    }

    /// A started task of the deal, as it looks before any vote.
    function _expected(TaskStatusEnum status) private view returns (Task memory task) {
        task.status = status;
        task.dealid = dealid;
        task.timeref = TIMEREF_XS;
        task.contributionDeadline = CONTRIBUTION_DEADLINE;
        task.finalDeadline = FINAL_DEADLINE;
    }

    /// The same after the first two workers have agreed at once.
    function _expectedAgreement(bytes32 taskid, TaskStatusEnum status) private view returns (Task memory task) {
        task = _expected(status);
        task.consensusValue = _hashOf(taskid, RESULT);
        task.revealDeadline = START + REVEAL_TIME;
        task.winnerCounter = 2;
        task.contributors = _list(0, 1);
    }

    function _list(uint256 first, uint256 second) private view returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (workers[first].account, workers[second].account);
    }

    /// A newcomer's vote for the usual result.
    function _vote(bytes32 taskid, uint256 worker, ContributionStatusEnum status)
        private
        view
        returns (Contribution memory)
    {
        return Contribution({
            status: status,
            resultHash: _hashOf(taskid, RESULT),
            resultSeal: _sealOf(workers[worker].account, taskid, RESULT),
            enclaveChallenge: address(0),
            weight: 1
        });
    }

    function _assertTask(bytes32 taskid, Task memory expected) private view {
        assertEq(abi.encode(hub.viewTask(taskid)), abi.encode(expected), "the task");
        (bool done, bytes memory legacy) = address(hub).staticcall(abi.encodeCall(hub.viewTaskABILegacy, (taskid)));
        assertTrue(done);
        // Without the digest, the timestamp and the callback data, and as twelve values instead of one struct.
        assertEq(legacy, _legacy(expected), "the task in its legacy shape");
    }

    function _legacy(Task memory task) private pure returns (bytes memory) {
        return bytes.concat(
            abi.encode(
                task.status,
                task.dealid,
                task.idx,
                task.timeref,
                task.contributionDeadline,
                task.revealDeadline,
                task.finalDeadline,
                task.consensusValue
            ),
            _legacyTail(task)
        );
    }

    /// The last four of the twelve values; the places of the two lists count from the first of the twelve words.
    function _legacyTail(Task memory task) private pure returns (bytes memory) {
        bytes memory contributors = abi.encodePacked(task.contributors.length, task.contributors);
        bytes memory results =
            bytes.concat(bytes32(task.results.length), task.results, new bytes((32 - task.results.length % 32) % 32));
        uint256 head = 12 * 32;
        return bytes.concat(
            abi.encode(task.revealCounter, task.winnerCounter, head, head + contributors.length), contributors, results
        );
    }

    function _assertContribution(bytes32 taskid, uint256 worker, Contribution memory expected) private view {
        address account = workers[worker].account;
        assertEq(abi.encode(hub.viewContribution(taskid, account)), abi.encode(expected), "the contribution");
        (ContributionStatusEnum status, bytes32 hash, bytes32 seal, address challenge) =
            hub.viewContributionABILegacy(taskid, account);
        assertEq(
            abi.encode(status, hash, seal, challenge),
            abi.encode(expected.status, expected.resultHash, expected.resultSeal, expected.enclaveChallenge),
            "the contribution in its legacy shape"
        );
    }

    function _assertResults(bytes memory results, bytes memory data) private {
        bytes32 taskid = _taskOfTrust(1);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, address(0));
        vm.prank(workers[0].account);
        hub.contributeAndFinalize(taskid, keccak256(data), results, data, address(0), "", permit);

        Task memory task = hub.viewTask(taskid);
        assertEq(keccak256(task.results), keccak256(results));
        assertEq(keccak256(task.resultsCallback), keccak256(data));
        assertEq(keccak256(hub.resultFor(taskid)), keccak256(data));
    }

    function _bytes(uint256 length, uint256 seed) private pure returns (bytes memory data) {
        data = new bytes(length);
        for (uint256 i = 0; i < length; i += 32) {
            bytes32 word = keccak256(abi.encode(seed, i));
            for (uint256 j = 0; j < 32 && i + j < length; ++j) {
                data[i + j] = word[j];
            }
        }
    }
}
