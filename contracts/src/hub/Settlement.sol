// SPDX-License-Identifier: Apache-2.0
// Who is paid how much when a task ends, and what the result leaves behind.
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

import { Terms, DealLib } from "../libraries/DealLib.sol";
import { ContributionStatusEnum } from "../types/Views.sol";
import { Escrow } from "./Escrow.sol";
import { AccountSlot, TaskProgress, Vote } from "./HubState.sol";
import { TaskReader } from "./TaskReader.sol";

error CallbackGasTooLow(uint256 left, uint256 required);

interface IOracleConsumer {
    function receiveResult(bytes32 id, bytes calldata result) external;
}

abstract contract Settlement is Escrow, TaskReader {
    /// @dev More than a call of a cold account costs before its gas is counted.
    uint256 private constant CALL_COST = 3000;

    /// @dev The sponsor's price is seized; app and dataset are paid, the workerpool's stake comes back, and a part of the
    /// kitty goes to the workerpool's owner. What remains of the price is the workers' and the scheduler's.
    function _settleSuccess(Terms memory deal, bytes32 taskid) internal {
        _seize(deal.sponsor, DealLib.taskPrice(deal), taskid);
        if (deal.appPrice > 0) _reward(deal.appOwner, deal.appPrice, taskid);
        if (deal.datasetPrice > 0) _reward(deal.datasetOwner, deal.datasetPrice, taskid);
        _unlock(deal.workerpoolOwner, DealLib.workerpoolStake(deal));

        uint256 kitty = _accounts[KITTY_ADDRESS].locked;
        if (kitty > 0) {
            uint256 bonus = Math.min(Math.max(kitty * KITTY_RATIO / 100, KITTY_MIN), kitty);
            _seize(KITTY_ADDRESS, bonus, taskid);
            _reward(deal.workerpoolOwner, bonus, taskid);
        }
    }

    /// @dev Losers' stakes join the workerpool's price. The scheduler's share and all that rounding leaves are the
    /// workerpool owner's; the rest goes to those who proved their vote, by their share.
    function _distributeRewards(Terms memory deal, bytes32 taskid, TaskProgress memory progress) internal {
        address[] memory workers = _contributors(taskid, progress);
        uint256 pot = deal.workerpoolPrice;
        uint256 shares = 0;
        for (uint256 i = 0; i < workers.length; ++i) {
            Vote storage vote = _votes[taskid][workers[i]];
            if (vote.status == uint8(ContributionStatusEnum.PROVED)) shares += vote.share;
            else pot += deal.workerStake;
        }
        uint256 workersPot = pot * (100 - deal.schedulerRewardRatio) / 100;
        for (uint256 i = 0; i < workers.length; ++i) {
            Vote storage vote = _votes[taskid][workers[i]];
            if (vote.status == uint8(ContributionStatusEnum.PROVED)) {
                pot -= _rewardWorker(deal, taskid, workers[i], workersPot * vote.share / shares, workers.length > 1);
            } else {
                _punishWorker(deal, taskid, workers[i]);
            }
        }
        _reward(deal.workerpoolOwner, pot, taskid);
    }

    function _rewardWorker(Terms memory deal, bytes32 taskid, address worker, uint256 reward, bool scored)
        private
        returns (uint256)
    {
        _unlock(worker, deal.workerStake);
        _reward(worker, reward, taskid);
        // A lone vote proves nothing about the worker.
        if (scored) {
            ++_accounts[worker].score;
            emit AccurateContribution(worker, taskid);
        }
        return reward;
    }

    function _punishWorker(Terms memory deal, bytes32 taskid, address worker) private {
        _seize(worker, deal.workerStake, taskid);
        AccountSlot storage account = _accounts[worker];
        account.score = uint64(uint256(account.score) * 2 / 3);
        emit FaultyContribution(worker, taskid);
    }

    /// @dev The split of the one-transaction path: no stakes, no scores.
    function _rewardAlone(Terms memory deal, bytes32 taskid) internal {
        uint256 reward = deal.workerpoolPrice * (100 - deal.schedulerRewardRatio) / 100;
        _reward(msg.sender, reward, taskid);
        _reward(deal.workerpoolOwner, deal.workerpoolPrice - reward, taskid);
    }

    /// @dev The sponsor gets the price back, the workerpool's stake goes to the kitty, every worker gets his stake back.
    function _settleFailure(Terms memory deal, bytes32 taskid, TaskProgress memory progress) internal {
        _unlock(deal.sponsor, DealLib.taskPrice(deal));
        uint256 stake = DealLib.workerpoolStake(deal);
        _seize(deal.workerpoolOwner, stake, taskid);
        // The seized tokens sit in the hub's account already, which is where locked tokens belong: nothing has to move.
        _accounts[KITTY_ADDRESS].locked += uint96(stake);
        emit Reward(KITTY_ADDRESS, stake, taskid);
        emit Lock(KITTY_ADDRESS, stake);

        address[] memory workers = _contributors(taskid, progress);
        for (uint256 i = 0; i < workers.length; ++i) {
            _unlock(workers[i], deal.workerStake);
        }
    }

    /// @dev One blob per task: length of the results, results, callback data. None when both are empty.
    function _storeResults(bytes32 taskid, bytes calldata results, bytes calldata resultsCallback) internal {
        if (results.length == 0 && resultsCallback.length == 0) return;
        _writeBlob(taskid, abi.encodePacked(uint32(results.length), results, resultsCallback));
    }

    /// @dev Runs last. Whatever the receiver does, the task stays completed: its answer is not looked at and not even copied.
    /// Who sends the transaction cannot starve it: all of its gas is there before it is called. (To look only afterwards how
    /// much is left, as the reference does, misses a receiver that catches its own failure and hands the rest back.)
    function _callback(Terms memory deal, bytes32 taskid, bytes calldata resultsCallback) internal {
        if (deal.callback == address(0)) return;
        bytes memory message = abi.encodeCall(IOracleConsumer.receiveResult, (taskid, resultsCallback));
        address target = deal.callback;
        uint256 gasGiven = deal.callbackGas;
        // A call passes on at most 63 of 64 parts of what is left.
        uint256 needed = gasGiven + gasGiven / 63 + CALL_COST;
        uint256 left = gasleft();
        if (left < needed) revert CallbackGasTooLow(left, needed);
        assembly ("memory-safe") {
            pop(call(gasGiven, target, 0, add(message, 0x20), mload(message), 0, 0))
        }
    }
}
