// SPDX-License-Identifier: Apache-2.0
// deal → task → contribution → result: how workers vote on a task, and how it ends.
pragma solidity 0.8.37;

import { MessageHashUtils } from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import { ConsensusLib, Group } from "../libraries/ConsensusLib.sol";
import { DealLib, Terms } from "../libraries/DealLib.sol";
import { MatchLib } from "../libraries/MatchLib.sol";
import { requireBefore, requireReached } from "../libraries/Refusal.sol";
import { SignatureLib } from "../libraries/SignatureLib.sol";
import { ContributionStatusEnum, TaskStatusEnum } from "../types/Views.sol";
import { Phase, TaskProgress, TaskSlot, Vote } from "./HubState.sol";
import { Settlement } from "./Settlement.sol";

error DealNotFound(bytes32 dealid);
error IndexOutOfDeal(uint256 index, uint256 first, uint256 size);
error TaskAlreadyInitialized(bytes32 taskid);
error TaskNotActive(bytes32 taskid, TaskStatusEnum status);
error TaskNotRevealing(bytes32 taskid, TaskStatusEnum status);
error TaskNotClaimable(bytes32 taskid, TaskStatusEnum status);
error AlreadyContributed(address worker, ContributionStatusEnum status);
error TooManyContributors(uint256 count, uint256 max);
error ContributorsPresent(uint256 count);
error TrustNotOne(uint256 trust);
error EnclaveChallengeRequired(bytes32 tag);
error ContributionNotAuthorized(address signer, bytes32 hash);
error EnclaveSignatureInvalid(address challenge, bytes32 hash);
error ContributionNotRevealable(address worker, ContributionStatusEnum status);
error NotInConsensus(bytes32 contributed, bytes32 consensus);
error DigestHashMismatch(bytes32 contributed, bytes32 revealed);
error DigestSealMismatch(bytes32 contributed, bytes32 revealed);
error NotTheScheduler(address caller, address owner);
error RevealsPresent(uint256 count);
error RevealsMissing(uint256 reveals, uint256 winners, uint256 revealDeadline);
error CallbackDigestMismatch(bytes32 digest, bytes32 dataHash);

/// @notice Too early or too late: the time of the block, then the deadline.
interface IDeadlineErrors {
    error ContributionDeadlineReached(uint256 time, uint256 deadline);
    error RevealDeadlineReached(uint256 time, uint256 deadline);
    error RevealDeadlineNotReached(uint256 time, uint256 deadline);
    error FinalDeadlineReached(uint256 time, uint256 deadline);
    error FinalDeadlineNotReached(uint256 time, uint256 deadline);
}

abstract contract Tasks is Settlement, IDeadlineErrors {
    /// @dev Bounds every loop over a task's contributors, so that its end never costs more gas than a block has.
    uint256 internal constant CONTRIBUTORS_MAX = 255;

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

    function _contribute(
        bytes32 taskid,
        bytes32 resultHash,
        bytes32 resultSeal,
        address enclaveChallenge,
        bytes calldata enclaveSign,
        bytes calldata authorizationSign
    ) internal {
        TaskProgress memory progress = _progressOf(taskid);
        Terms memory deal = _requireContributable(taskid, progress);
        _requireAuthorized(deal, taskid, enclaveChallenge, authorizationSign);
        _requireEnclave(enclaveChallenge, resultHash, resultSeal, enclaveSign);

        (uint256 groupWeight, uint256 total) = _vote(taskid, progress, resultHash, resultSeal, enclaveChallenge);
        bool agreed = ConsensusLib.hasConsensus(groupWeight, total, deal.trust);
        if (agreed) {
            progress.phase = uint8(Phase.REVEALING);
            progress.consensusGroup = _votes[taskid][msg.sender].group;
            progress.winners = _groups[taskid][progress.consensusGroup].members;
            progress.reveals = 0;
            progress.revealDeadline = _revealDeadline(deal);
        }
        _setProgress(taskid, progress);
        _lock(msg.sender, deal.workerStake);
        emit TaskContribute(taskid, msg.sender, resultHash);
        if (agreed) emit TaskConsensus(taskid, resultHash);
    }

    function _reveal(bytes32 taskid, bytes32 resultDigest) internal {
        TaskSlot storage task = _tasks[taskid];
        TaskProgress memory progress = _progressOf(taskid);
        // No task fails before its reveal deadline, so who is in time need not read whether it has.
        bool late = block.timestamp >= progress.revealDeadline;
        if (progress.phase != uint8(Phase.REVEALING) || (late && task.failed)) {
            revert TaskNotRevealing(taskid, _statusOf(task));
        }
        requireBefore(RevealDeadlineReached.selector, progress.revealDeadline);
        Vote storage vote = _votes[taskid][msg.sender];
        if (vote.status != uint8(ContributionStatusEnum.CONTRIBUTED)) {
            revert ContributionNotRevealable(msg.sender, ContributionStatusEnum(vote.status));
        }
        _requireRevealed(taskid, progress, vote, resultDigest);

        vote.status = uint8(ContributionStatusEnum.PROVED);
        // Everybody who reveals the same result hash reveals the same digest.
        if (progress.reveals == 0) task.resultDigest = resultDigest;
        ++progress.reveals;
        _setProgress(taskid, progress);
        emit TaskReveal(taskid, msg.sender, resultDigest);
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

    function _progressOf(bytes32 taskid) private view returns (TaskProgress memory) {
        return _tasks[taskid].progress;
    }

    function _setProgress(bytes32 taskid, TaskProgress memory progress) private {
        _tasks[taskid].progress = progress;
    }

    function _revealDeadline(Terms memory deal) private view returns (uint40) {
        return uint40(block.timestamp + DealLib.REVEAL_DEADLINE_RATIO * deal.timeref);
    }

    /// @dev The task is ACTIVE, in time, and the caller has no contribution to it.
    function _requireContributable(bytes32 taskid, TaskProgress memory progress)
        private
        view
        returns (Terms memory deal)
    {
        TaskSlot storage task = _tasks[taskid];
        TaskStatusEnum taskStatus = _statusOf(task);
        if (taskStatus != TaskStatusEnum.ACTIVE) revert TaskNotActive(taskid, taskStatus);
        deal = DealLib.read(task.deal);
        requireBefore(ContributionDeadlineReached.selector, DealLib.contributionDeadline(deal));
        uint8 status = _votes[taskid][msg.sender].status;
        if (status != uint8(ContributionStatusEnum.UNSET)) {
            revert AlreadyContributed(msg.sender, ContributionStatusEnum(status));
        }
        if (progress.contributors == CONTRIBUTORS_MAX) revert TooManyContributors(CONTRIBUTORS_MAX, CONTRIBUTORS_MAX);
    }

    /// @dev The scheduler (or, for an enclave, the deal's broker if it has one) lets this worker contribute with this enclave.
    function _requireAuthorized(
        Terms memory deal,
        bytes32 taskid,
        address enclaveChallenge,
        bytes calldata authorizationSign
    ) private view {
        if (enclaveChallenge == address(0) && deal.tag & MatchLib.TEE_BIT != 0) {
            revert EnclaveChallengeRequired(deal.tag);
        }
        address signer =
            enclaveChallenge != address(0) && deal.teebroker != address(0) ? deal.teebroker : deal.workerpoolOwner;
        bytes32 hash = MessageHashUtils.toEthSignedMessageHash(
            keccak256(abi.encodePacked(msg.sender, taskid, enclaveChallenge))
        );
        if (!SignatureLib.isSignedBy(signer, hash, authorizationSign)) revert ContributionNotAuthorized(signer, hash);
    }

    function _requireEnclave(
        address enclaveChallenge,
        bytes32 resultHash,
        bytes32 resultSeal,
        bytes calldata enclaveSign
    ) private view {
        if (enclaveChallenge == address(0)) return;
        bytes32 hash = MessageHashUtils.toEthSignedMessageHash(keccak256(abi.encodePacked(resultHash, resultSeal)));
        if (!SignatureLib.isSignedBy(enclaveChallenge, hash, enclaveSign)) {
            revert EnclaveSignatureInvalid(enclaveChallenge, hash);
        }
    }

    /// @dev Records the caller's vote. Finds its group among those of the task, or opens one, and weighs all of them.
    function _vote(
        bytes32 taskid,
        TaskProgress memory progress,
        bytes32 resultHash,
        bytes32 resultSeal,
        address enclaveChallenge
    ) private returns (uint256 groupWeight, uint256 total) {
        mapping(uint256 => Group) storage groups = _groups[taskid];
        uint256 weight = ConsensusLib.weightOf(_accounts[msg.sender].score);
        uint256 own = progress.groups;
        total = 1;
        for (uint256 i = 0; i < progress.groups; ++i) {
            if (groups[i].hash == resultHash) own = i;
            else total += groups[i].weight;
        }
        if (own == progress.groups) {
            groups[own].hash = resultHash;
            ++progress.groups;
        }
        groupWeight = ConsensusLib.join(groups[own], weight);
        total += groupWeight;

        Vote storage vote = _votes[taskid][msg.sender];
        vote.previous = progress.lastContributor;
        vote.status = uint8(ContributionStatusEnum.CONTRIBUTED);
        vote.share = uint8(ConsensusLib.shareOf(weight));
        vote.group = uint8(own);
        vote.seal = resultSeal;
        if (enclaveChallenge != address(0)) vote.enclaveChallenge = enclaveChallenge;
        progress.lastContributor = msg.sender;
        ++progress.contributors;
    }

    /// @dev The one-transaction path: nobody has voted, one worker is enough, and the digest is that of the callback data.
    function _requireAlone(bytes32 taskid, bytes32 resultDigest, bytes calldata resultsCallback)
        private
        view
        returns (Terms memory deal)
    {
        TaskProgress memory progress = _progressOf(taskid);
        deal = _requireContributable(taskid, progress);
        if (progress.contributors != 0) revert ContributorsPresent(progress.contributors);
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

    /// @dev The digest is the one that the worker voted for, and the vote was for the consensus.
    function _requireRevealed(bytes32 taskid, TaskProgress memory progress, Vote storage vote, bytes32 resultDigest)
        private
        view
    {
        bytes32 consensus = _groups[taskid][progress.consensusGroup].hash;
        if (vote.group != progress.consensusGroup) revert NotInConsensus(_groups[taskid][vote.group].hash, consensus);
        bytes32 hash = _resultHash(taskid, resultDigest);
        if (hash != consensus) revert DigestHashMismatch(consensus, hash);
        bytes32 seal = _resultSeal(msg.sender, taskid, resultDigest);
        if (seal != vote.seal) revert DigestSealMismatch(vote.seal, seal);
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
