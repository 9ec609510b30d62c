// SPDX-License-Identifier: Apache-2.0
// contribution: a task takes 255 workers, and with all of them still ends within the gas of one block.
pragma solidity 0.8.37;

import { TooManyContributors } from "../../../src/hub/Contributions.sol";
import { Task, TaskStatusEnum } from "../../../src/types/Views.sol";
import { Person } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { vm } from "../../Vm.sol";

/// Every call is a transaction of its own here, so that what it costs is what it would cost on a chain.
/// forge-config: default.isolate = true
contract CrowdTest is Work {
    uint256 private constant MOST = 255;
    uint256 private constant BLOCK = 30_000_000;

    Person[] private crowd;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i <= MOST; ++i) {
            crowd.push(_newWorker(i));
        }
    }

    function test_the_worker_after_the_last_is_refused_with_both_numbers() public {
        bytes32 taskid = _dividedTask(MOST);

        vm.expectRevert(abi.encodeWithSelector(TooManyContributors.selector, MOST, MOST));
        _contribute(crowd[MOST], taskid, RESULT);
    }

    function test_the_last_of_a_crowd_of_whom_no_two_agree_can_vote() public {
        bytes32 taskid = _dividedTask(MOST - 1);

        _contribute(crowd[MOST - 1], taskid, _opinion(MOST - 1));

        _assertFits("contribute");
        assertEq(hub.viewTask(taskid).contributors.length, MOST);
    }

    function test_a_task_with_a_whole_crowd_can_be_viewed() public {
        bytes32 taskid = _dividedTask(MOST);

        Task memory task = hub.viewTask(taskid);

        assertEq(task.contributors.length, MOST);
        for (uint256 i = 0; i < MOST; ++i) {
            assertEq(task.contributors[i], crowd[i].account);
            assertEq(hub.viewContribution(taskid, crowd[i].account).resultHash, _hashOf(taskid, _opinion(i)));
        }
    }

    function test_a_task_with_a_whole_crowd_can_be_claimed() public {
        bytes32 taskid = _dividedTask(MOST);
        vm.warp(FINAL_DEADLINE);

        hub.claim(taskid);

        _assertFits("claim");
        _assertStatus(taskid, TaskStatusEnum.FAILED);
        _assertAccount(crowd[0].account, DEPOSIT, 0);
        _assertAccount(crowd[MOST - 1].account, DEPOSIT, 0);
    }

    function test_a_task_can_be_finalized_when_one_is_right_and_all_the_others_are_wrong() public {
        bytes32 taskid = _dividedTask(MOST - 1);
        // As heavy as it takes against 254 newcomers: 1019 × 3 against (1 + 508 + 1019) × 2.
        _setScore(crowd[MOST - 1].account, 3060);
        _contribute(crowd[MOST - 1], taskid, RESULT);
        _reveal(crowd[MOST - 1], taskid, RESULT);

        _finalize(taskid);

        _assertFits("finalize with 254 losers");
        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
        _assertAccount(crowd[0].account, DEPOSIT - WORKER_STAKE, 0);
        _assertGainedAbout(254 * WORKER_STAKE + WORKERPOOL_PRICE);
    }

    function test_a_task_can_be_finalized_when_as_many_as_possible_are_right() public {
        bytes32 taskid = _taskOfTwoCamps();
        for (uint256 i = 0; i < MOST; ++i) {
            if (!_isOpponent(i)) _reveal(crowd[i], taskid, RESULT);
        }

        _finalize(taskid);

        _assertFits("finalize with 159 winners");
        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
        assertEq(hub.viewTask(taskid).winnerCounter, 159);
        assertEq(hub.viewScore(crowd[1].account), 1);
        _assertAccount(address(hub), 0, 0);
    }

    function test_a_task_with_a_whole_crowd_can_be_reopened() public {
        bytes32 taskid = _taskOfTwoCamps();
        skipTime(REVEAL_TIME);

        vm.prank(scheduler.account);
        hub.reopen(taskid);

        _assertFits("reopen");
        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
    }

    /// So many workers have voted, each for a result of his own; trust 3 is too much for any of them.
    function _dividedTask(uint256 votes) private returns (bytes32 taskid) {
        taskid = _taskOfTrust(3);
        for (uint256 i = 0; i < votes; ++i) {
            _contribute(crowd[i], taskid, _opinion(i));
        }
    }

    /// At the highest trust, 96 opponents keep 158 newcomers from the consensus, until one of weight 8 decides.
    function _taskOfTwoCamps() private returns (bytes32 taskid) {
        taskid = _taskOf(_ordersOfTrust(type(uint64).max));
        for (uint256 i = 0; i < MOST - 1; ++i) {
            _contribute(crowd[i], taskid, _isOpponent(i) ? OTHER : RESULT);
        }
        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
        _setScore(crowd[MOST - 1].account, 27);
        _contribute(crowd[MOST - 1], taskid, RESULT);
    }

    function _isOpponent(uint256 worker) private pure returns (bool) {
        return worker < 192 && worker % 2 == 0;
    }

    function _opinion(uint256 worker) private pure returns (string memory) {
        return string.concat("opinion ", vm.toString(worker));
    }

    function _assertFits(string memory what) private view {
        uint256 used = vm.lastCallGas().gasTotalUsed;
        assertGt(used, 21_000, what);
        assertLt(used, BLOCK, what);
    }

    function _assertGainedAbout(uint256 pot) private view {
        uint256 reward = pot * 99 / 100;
        _assertAccount(crowd[MOST - 1].account, DEPOSIT + reward, 0);
        _assertAccount(scheduler.account, DEPOSIT + pot - reward, 0);
    }
}
