// SPDX-License-Identifier: Apache-2.0
// contribution: how votes are weighed, and which of them make a consensus at which trust.
pragma solidity 0.8.37;

import { GroupWeightOutOfRange } from "../../../src/libraries/ConsensusLib.sol";
import { Task, TaskStatusEnum } from "../../../src/types/Views.sol";
import { Orders, Person } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { vm } from "../../Vm.sol";

contract ConsensusTest is Work {
    string[3] private results = ["result", "another result", "a third result"];

    function test_newcomers_who_agree_reach_every_trust_up_to_two_to_the_power_of_their_number() public {
        for (uint256 trust = 0; trust <= 100; ++trust) {
            uint256 needed = 1;
            while (2 ** needed < trust) ++needed;

            assertEq(_votesUntilConsensus(_freeTask(trust)), needed, string.concat("trust ", vm.toString(trust)));
        }
    }

    function test_one_newcomer_reaches_trust_two() public {
        bytes32 taskid = _freeTask(2);

        _contribute(workers[0], taskid, RESULT);

        _assertStatus(taskid, TaskStatusEnum.REVEALING);
    }

    function test_one_newcomer_does_not_reach_trust_three() public {
        bytes32 taskid = _freeTask(3);

        _contribute(workers[0], taskid, RESULT);

        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
    }

    function test_a_score_below_twelve_weighs_as_little_as_none() public {
        _assertLoneWorkerReaches(11, 2);
        _assertLoneWorkerMisses(11, 3);
    }

    function test_a_score_of_twelve_weighs_three() public {
        _assertLoneWorkerReaches(12, 3);
        _assertLoneWorkerMisses(12, 4);
    }

    function test_a_score_between_two_multiples_of_three_weighs_as_the_lower() public {
        _assertLoneWorkerReaches(302, 99);
        _assertLoneWorkerMisses(302, 100);
        _assertLoneWorkerReaches(303, 100);
    }

    function test_the_highest_score_has_a_weight_that_is_counted_to_the_last_unit() public {
        uint256 weight = uint256(type(uint64).max) / 3 - 1;

        _assertLoneWorkerReaches(type(uint64).max, weight);
        _assertLoneWorkerMisses(type(uint64).max, weight + 1);
    }

    function test_the_highest_trust_is_reached_by_sixty_four_newcomers() public {
        bytes32 taskid = _freeTask(type(uint64).max);

        for (uint256 i = 0; i < 63; ++i) {
            _contribute(_person(string.concat("newcomer ", vm.toString(i))), taskid, RESULT);
        }
        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
        _contribute(_person("newcomer 63"), taskid, RESULT);

        _assertStatus(taskid, TaskStatusEnum.REVEALING);
    }

    function testFuzz_a_lone_worker_reaches_every_trust_up_to_his_weight(uint64 score, uint64 trust) public {
        uint256 weight = score / 3 > 3 ? score / 3 - 1 : 2;
        trust = uint64(bound(trust, 1, type(uint64).max));

        bool reached = _loneWorkerReaches(score, trust);

        assertEq(reached, trust <= weight);
    }

    function testFuzz_a_lone_worker_reaches_a_trust_near_his_weight_or_not(uint64 score, uint64 above) public {
        score = uint64(bound(score, 12, 10_000));
        uint256 weight = score / 3 - 1;
        uint256 trust = weight - 1 + above % 4;

        bool reached = _loneWorkerReaches(score, trust);

        assertEq(reached, trust <= weight);
    }

    function test_the_share_of_a_vote_is_the_logarithm_of_its_weight() public {
        uint8[7] memory scores = [0, 14, 15, 26, 27, 50, 51];
        uint8[7] memory shares = [1, 1, 2, 2, 3, 3, 4];
        bytes32 taskid = _freeTask(type(uint64).max);

        for (uint256 i = 0; i < scores.length; ++i) {
            Person memory worker = _scored(i, scores[i]);
            _contribute(worker, taskid, RESULT);
            assertEq(hub.viewContribution(taskid, worker.account).weight, shares[i]);
        }
    }

    function test_an_opponent_costs_trust() public {
        bytes32 three = _disputedByThreeToOne(3);
        bytes32 four = _disputedByThreeToOne(4);

        _assertStatus(three, TaskStatusEnum.REVEALING);
        _assertStatus(four, TaskStatusEnum.ACTIVE);
    }

    function test_opponents_weigh_by_group_and_not_by_head() public {
        bytes32 divided = _freeTask(9);
        bytes32 united = _freeTask(9);
        for (uint256 i = 0; i < 3; ++i) {
            _contribute(workers[i], divided, results[1 + i % 2]);
            _contribute(workers[i], united, OTHER);
        }

        // 64 × 9 against (1 + 4 + 2 + 64) × 8 and (1 + 8 + 64) × 8.
        for (uint256 i = 0; i < 6; ++i) {
            _contribute(_scored(i, 0), divided, RESULT);
            _contribute(_scored(i, 0), united, RESULT);
        }

        _assertStatus(divided, TaskStatusEnum.REVEALING);
        _assertStatus(united, TaskStatusEnum.ACTIVE);
    }

    function test_without_trust_the_first_vote_decides() public {
        bytes32 taskid = _freeTask(0);

        _contribute(workers[0], taskid, OTHER);

        assertEq(hub.viewTask(taskid).consensusValue, _hashOf(taskid, OTHER));
    }

    function test_the_group_that_was_first_can_still_win_last() public {
        bytes32 taskid = _freeTask(3);
        _contribute(workers[0], taskid, RESULT);
        _contribute(workers[1], taskid, OTHER);
        _contribute(workers[2], taskid, RESULT);
        _assertStatus(taskid, TaskStatusEnum.ACTIVE);

        _contribute(workers[3], taskid, RESULT);

        Task memory task = hub.viewTask(taskid);
        assertEq(task.consensusValue, _hashOf(taskid, RESULT));
        assertEq(task.winnerCounter, 3);
        assertEq(task.contributors.length, 4);
    }

    function test_an_expert_outvotes_three_newcomers() public {
        bytes32 taskid = _freeTask(10);
        for (uint256 i = 0; i < 3; ++i) {
            _contribute(workers[i], taskid, OTHER);
        }

        // 99 × 10 against (1 + 8 + 99) × 9.
        _contribute(_scored(1, 300), taskid, RESULT);

        assertEq(hub.viewTask(taskid).consensusValue, _hashOf(taskid, RESULT));
        assertEq(hub.viewTask(taskid).winnerCounter, 1);
    }

    function test_the_score_of_the_moment_of_the_vote_counts() public {
        bytes32 taskid = _freeTask(20);
        _contribute(workers[0], taskid, RESULT);
        _setScore(workers[0].account, 300);

        _contribute(workers[1], taskid, RESULT);

        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
        assertEq(hub.viewContribution(taskid, workers[0].account).weight, 1);
    }

    function test_a_rejected_group_weighs_nothing_against_the_next() public {
        bytes32 taskid = _reopenedTask();

        _contribute(workers[2], taskid, OTHER);
        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
        _contribute(workers[3], taskid, OTHER);

        _assertStatus(taskid, TaskStatusEnum.REVEALING);
        assertEq(hub.viewTask(taskid).consensusValue, _hashOf(taskid, OTHER));
        assertEq(hub.viewTask(taskid).winnerCounter, 2);
    }

    function test_a_rejected_group_starts_from_nothing_when_others_vote_for_its_result() public {
        bytes32 taskid = _reopenedTask();

        _contribute(workers[2], taskid, RESULT);

        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
    }

    function test_the_rejected_are_no_winners_when_others_agree_on_their_result() public {
        bytes32 taskid = _reopenedTask();

        _contribute(workers[2], taskid, RESULT);
        _contribute(workers[3], taskid, RESULT);

        Task memory task = hub.viewTask(taskid);
        assertEq(uint256(task.status), uint256(TaskStatusEnum.REVEALING));
        assertEq(task.winnerCounter, 2);
        assertEq(task.contributors.length, 4);
    }

    function test_a_minority_keeps_its_weight_when_the_majority_is_rejected() public {
        bytes32 taskid = _freeTask(3);
        _contribute(workers[0], taskid, OTHER);
        for (uint256 i = 1; i < 4; ++i) {
            _contribute(workers[i], taskid, RESULT);
        }
        _reopen(taskid);

        // Alone, a newcomer would not reach trust 3; with the vote of before he does: 4 × 3 against 5 × 2.
        _contribute(workers[4], taskid, OTHER);

        assertEq(hub.viewTask(taskid).consensusValue, _hashOf(taskid, OTHER));
        assertEq(hub.viewTask(taskid).winnerCounter, 2);
    }

    function test_a_group_may_weigh_what_its_slot_holds() public {
        (bytes32 taskid, uint256 weight) = _heavyTask();
        uint256 most = type(uint176).max / (weight * weight);

        _contribute(_scored(4, uint64((most + 1) * 3)), taskid, RESULT);

        assertEq(hub.viewTask(taskid).contributors.length, 5);
    }

    function test_a_group_cannot_weigh_more_than_its_slot_holds() public {
        (bytes32 taskid, uint256 weight) = _heavyTask();
        uint256 most = type(uint176).max / (weight * weight);
        Person memory worker = _scored(4, uint64((most + 2) * 3));

        vm.expectRevert(
            abi.encodeWithSelector(
                GroupWeightOutOfRange.selector, weight * weight * (most + 1), uint256(type(uint176).max)
            )
        );
        _contribute(worker, taskid, RESULT);
    }

    function testFuzz_the_hub_counts_as_the_rule_is_written(uint256 seed, uint64 trust) public {
        trust = uint64(bound(trust, 1, 3000));
        bytes32 taskid = _freeTask(trust);
        uint256[3] memory groups;
        uint256 total = 1;

        for (uint256 i = 0; i < 10; ++i) {
            uint256 draw = uint256(keccak256(abi.encode(seed, i)));
            uint256 choice = draw % 4 > 2 ? 1 + draw / 4 % 2 : 0;
            uint256 score = draw / 16 % 60;
            _contribute(_scored(i, uint64(score)), taskid, results[choice]);

            uint256 weight = (score / 3 > 3 ? score / 3 : 3) - 1;
            uint256 delta = (groups[choice] > 1 ? groups[choice] : 1) * weight - groups[choice];
            groups[choice] += delta;
            total += delta;
            bool reached = groups[choice] * trust > total * (trust - 1);
            _assertStatus(taskid, reached ? TaskStatusEnum.REVEALING : TaskStatusEnum.ACTIVE);
            if (reached) return;
        }
    }

    /// A task for which nobody has to stake or pay anything.
    function _freeTask(uint256 trust) private returns (bytes32 taskid) {
        Orders memory orders = _ordersOfTrust(trust);
        orders.app.appprice = orders.workerpool.workerpoolprice = 0;
        return _taskOf(orders);
    }

    /// Four workers of the highest score are divided at the highest trust: two groups of the same weight, the square of one.
    function _heavyTask() private returns (bytes32 taskid, uint256 weight) {
        taskid = _freeTask(type(uint64).max);
        for (uint256 i = 0; i < 4; ++i) {
            _contribute(_scored(i, type(uint64).max), taskid, results[i % 2]);
        }
        weight = uint256(type(uint64).max) / 3 - 1;
        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
    }

    /// Two agreed on the result at trust 4 and were rejected.
    function _reopenedTask() private returns (bytes32 taskid) {
        taskid = _freeTask(4);
        _contribute(workers[0], taskid, RESULT);
        _contribute(workers[1], taskid, RESULT);
        _reopen(taskid);
    }

    function _reopen(bytes32 taskid) private {
        skipTime(REVEAL_TIME);
        vm.prank(scheduler.account);
        hub.reopen(taskid);
    }

    function _disputedByThreeToOne(uint256 trust) private returns (bytes32 taskid) {
        taskid = _freeTask(trust);
        _contribute(workers[0], taskid, OTHER);
        for (uint256 i = 1; i < 4; ++i) {
            _contribute(workers[i], taskid, RESULT);
        }
    }

    function _scored(uint256 index, uint64 score) private returns (Person memory worker) {
        worker = _person(string.concat("scored worker ", vm.toString(index)));
        _setScore(worker.account, score);
    }

    function _votesUntilConsensus(bytes32 taskid) private returns (uint256 votes) {
        while (_status(taskid) == TaskStatusEnum.ACTIVE) {
            _contribute(_person(string.concat("newcomer ", vm.toString(votes))), taskid, RESULT);
            ++votes;
        }
    }

    function _loneWorkerReaches(uint64 score, uint256 trust) private returns (bool) {
        bytes32 taskid = _freeTask(trust);
        _contribute(_scored(1, score), taskid, RESULT);
        return _status(taskid) == TaskStatusEnum.REVEALING;
    }

    function _assertLoneWorkerReaches(uint64 score, uint256 trust) private {
        assertTrue(_loneWorkerReaches(score, trust));
    }

    function _assertLoneWorkerMisses(uint64 score, uint256 trust) private {
        assertFalse(_loneWorkerReaches(score, trust));
    }
}
