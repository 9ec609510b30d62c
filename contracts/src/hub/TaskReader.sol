// SPDX-License-Identifier: Apache-2.0
// Unpacks deals, tasks and contributions into the shapes that the views return.
pragma solidity 0.8.37;

import { DealLib, Terms } from "../libraries/DealLib.sol";
import { Contribution, ContributionStatusEnum, Deal, Resource, Task, TaskStatusEnum } from "../types/Views.sol";
import { HubState, TaskProgress, TaskSlot, Vote } from "./HubState.sol";

abstract contract TaskReader is HubState {
    function _statusOf(TaskSlot storage task) internal view returns (TaskStatusEnum) {
        if (task.deal == address(0)) return TaskStatusEnum.UNSET;
        if (task.failed) return TaskStatusEnum.FAILED;
        // The phases are the statuses after UNSET, in the same order.
        return TaskStatusEnum(task.progress.phase + 1);
    }

    /// @dev The contributors of a task, first to last.
    function _contributors(bytes32 taskid, TaskProgress memory progress) internal view returns (address[] memory list) {
        list = new address[](progress.contributors);
        address worker = progress.lastContributor;
        for (uint256 i = list.length; i > 0; --i) {
            list[i - 1] = worker;
            worker = _votes[taskid][worker].previous;
        }
    }

    /// @dev What a group of workers votes with: the digest, bound to the task.
    function _resultHash(bytes32 taskid, bytes32 resultDigest) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(taskid, resultDigest));
    }

    /// @dev What binds the digest to one worker, so that nobody can copy another's vote.
    function _resultSeal(address worker, bytes32 taskid, bytes32 resultDigest) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(worker, taskid, resultDigest));
    }

    /// @dev A deal that does not exist reads as zeros.
    function _readDeal(bytes32 dealid) internal view returns (Terms memory deal, string memory params) {
        bytes memory packed = _readBlob(_dealKey(dealid));
        if (packed.length == 0) return (deal, params);
        uint256 start = DealLib.unpack(packed, deal);
        params = string(_tail(packed, start));
    }

    function _viewDeal(bytes32 dealid) internal view returns (Deal memory deal) {
        (Terms memory terms, string memory params) = _readDeal(dealid);
        deal.app = Resource(terms.app, terms.appOwner, terms.appPrice);
        deal.dataset = Resource(terms.dataset, terms.datasetOwner, terms.datasetPrice);
        deal.workerpool = Resource(terms.workerpool, terms.workerpoolOwner, terms.workerpoolPrice);
        deal.trust = terms.trust;
        deal.category = terms.category;
        deal.tag = terms.tag;
        deal.requester = terms.requester;
        deal.beneficiary = terms.beneficiary;
        deal.callback = terms.callback;
        deal.params = params;
        deal.startTime = terms.startTime;
        deal.botFirst = terms.botFirst;
        deal.botSize = terms.botSize;
        deal.workerStake = terms.workerStake;
        deal.schedulerRewardRatio = terms.schedulerRewardRatio;
        deal.sponsor = terms.sponsor;
    }

    function _viewTask(bytes32 taskid) internal view returns (Task memory view_) {
        TaskSlot storage task = _tasks[taskid];
        view_.status = _statusOf(task);
        if (view_.status == TaskStatusEnum.UNSET) return view_;
        TaskProgress memory progress = task.progress;
        Terms memory deal = DealLib.read(task.deal);
        view_.dealid = deal.id;
        view_.idx = task.index;
        view_.timeref = deal.timeref;
        view_.contributionDeadline = DealLib.contributionDeadline(deal);
        view_.revealDeadline = progress.revealDeadline;
        view_.finalDeadline = DealLib.finalDeadline(deal);
        view_.resultDigest = task.resultDigest;
        view_.consensusValue = _consensusOf(taskid, progress, task.resultDigest);
        view_.revealCounter = progress.reveals;
        view_.winnerCounter = progress.winners;
        view_.contributors = _contributors(taskid, progress);
        (view_.results, view_.resultsCallback) = _readResults(taskid);
    }

    function _viewContribution(bytes32 taskid, address worker) internal view returns (Contribution memory view_) {
        Vote storage vote = _votes[taskid][worker];
        view_.status = ContributionStatusEnum(vote.status);
        if (view_.status == ContributionStatusEnum.UNSET) return view_;
        view_.enclaveChallenge = vote.enclaveChallenge;
        view_.weight = vote.share;
        if (_tasks[taskid].progress.groups == 0) {
            bytes32 digest = _tasks[taskid].resultDigest;
            view_.resultHash = _resultHash(taskid, digest);
            view_.resultSeal = _resultSeal(worker, taskid, digest);
        } else {
            view_.resultHash = _groups[taskid][vote.group].hash;
            view_.resultSeal = vote.seal;
        }
    }

    /// @dev One transaction that contributed and finalized left no group behind: its consensus follows from the digest.
    function _consensusOf(bytes32 taskid, TaskProgress memory progress, bytes32 resultDigest)
        private
        view
        returns (bytes32)
    {
        if (progress.winners == 0) return 0;
        return progress.groups == 0 ? _resultHash(taskid, resultDigest) : _groups[taskid][progress.consensusGroup].hash;
    }

    function _readResults(bytes32 taskid) internal view returns (bytes memory results, bytes memory resultsCallback) {
        bytes memory blob = _readBlob(taskid);
        if (blob.length == 0) return (results, resultsCallback);
        uint256 end;
        assembly ("memory-safe") {
            end := add(4, shr(224, mload(add(blob, 0x20))))
        }
        resultsCallback = _tail(blob, end);
        assembly ("memory-safe") {
            mstore(blob, end)
        }
        results = _tail(blob, 4);
    }

    /// @dev A copy of `data` from `start` on, which is not beyond its end.
    function _tail(bytes memory data, uint256 start) private pure returns (bytes memory tail) {
        tail = new bytes(data.length - start);
        assembly ("memory-safe") {
            mcopy(add(tail, 0x20), add(add(data, 0x20), start), mload(tail))
        }
    }
}
