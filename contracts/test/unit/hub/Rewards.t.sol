// SPDX-License-Identifier: Apache-2.0
// result: who of several workers gets how much of the price and of the losers' stakes, to the last nRLC, and whose score changes.
pragma solidity 0.8.37;

import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { ContributionStatusEnum } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { Vm, vm } from "../../Vm.sol";

contract RewardsTest is Work {
    function test_equal_winners_get_equal_rewards_and_the_scheduler_the_dust() public {
        bytes32 taskid = _taskForPrice(100);
        for (uint256 i = 0; i < 3; ++i) {
            _contribute(workers[i], taskid, RESULT);
        }
        for (uint256 i = 0; i < 3; ++i) {
            _reveal(workers[i], taskid, RESULT);
        }

        _finalize(taskid);

        // 100 × 99 % = 99 = 3 × 33.
        _assertGained(0, 33);
        _assertGained(1, 33);
        _assertGained(2, 33);
        _assertAccount(scheduler.account, DEPOSIT + 1, 0);
    }

    function test_every_floor_leaves_its_rest_to_the_scheduler() public {
        bytes32 taskid = _taskForPrice(99);
        for (uint256 i = 0; i < 3; ++i) {
            _contribute(workers[i], taskid, RESULT);
        }
        for (uint256 i = 0; i < 3; ++i) {
            _reveal(workers[i], taskid, RESULT);
        }

        _finalize(taskid);

        // 99 × 99 % = 98.01; 98 / 3 = 32.67: 1 + 2 nRLC are left.
        _assertGained(0, 32);
        _assertGained(1, 32);
        _assertGained(2, 32);
        _assertAccount(scheduler.account, DEPOSIT + 3, 0);
    }

    function test_a_loser_pays_the_winners_and_the_scheduler() public {
        bytes32 taskid = _twoAgainstOne();

        vm.recordLogs();
        _finalizeWith(taskid, "link", "");

        // (10 + 3) RLC × 99 % / 2 = 6.435 RLC.
        Vm.Log[] memory happened = vm.getRecordedLogs();
        _emitPrice(taskid);
        _emitFaulty(workers[0].account, WORKER_STAKE, taskid);
        _emitAccurate(workers[1].account, WORKER_STAKE, 6_435_000_000, taskid);
        _emitAccurate(workers[2].account, WORKER_STAKE, 6_435_000_000, taskid);
        _emitReward(scheduler.account, 130_000_000, taskid);
        emit IHubEvents.TaskFinalize(taskid, "link");
        _assertLogged(happened);
    }

    function test_a_loser_loses_his_stake_and_nothing_more() public {
        bytes32 taskid = _twoAgainstOne();

        _finalize(taskid);

        _assertAccount(workers[0].account, DEPOSIT - WORKER_STAKE, 0);
        _assertGained(1, 6_435_000_000);
        _assertGained(2, 6_435_000_000);
        _assertAccount(scheduler.account, DEPOSIT + 130_000_000, 0);
        _assertAccount(address(hub), 0, 0);
    }

    function test_a_winner_who_does_not_reveal_is_a_loser() public {
        bytes32 taskid = _revealingTask();
        _reveal(workers[1], taskid, RESULT);
        skipTime(REVEAL_TIME);

        _finalize(taskid);

        _assertAccount(workers[0].account, DEPOSIT - WORKER_STAKE, 0);
        _assertGained(1, 12_870_000_000);
        _assertAccount(scheduler.account, DEPOSIT + 130_000_000, 0);
        assertEq(
            uint256(hub.viewContribution(taskid, workers[0].account).status),
            uint256(ContributionStatusEnum.CONTRIBUTED)
        );
    }

    function test_the_rejected_pay_those_who_came_after_them() public {
        bytes32 taskid = _reopenedAndRevealed();

        vm.recordLogs();
        _finalizeWith(taskid, "link", "");

        // (10 + 2 × 3) RLC × 99 % / 2 = 7.92 RLC.
        Vm.Log[] memory happened = vm.getRecordedLogs();
        _emitPrice(taskid);
        _emitFaulty(workers[0].account, WORKER_STAKE, taskid);
        _emitFaulty(workers[1].account, WORKER_STAKE, taskid);
        _emitAccurate(workers[2].account, WORKER_STAKE, 7_920_000_000, taskid);
        _emitAccurate(workers[3].account, WORKER_STAKE, 7_920_000_000, taskid);
        _emitReward(scheduler.account, 160_000_000, taskid);
        emit IHubEvents.TaskFinalize(taskid, "link");
        _assertLogged(happened);
    }

    function test_the_rejected_lose_their_stake_and_a_third_of_their_score() public {
        bytes32 taskid = _reopenedAndRevealed();
        _setScore(workers[0].account, 10);

        _finalize(taskid);

        _assertAccount(workers[0].account, DEPOSIT - WORKER_STAKE, 0);
        assertEq(hub.viewScore(workers[0].account), 6);
        assertEq(
            uint256(hub.viewContribution(taskid, workers[0].account).status), uint256(ContributionStatusEnum.REJECTED)
        );
    }

    function test_an_expert_earns_by_the_logarithm_of_his_weight() public {
        _setScore(workers[1].account, 300);
        bytes32 taskid = _taskOfTrust(100);
        _contribute(workers[0], taskid, RESULT);
        _contribute(workers[1], taskid, RESULT);
        _reveal(workers[0], taskid, RESULT);
        _reveal(workers[1], taskid, RESULT);

        _finalize(taskid);

        // Shares 1 and 6 of 9.9 RLC: 1.414285714 and 8.485714285, and one nRLC of dust.
        _assertGained(0, 1_414_285_714);
        _assertGained(1, 8_485_714_285);
        _assertAccount(scheduler.account, DEPOSIT + 100_000_001, 0);
    }

    function test_a_scheduler_who_takes_all_leaves_the_winners_nothing_but_their_stake() public {
        _policy(30, 100);
        bytes32 taskid = _twoAgainstOne();

        _finalize(taskid);

        _assertGained(1, 0);
        _assertGained(2, 0);
        _assertAccount(scheduler.account, DEPOSIT + 13e9, 0);
    }

    function test_a_scheduler_who_takes_nothing_gets_the_dust() public {
        _policy(30, 0);
        bytes32 taskid = _taskForPrice(100);
        for (uint256 i = 0; i < 3; ++i) {
            _contribute(workers[i], taskid, RESULT);
        }
        for (uint256 i = 0; i < 3; ++i) {
            _reveal(workers[i], taskid, RESULT);
        }

        _finalize(taskid);

        _assertGained(0, 33);
        _assertAccount(scheduler.account, DEPOSIT + 1, 0);
    }

    function test_the_accurate_gain_one_point() public {
        bytes32 taskid = _revealedTask();
        _setScore(workers[0].account, 41);

        _finalize(taskid);

        assertEq(hub.viewScore(workers[0].account), 42);
        assertEq(hub.viewScore(workers[1].account), 1);
    }

    function test_the_only_winner_gains_a_point_when_others_had_voted() public {
        bytes32 taskid = _revealingTask();
        _reveal(workers[1], taskid, RESULT);
        skipTime(REVEAL_TIME);

        _finalize(taskid);

        assertEq(hub.viewScore(workers[1].account), 1);
    }

    function test_the_faulty_keep_two_thirds_of_their_score_rounded_down() public {
        uint8[7] memory before = [0, 1, 2, 3, 4, 100, 101];
        uint8[7] memory afterwards = [0, 0, 1, 2, 2, 66, 67];

        for (uint256 i = 0; i < before.length; ++i) {
            bytes32 taskid = _twoAgainstOne();
            _setScore(workers[0].account, before[i]);
            _finalize(taskid);
            assertEq(hub.viewScore(workers[0].account), afterwards[i]);
        }
    }

    function testFuzz_the_faulty_keep_two_thirds_of_any_score(uint64 score) public {
        bytes32 taskid = _twoAgainstOne();
        _setScore(workers[0].account, score);

        _finalize(taskid);

        assertEq(hub.viewScore(workers[0].account), uint256(score) * 2 / 3);
    }

    function testFuzz_rewards_and_seizures_leave_nothing_over_and_nothing_locked(
        uint256 price,
        uint256 stakeRatio,
        uint256 schedulerRatio,
        uint256 silent
    ) public {
        price = bound(price, 0, 30_000e9);
        stakeRatio = bound(stakeRatio, 0, 200);
        schedulerRatio = bound(schedulerRatio, 0, 100);
        _policy(stakeRatio, schedulerRatio);
        bytes32 taskid = _taskForPrice(price);
        for (uint256 i = 0; i < 3; ++i) {
            _contribute(workers[i], taskid, RESULT);
        }
        uint256 pot = price;
        uint256 winners = 1;
        for (uint256 i = 0; i < 3; ++i) {
            if (i > 0 && (silent >> i) & 1 == 1) {
                pot += price * stakeRatio / 100;
            } else {
                winners += i > 0 ? 1 : 0;
                _reveal(workers[i], taskid, RESULT);
            }
        }
        skipTime(REVEAL_TIME);

        _finalize(taskid);

        uint256 reward = pot * (100 - schedulerRatio) / 100 / winners;
        _assertGained(0, reward);
        _assertAccount(scheduler.account, DEPOSIT + pot - winners * reward, 0);
        _assertAccount(requester.account, DEPOSIT - price, 0);
        _assertAccount(address(hub), 0, 0);
    }

    /// A task of trust 8 with a free app, and this price for the workerpool.
    function _taskForPrice(uint256 price) private returns (bytes32 taskid) {
        Orders memory orders = _ordersOfTrust(8);
        orders.app.appprice = 0;
        orders.workerpool.workerpoolprice = orders.request.workerpoolmaxprice = price;
        return _taskOf(orders);
    }

    /// The first worker voted for another result than the second and the third, who have revealed.
    function _twoAgainstOne() private returns (bytes32 taskid) {
        _setScore(workers[0].account, 0);
        _setScore(workers[1].account, 18);
        _setScore(workers[2].account, 18);
        taskid = _taskOfTrust(8);
        _contribute(workers[0], taskid, OTHER);
        // 25 × 8 against (1 + 2 + 25) × 7.
        _contribute(workers[1], taskid, RESULT);
        _contribute(workers[2], taskid, RESULT);
        _reveal(workers[1], taskid, RESULT);
        _reveal(workers[2], taskid, RESULT);
    }

    /// Two were rejected, two others agreed and revealed.
    function _reopenedAndRevealed() private returns (bytes32 taskid) {
        taskid = _revealingTask();
        skipTime(REVEAL_TIME);
        vm.prank(scheduler.account);
        hub.reopen(taskid);
        for (uint256 i = 2; i < 4; ++i) {
            _contribute(workers[i], taskid, RESULT);
        }
        for (uint256 i = 2; i < 4; ++i) {
            _reveal(workers[i], taskid, RESULT);
        }
    }

    function _assertGained(uint256 worker, uint256 reward) private view {
        _assertAccount(workers[worker].account, DEPOSIT + reward, 0);
    }
}
