// SPDX-License-Identifier: Apache-2.0
// Workers vote and reveal, honestly, lazily or with lies; schedulers reopen and finalize; keepers claim.
pragma solidity 0.8.37;

import { IHub } from "../../src/interfaces/IHub.sol";
import { ContributionStatusEnum, Deal, Task, TaskStatusEnum } from "../../src/types/Views.sol";
import { Person } from "../support/Market.sol";
import { Tally } from "./Books.sol";
import { Noted, Work } from "./Work.sol";

abstract contract TaskActions is Work {
    address internal constant KEEPER = address(0xbee);

    function initialize(uint256 seed) external action("initialize") {
        if (pending.length == 0) return;
        uint256 count = 1 + _draw(seed) % (pending.length < 2 ? 1 : 2);
        for (uint256 i = 0; i < count; ++i) {
            Pending memory next = _take(_draw(seed));
            (bytes memory answer,) = _do(KEEPER, abi.encodeCall(IHub.initialize, (next.dealid, next.index)), true);
            _note(abi.decode(answer, (bytes32)));
            _do(KEEPER, abi.encodeCall(IHub.initialize, (next.dealid, next.index)), false);
        }
        _useful();
    }

    /// Some workers vote, one after the other, until they agree enough; a second vote of the same worker is refused.
    function contribute(uint256 seed) external action("contribute") {
        bytes32 taskid = _open(seed);
        if (taskid == 0) return;
        bool useful;
        uint256 first = _draw(seed);
        for (uint256 i = 0; i < 3 && statusOf[taskid] == TaskStatusEnum.ACTIVE; ++i) {
            if (_contributeOnce(taskid, _anybody((first % people.length) + i), _draw(seed))) useful = true;
        }
        if (useful) _useful();
    }

    function contributeAndFinalize(uint256 seed) external action("contributeAndFinalize") {
        bytes32 taskid = _alone(seed);
        if (taskid == 0) return;
        Task memory task = hub.viewTask(taskid);
        Deal memory deal = hub.viewDeal(task.dealid);
        Person memory worker = _anybody(_draw(seed));
        bool must = task.status == TaskStatusEnum.ACTIVE && clock < task.contributionDeadline && deal.trust == 1
            && task.contributors.length == 0;
        uint256 owed = _priceOf(deal) + _poolStakeOf(deal);

        (, Tally memory tally) = _do(worker.account, _aloneCall(taskid, deal, worker), must);
        if (!must) return;
        _checkSettlement(tally, owed);
        _note(taskid);
        assertTrue(statusOf[taskid] == TaskStatusEnum.COMPLETED, "one worker was enough");
        _useful();
    }

    /// Winners reveal, but each is too lazy for every fourth task; losers and strangers cannot.
    function reveal(uint256 seed) external action("reveal") {
        bytes32 taskid = _awaited(seed);
        if (taskid == 0) return;
        Task memory task = hub.viewTask(taskid);
        bool useful;
        for (uint256 i = 0; i < task.contributors.length; ++i) {
            if (_revealOnce(taskid, task, task.contributors[i])) useful = true;
        }
        _do(KEEPER, abi.encodeCall(IHub.reveal, (taskid, _digestOf(taskid, 0))), false);
        _note(taskid);
        if (useful) _useful();
    }

    function reopen(uint256 seed) external action("reopen") {
        bytes32 taskid = _silent(seed);
        if (taskid == 0) return;
        Task memory task = hub.viewTask(taskid);
        address scheduler_ = hub.viewDeal(task.dealid).workerpool.owner;
        bool must = clock >= task.revealDeadline && clock < task.finalDeadline && task.revealCounter == 0;

        _do(scheduler_, abi.encodeCall(IHub.reopen, (taskid)), must);
        _note(taskid);
        if (must) _useful();
    }

    function finalize(uint256 seed) external action("finalize") {
        bytes32 taskid = _revealed(seed);
        if (taskid == 0) return;
        Task memory task = hub.viewTask(taskid);
        Deal memory deal = hub.viewDeal(task.dealid);
        bool revealed = task.revealCounter == task.winnerCounter;
        bool must = clock < task.finalDeadline && (revealed || (task.revealCounter > 0 && clock >= task.revealDeadline));
        bytes memory data =
            deal.callback == address(0) ? bytes("") : _answer(taskid, _lieOf(taskid, task.consensusValue));
        uint256 owed = _priceOf(deal) + _poolStakeOf(deal) + task.contributors.length * deal.workerStake;

        (, Tally memory tally) =
            _do(deal.workerpool.owner, abi.encodeCall(IHub.finalize, (taskid, "result", data)), must);
        if (!must) return;
        _checkSettlement(tally, owed);
        _note(taskid);
        assertTrue(statusOf[taskid] == TaskStatusEnum.COMPLETED, "finalized is completed");
        _tellEnd(taskid, task, deal, tally);
        _useful();
    }

    function _tellEnd(bytes32 taskid, Task memory task, Deal memory deal, Tally memory tally) private {
        bool rejected;
        for (uint256 i = 0; i < task.contributors.length; ++i) {
            ContributionStatusEnum status = hub.viewContribution(taskid, task.contributors[i]).status;
            if (status == ContributionStatusEnum.REJECTED) rejected = true;
        }
        _tell("several workers agreed", task.revealCounter > 1);
        _tell("a winner kept silent and the others were paid", task.revealCounter < task.winnerCounter);
        _tell("a reopened task was completed", rejected);
        _tell("a worker lost his stake", tally.seized - tally.seizedOfKitty > _priceOf(deal));
        _tell("the kitty gave something", tally.seizedOfKitty > 0);
        _tell("a lie won", task.consensusValue != _hashOfAnswer(taskid, 0));
        _tell("an enclave contributed", uint256(deal.tag) & 1 == 1);
        _tell("a receiver was called", deal.callback != address(0));
    }

    /// Past its final deadline a task can always be ended, by anybody. Before, by nobody.
    function claim(uint256 seed) external action("claim") {
        bytes32 taskid = _late(seed);
        if (taskid == 0) return;
        if (_claimOnce(taskid)) _useful();
    }

    /// A task can also end without ever having begun.
    function initializeAndClaim(uint256 seed) external action("initializeAndClaim") {
        if (pending.length == 0) return;
        uint256 place;
        for (uint256 i = 0; i < 12 && clock < _finalDeadlineOf(pending[place].dealid); ++i) {
            place = _draw(seed) % pending.length;
        }
        Pending memory next = pending[place];
        bool must = clock >= _finalDeadlineOf(next.dealid);
        if (must) {
            _take(place);
            _initializeAndClaim(next);
            _useful();
        } else {
            _do(KEEPER, _initializeAndClaimCall(next), false);
        }
    }

    /// Final states are final: nothing that anybody does to such a task is accepted.
    function disturbEnded(uint256 seed) external action("disturbEnded") {
        TaskStatusEnum status = _draw(seed) % 2 == 0 ? TaskStatusEnum.COMPLETED : TaskStatusEnum.FAILED;
        bytes32 taskid = _some(status, seed);
        if (taskid == 0) return;
        Task memory task = hub.viewTask(taskid);
        Deal memory deal = hub.viewDeal(task.dealid);
        Person memory worker = _anybody(_draw(seed));

        _do(worker.account, abi.encodeCall(IHub.initialize, (task.dealid, task.idx)), false);
        _do(worker.account, _contributeCall(taskid, deal, worker, 0), false);
        _do(worker.account, _aloneCall(taskid, deal, worker), false);
        _do(worker.account, abi.encodeCall(IHub.reveal, (taskid, _digestOf(taskid, 0))), false);
        _do(deal.workerpool.owner, abi.encodeCall(IHub.reopen, (taskid)), false);
        _do(deal.workerpool.owner, abi.encodeCall(IHub.finalize, (taskid, "", _answer(taskid, 0))), false);
        _do(KEEPER, abi.encodeCall(IHub.claim, (taskid)), false);
        _checkEnded(taskid);
        _useful();
    }

    /// What was locked for the task is in somebody's hands again, to the last nRLC, and what was rewarded was seized.
    function _checkSettlement(Tally memory tally, uint256 owed) internal pure {
        assertEq(tally.rewarded, tally.seized, "not all that was seized was rewarded");
        assertEq(
            tally.unlocked + tally.rewarded, owed + tally.seizedOfKitty, "rewards + refunds are not price + stakes"
        );
    }

    function _claimOnce(bytes32 taskid) internal returns (bool must) {
        Task memory task = hub.viewTask(taskid);
        Deal memory deal = hub.viewDeal(task.dealid);
        must = clock >= task.finalDeadline;
        uint256 sponsored = free[deal.sponsor];
        uint256 owed = _priceOf(deal) + _poolStakeOf(deal) + task.contributors.length * deal.workerStake;

        (, Tally memory tally) = _do(KEEPER, abi.encodeCall(IHub.claim, (taskid)), must);
        if (!must) return must;
        _checkSettlement(tally, owed);
        assertEq(tally.seized, _poolStakeOf(deal), "a failure costs more than the stake of the pool");
        assertGe(free[deal.sponsor], sponsored + _priceOf(deal), "a failure costs who paid");
        _tell("a task with votes failed", task.contributors.length > 0);
        _note(taskid);
    }

    function _initializeAndClaim(Pending memory next) internal {
        Deal memory deal = hub.viewDeal(next.dealid);
        (, Tally memory tally) = _do(KEEPER, _initializeAndClaimCall(next), true);
        _checkSettlement(tally, _priceOf(deal) + _poolStakeOf(deal));
        _note(keccak256(abi.encodePacked(next.dealid, next.index)));
    }

    function _initializeAndClaimCall(Pending memory next) private pure returns (bytes memory) {
        bytes32[] memory dealids = new bytes32[](1);
        uint256[] memory indexes = new uint256[](1);
        (dealids[0], indexes[0]) = (next.dealid, next.index);
        return abi.encodeCall(IHub.initializeAndClaimArray, (dealids, indexes));
    }

    /// A task that still takes votes, or any active one if there is none.
    function _open(uint256 seed) private returns (bytes32 taskid) {
        for (uint256 i = 0; i < 6; ++i) {
            taskid = _some(TaskStatusEnum.ACTIVE, seed);
            if (taskid == 0 || clock < noted[taskid].contributionDeadline) return taskid;
        }
    }

    /// A task that one worker may end, or any active one if there is none.
    function _alone(uint256 seed) private returns (bytes32 taskid) {
        for (uint256 i = 0; i < 4; ++i) {
            taskid = _some(TaskStatusEnum.ACTIVE, seed);
            if (taskid == 0) return taskid;
            Noted memory task = noted[taskid];
            bool inTime = task.contributors == 0 && clock < task.contributionDeadline;
            if (inTime && hub.viewDeal(task.dealid).trust == 1) return taskid;
        }
    }

    /// A task of which somebody still has to reveal, or any revealing one if there is none.
    function _awaited(uint256 seed) private returns (bytes32 taskid) {
        for (uint256 i = 0; i < 8; ++i) {
            taskid = _some(TaskStatusEnum.REVEALING, seed);
            if (taskid == 0) return taskid;
            Noted memory task = noted[taskid];
            if (task.reveals == 0 && clock < task.revealDeadline) return taskid;
        }
    }

    /// A task that can be finalized, or any revealing one if there is none.
    function _revealed(uint256 seed) private returns (bytes32 taskid) {
        for (uint256 i = 0; i < 6; ++i) {
            taskid = _some(TaskStatusEnum.REVEALING, seed);
            if (taskid == 0) return taskid;
            Noted memory task = noted[taskid];
            if (task.reveals > 0 && clock < task.finalDeadline) return taskid;
        }
    }

    /// A task whose winners kept silent too long, or any revealing one if there is none.
    function _silent(uint256 seed) private returns (bytes32 taskid) {
        for (uint256 i = 0; i < 6; ++i) {
            taskid = _some(TaskStatusEnum.REVEALING, seed);
            if (taskid == 0) return taskid;
            Noted memory task = noted[taskid];
            if (task.reveals == 0 && clock >= task.revealDeadline && clock < task.finalDeadline) return taskid;
        }
    }

    /// A task past its final deadline, or any running one if there is none.
    function _late(uint256 seed) private returns (bytes32 taskid) {
        for (uint256 i = 0; i < 6; ++i) {
            taskid = _some(i % 2 == 0 ? TaskStatusEnum.ACTIVE : TaskStatusEnum.REVEALING, seed);
            if (taskid != 0 && clock >= noted[taskid].finalDeadline) return taskid;
        }
    }
}
