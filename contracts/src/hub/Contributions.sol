// SPDX-License-Identifier: Apache-2.0
// task → contribution: who may vote, how a vote is kept and weighed, and how it is proved.
pragma solidity 0.8.37;

import { MessageHashUtils } from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import { ConsensusLib, Group } from "../libraries/ConsensusLib.sol";
import { DealLib, Terms } from "../libraries/DealLib.sol";
import { MatchLib } from "../libraries/MatchLib.sol";
import { requireBefore } from "../libraries/Refusal.sol";
import { SignatureLib } from "../libraries/SignatureLib.sol";
import { ContributionStatusEnum, TaskStatusEnum } from "../types/Views.sol";
import { Phase, TaskProgress, TaskSlot, Vote } from "./HubState.sol";
import { Settlement } from "./Settlement.sol";

error TaskNotActive(bytes32 taskid, TaskStatusEnum status);
error TaskNotRevealing(bytes32 taskid, TaskStatusEnum status);
error AlreadyContributed(address worker, ContributionStatusEnum status);
error TooManyContributors(uint256 count, uint256 max);
error EnclaveChallengeRequired(bytes32 tag);
error ContributionNotAuthorized(address signer, bytes32 hash);
error EnclaveSignatureInvalid(address challenge, bytes32 hash);
error ContributionNotRevealable(address worker, ContributionStatusEnum status);
error NotInConsensus(bytes32 contributed, bytes32 consensus);
error DigestHashMismatch(bytes32 contributed, bytes32 revealed);
error DigestSealMismatch(bytes32 contributed, bytes32 revealed);

/// @notice Too early or too late: the time of the block, then the deadline.
interface IDeadlineErrors {
    error ContributionDeadlineReached(uint256 time, uint256 deadline);
    error RevealDeadlineReached(uint256 time, uint256 deadline);
    error RevealDeadlineNotReached(uint256 time, uint256 deadline);
    error FinalDeadlineReached(uint256 time, uint256 deadline);
    error FinalDeadlineNotReached(uint256 time, uint256 deadline);
}

abstract contract Contributions is Settlement, IDeadlineErrors {
    /// @dev Bounds every loop over a task's contributors, so that its end never costs more gas than a block has.
    uint256 internal constant CONTRIBUTORS_MAX = 255;

    function _contribute(
        bytes32 taskid,
        bytes32 resultHash,
        bytes32 resultSeal,
        address enclaveChallenge,
        bytes calldata enclaveSign,
        bytes calldata authorizationSign
    ) internal {
        TaskProgress memory progress = _progressOf(taskid);
        Terms memory deal = _requireActive(taskid);
        uint8 status = _votes[taskid][msg.sender].status;
        if (status != uint8(ContributionStatusEnum.UNSET)) {
            revert AlreadyContributed(msg.sender, ContributionStatusEnum(status));
        }
        if (progress.contributors == CONTRIBUTORS_MAX) revert TooManyContributors(CONTRIBUTORS_MAX, CONTRIBUTORS_MAX);
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

    /// @dev The task is ACTIVE, and before its contribution deadline.
    function _requireActive(bytes32 taskid) internal view returns (Terms memory deal) {
        TaskSlot storage task = _tasks[taskid];
        TaskStatusEnum status = _statusOf(task);
        if (status != TaskStatusEnum.ACTIVE) revert TaskNotActive(taskid, status);
        deal = DealLib.read(task.deal);
        requireBefore(ContributionDeadlineReached.selector, DealLib.contributionDeadline(deal));
    }

    /// @dev The scheduler (or, for an enclave, the deal's broker if it has one) lets this worker contribute with this enclave.
    function _requireAuthorized(
        Terms memory deal,
        bytes32 taskid,
        address enclaveChallenge,
        bytes calldata authorizationSign
    ) internal view {
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
    ) internal view {
        if (enclaveChallenge == address(0)) return;
        bytes32 hash = MessageHashUtils.toEthSignedMessageHash(keccak256(abi.encodePacked(resultHash, resultSeal)));
        if (!SignatureLib.isSignedBy(enclaveChallenge, hash, enclaveSign)) {
            revert EnclaveSignatureInvalid(enclaveChallenge, hash);
        }
    }

    function _revealDeadline(Terms memory deal) internal view returns (uint40) {
        return uint40(block.timestamp + DealLib.REVEAL_DEADLINE_RATIO * deal.timeref);
    }

    function _progressOf(bytes32 taskid) internal view returns (TaskProgress memory) {
        return _tasks[taskid].progress;
    }

    function _setProgress(bytes32 taskid, TaskProgress memory progress) internal {
        _tasks[taskid].progress = progress;
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
}
