// SPDX-License-Identifier: Apache-2.0
// deal → task → result: how a task begins, and the four ways in which it ends or begins again.
pragma solidity 0.8.37;

import { Group } from "../libraries/ConsensusLib.sol";
import { DealLib, Terms } from "../libraries/DealLib.sol";
import { requireBefore, requireReached } from "../libraries/Refusal.sol";
import { ContributionStatusEnum, TaskStatusEnum } from "../types/Views.sol";
import { Contributions, TaskNotRevealing } from "./Contributions.sol";
import { Phase, TaskProgress, TaskSlot, Vote } from "./HubState.sol";

error DealNotFound(bytes32 dealid);
error IndexOutOfDeal(uint256 index, uint256 first, uint256 size);
error TaskAlreadyInitialized(bytes32 taskid);
error TaskNotClaimable(bytes32 taskid, TaskStatusEnum status);
error ContributorsPresent(uint256 count);
error TrustNotOne(uint256 trust);
error NotTheScheduler(address caller, address owner);
error RevealsPresent(uint256 count);
error RevealsMissing(uint256 reveals, uint256 winners, uint256 revealDeadline);
error CallbackDigestMismatch(bytes32 digest, bytes32 dataHash);

abstract contract Tasks is Contributions {
    function _initialize(bytes32 dealid, uint256 index) internal returns (bytes32 taskid) {
        address location = _addressOf(_dealKey(dealid));
        if (location.code.length == 0) revert DealNotFound(dealid);
        Terms memory deal = DealLib.read(location);
        // Below the first index the difference wraps around to more than any size.
        unchecked {
            if (index - deal.botFirst >= deal.botSize) revert IndexOutOfDeal(index, deal.botFirst, deal.botSize);
        }
        taskid = keccak256(abi.encodePacked(dealid, index));
        TaskSlot storage task = _tasks[taskid];
        if (task.deal != address(0)) revert TaskAlreadyInitialized(taskid);

        task.deal = location;
        task.index = uint64(index);
        emit TaskInitialize(taskid, deal.workerpool);
    }

    function _reopen(bytes32 taskid) internal {
        TaskProgress memory progress = _progressOf(taskid);
        _requireScheduler(taskid);
        if (progress.reveals != 0) revert RevealsPresent(progress.reveals);
        requireReached(RevealDeadlineNotReached.selector, progress.revealDeadline);

        address worker = progress.lastContributor;
        while (worker != address(0)) {
            Vote storage vote = _votes[taskid][worker];
            if (vote.group == progress.consensusGroup) vote.status = uint8(ContributionStatusEnum.REJECTED);
            worker = vote.previous;
        }
        Group storage rejected = _groups[taskid][progress.consensusGroup];
        rejected.weight = 0;
        rejected.members = 0;
        progress.phase = uint8(Phase.ACTIVE);
        progress.consensusGroup = 0;
        progress.winners = 0;
        progress.revealDeadline = 0;
        _setProgress(taskid, progress);
        emit TaskReopen(taskid);
    }

    function _finalize(bytes32 taskid, bytes calldata results, bytes calldata resultsCallback) internal {
        TaskSlot storage task = _tasks[taskid];
        TaskProgress memory progress = _progressOf(taskid);
        Terms memory deal = _requireScheduler(taskid);
        bool complete = progress.reveals == progress.winners;
        if (!complete && (progress.reveals == 0 || block.timestamp < progress.revealDeadline)) {
            revert RevealsMissing(progress.reveals, progress.winners, progress.revealDeadline);
        }
        _requireCallbackDigest(deal, task.resultDigest, resultsCallback);

        task.progress.phase = uint8(Phase.COMPLETED);
        _storeResults(taskid, results, resultsCallback);
        _settleSuccess(deal, taskid);
        _distributeRewards(deal, taskid, progress);
        emit TaskFinalize(taskid, results);
        _callback(deal, taskid, resultsCallback);
    }

    function _contributeAndFinalize(
        bytes32 taskid,
        bytes32 resultDigest,
        bytes calldata results,
        bytes calldata resultsCallback,
        address enclaveChallenge,
        bytes calldata enclaveSign,
        bytes calldata authorizationSign
    ) internal {
        Terms memory deal = _requireAlone(taskid, resultDigest, resultsCallback);
        _requireAuthorized(deal, taskid, enclaveChallenge, authorizationSign);
        _requireEnclaveOnDigest(taskid, resultDigest, enclaveChallenge, enclaveSign);

        _completeAlone(deal, taskid, resultDigest, enclaveChallenge);
        _storeResults(taskid, results, resultsCallback);
        _settleSuccess(deal, taskid);
        _rewardAlone(deal, taskid);
        _announceAlone(taskid, resultDigest, results);
        _callback(deal, taskid, resultsCallback);
    }

    function _claim(bytes32 taskid) internal {
        TaskSlot storage task = _tasks[taskid];
        TaskProgress memory progress = _progressOf(taskid);
        TaskStatusEnum status = _statusOf(task);
        if (status != TaskStatusEnum.ACTIVE && status != TaskStatusEnum.REVEALING) {
            revert TaskNotClaimable(taskid, status);
        }
        Terms memory deal = DealLib.read(task.deal);
        requireReached(FinalDeadlineNotReached.selector, DealLib.finalDeadline(deal));

        task.failed = true;
        _settleFailure(deal, taskid, progress);
        emit TaskClaimed(taskid);
    }

    /// @dev The one-transaction path: nobody has voted, one worker is enough, and the digest is that of the callback data.
    function _requireAlone(bytes32 taskid, bytes32 resultDigest, bytes calldata resultsCallback)
        private
        view
        returns (Terms memory deal)
    {
        deal = _requireActive(taskid);
        uint8 contributors = _tasks[taskid].progress.contributors;
        if (contributors != 0) revert ContributorsPresent(contributors);
        if (deal.trust != 1) revert TrustNotOne(deal.trust);
        _requireCallbackDigest(deal, resultDigest, resultsCallback);
    }

    function _requireEnclaveOnDigest(
        bytes32 taskid,
        bytes32 resultDigest,
        address enclaveChallenge,
        bytes calldata enclaveSign
    ) private view {
        if (enclaveChallenge == address(0)) return;
        bytes32 seal = _resultSeal(msg.sender, taskid, resultDigest);
        _requireEnclave(enclaveChallenge, _resultHash(taskid, resultDigest), seal, enclaveSign);
    }

    /// @dev One vote, revealed at once. Hash and seal follow from the digest and are not stored.
    function _completeAlone(Terms memory deal, bytes32 taskid, bytes32 resultDigest, address enclaveChallenge) private {
        Vote storage vote = _votes[taskid][msg.sender];
        vote.status = uint8(ContributionStatusEnum.PROVED);
        if (enclaveChallenge != address(0)) vote.enclaveChallenge = enclaveChallenge;
        TaskSlot storage task = _tasks[taskid];
        task.resultDigest = resultDigest;
        TaskProgress memory progress = TaskProgress({
            phase: uint8(Phase.COMPLETED),
            contributors: 1,
            groups: 0,
            consensusGroup: 0,
            winners: 1,
            reveals: 1,
            revealDeadline: _revealDeadline(deal),
            lastContributor: msg.sender
        });
        _setProgress(taskid, progress);
    }

    function _announceAlone(bytes32 taskid, bytes32 resultDigest, bytes calldata results) private {
        bytes32 resultHash = _resultHash(taskid, resultDigest);
        emit TaskContribute(taskid, msg.sender, resultHash);
        emit TaskConsensus(taskid, resultHash);
        emit TaskReveal(taskid, msg.sender, resultDigest);
        emit TaskFinalize(taskid, results);
    }

    /// @dev The caller owned the workerpool when the deal was made; the task is REVEALING, before its final deadline.
    function _requireScheduler(bytes32 taskid) private view returns (Terms memory deal) {
        TaskSlot storage task = _tasks[taskid];
        TaskStatusEnum status = _statusOf(task);
        if (status == TaskStatusEnum.UNSET) revert TaskNotRevealing(taskid, status);
        deal = DealLib.read(task.deal);
        if (msg.sender != deal.workerpoolOwner) revert NotTheScheduler(msg.sender, deal.workerpoolOwner);
        if (status != TaskStatusEnum.REVEALING) revert TaskNotRevealing(taskid, status);
        requireBefore(FinalDeadlineReached.selector, DealLib.finalDeadline(deal));
    }

    /// @dev Without a callback there are no callback data; with one, the digest that the workers agreed on is theirs.
    function _requireCallbackDigest(Terms memory deal, bytes32 resultDigest, bytes calldata resultsCallback)
        private
        pure
    {
        if (deal.callback == address(0) && resultsCallback.length == 0) return;
        bytes32 dataHash = keccak256(resultsCallback);
        if (dataHash != resultDigest) revert CallbackDigestMismatch(resultDigest, dataHash);
    }
}
