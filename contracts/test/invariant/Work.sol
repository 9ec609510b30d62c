// SPDX-License-Identifier: Apache-2.0
// The tasks of a random market: in which state each is, what a worker says about it, and what has to be true of it always.
pragma solidity 0.8.37;

import { IHub } from "../../src/interfaces/IHub.sol";
import { Contribution, ContributionStatusEnum, Deal, Task, TaskStatusEnum } from "../../src/types/Views.sol";
import { Person } from "../support/Market.sol";
import { vm } from "../Vm.sol";
import { DealActions } from "./DealActions.sol";

/// What was last seen of a task, so that an action can choose one without asking the hub about many.
struct Noted {
    bytes32 dealid;
    uint40 contributionDeadline;
    uint40 revealDeadline;
    uint40 finalDeadline;
    uint8 reveals;
    uint8 contributors;
}

abstract contract Work is DealActions {
    /// 0 is the truth, and there are this many lies.
    uint256 private constant LIES = 2;

    /// The tasks of each status, and the place of each in its list.
    mapping(TaskStatusEnum status => bytes32[]) internal tasksIn;
    mapping(bytes32 taskid => TaskStatusEnum) internal statusOf;
    mapping(bytes32 taskid => Noted) internal noted;
    mapping(bytes32 taskid => uint256) private placeOf;
    /// What a task was when it ended.
    mapping(bytes32 taskid => bytes32) private endOf;

    /// What each vote weighed when it was given.
    mapping(bytes32 taskid => mapping(address worker => uint256)) private weightOf;

    Person internal enclave = _person("enclave");

    /// Checks a task after something happened to it, and enters its status into the lists.
    function _note(bytes32 taskid) internal {
        Task memory task = hub.viewTask(taskid);
        _checkVotes(taskid, task);
        noted[taskid] = Noted(
            task.dealid,
            uint40(task.contributionDeadline),
            uint40(task.revealDeadline),
            uint40(task.finalDeadline),
            uint8(task.revealCounter),
            uint8(task.contributors.length)
        );
        TaskStatusEnum before = statusOf[taskid];
        if (task.status == before) return;
        assertTrue(before != TaskStatusEnum.COMPLETED && before != TaskStatusEnum.FAILED, "an ended task goes on");

        if (before != TaskStatusEnum.UNSET) _strike(taskid, before);
        statusOf[taskid] = task.status;
        placeOf[taskid] = tasksIn[task.status].length;
        tasksIn[task.status].push(taskid);
        if (task.status == TaskStatusEnum.COMPLETED || task.status == TaskStatusEnum.FAILED) {
            endOf[taskid] = keccak256(abi.encode(task));
        }
    }

    function _strike(bytes32 taskid, TaskStatusEnum status) private {
        bytes32[] storage list = tasksIn[status];
        bytes32 last = list[list.length - 1];
        list[placeOf[taskid]] = last;
        placeOf[last] = placeOf[taskid];
        list.pop();
    }

    /// No contribution counts twice: everybody is in the list once, who revealed is counted once, and the winners are
    /// those who voted for the consensus and were not rejected.
    function _checkVotes(bytes32 taskid, Task memory task) private view {
        uint256 reveals = 0;
        uint256 winners = 0;
        for (uint256 i = 0; i < task.contributors.length; ++i) {
            for (uint256 j = 0; j < i; ++j) {
                assertTrue(task.contributors[i] != task.contributors[j], "a worker contributed twice");
            }
            Contribution memory vote = hub.viewContribution(taskid, task.contributors[i]);
            assertTrue(vote.status != ContributionStatusEnum.UNSET, "a contributor without a contribution");
            if (vote.status == ContributionStatusEnum.PROVED) ++reveals;
            if (vote.resultHash == task.consensusValue && vote.status != ContributionStatusEnum.REJECTED) ++winners;
        }
        assertEq(task.revealCounter, reveals, "reveals are counted wrongly");
        assertEq(task.winnerCounter, winners, "winners are counted wrongly");
    }

    /// An ended task is what it was when it ended.
    function _checkEnded(bytes32 taskid) internal view {
        assertEq(keccak256(abi.encode(hub.viewTask(taskid))), endOf[taskid], "an ended task has changed");
    }

    /// Takes a task that nobody has initialized from the list.
    function _take(uint256 drawn) internal returns (Pending memory next) {
        uint256 place = drawn % pending.length;
        next = pending[place];
        pending[place] = pending[pending.length - 1];
        pending.pop();
    }

    function _some(TaskStatusEnum status, uint256 seed) internal returns (bytes32) {
        bytes32[] storage list = tasksIn[status];
        return list.length == 0 ? bytes32(0) : list[_draw(seed) % list.length];
    }

    /// One worker votes, if he can pay the stake and has not voted yet; otherwise he must be refused.
    function _contributeOnce(bytes32 taskid, Person memory worker, uint256 drawn) internal returns (bool must) {
        Task memory task = hub.viewTask(taskid);
        Deal memory deal = hub.viewDeal(task.dealid);
        bool voted = hub.viewContribution(taskid, worker.account).status != ContributionStatusEnum.UNSET;
        must = !voted && clock < task.contributionDeadline && deal.workerStake <= free[worker.account];
        // Every fifth vote is a lie.
        uint256 lie = drawn % 5 == 0 ? 1 + (drawn >> 8) % LIES : 0;

        uint256 weight = hub.viewScore(worker.account) / 3;
        weightOf[taskid][worker.account] = (weight < 3 ? 3 : weight) - 1;

        _do(worker.account, _contributeCall(taskid, deal, worker, lie), must);
        _note(taskid);
        if (must) _checkConsensus(taskid, deal.trust, _hashOfAnswer(taskid, lie));
    }

    /// There is a consensus exactly when the votes for the last answer, each counted once and the rejected not at all,
    /// outweigh all others enough for the trust.
    function _checkConsensus(bytes32 taskid, uint256 trust, bytes32 voted) private view {
        address[] memory voters = hub.viewTask(taskid).contributors;
        uint256 own;
        uint256 total = 1;
        for (uint256 lie = 0; lie <= LIES; ++lie) {
            bytes32 hash = _hashOfAnswer(taskid, lie);
            uint256 group = 0;
            for (uint256 i = 0; i < voters.length; ++i) {
                Contribution memory vote = hub.viewContribution(taskid, voters[i]);
                if (vote.resultHash != hash || vote.status != ContributionStatusEnum.CONTRIBUTED) continue;
                group = (group == 0 ? 1 : group) * weightOf[taskid][voters[i]];
            }
            total += group;
            if (hash == voted) own = group;
        }
        bool agreed = own * trust > total * (trust - 1);
        assertEq(statusOf[taskid] == TaskStatusEnum.REVEALING, agreed, "a consensus that the votes do not make");
    }

    /// A winner reveals unless he is too lazy for this task; who has no vote to reveal must be refused.
    function _revealOnce(bytes32 taskid, Task memory task, address worker) internal returns (bool must) {
        Contribution memory vote = hub.viewContribution(taskid, worker);
        must = vote.status == ContributionStatusEnum.CONTRIBUTED && vote.resultHash == task.consensusValue
            && clock < task.revealDeadline;
        if (must && uint256(keccak256(abi.encode(worker, taskid))) % 4 == 0) return false;
        uint256 lie = _lieOf(taskid, vote.resultHash);

        _do(worker, abi.encodeCall(IHub.reveal, (taskid, _digestOf(taskid, lie))), must);
    }

    function _contributeCall(bytes32 taskid, Deal memory deal, Person memory worker, uint256 lie)
        internal
        view
        returns (bytes memory)
    {
        bytes32 hash = _hashOfAnswer(taskid, lie);
        bytes32 seal = keccak256(abi.encodePacked(worker.account, taskid, _digestOf(taskid, lie)));
        address challenge = _challengeOf(deal);
        return abi.encodeCall(
            IHub.contribute,
            (taskid, hash, seal, challenge, _attestation(challenge, hash, seal), _leave(taskid, deal, worker.account))
        );
    }

    function _aloneCall(bytes32 taskid, Deal memory deal, Person memory worker) internal view returns (bytes memory) {
        bytes memory data = deal.callback == address(0) ? bytes("") : _answer(taskid, 0);
        return abi.encodeCall(
            IHub.contributeAndFinalize,
            (
                taskid,
                _digestOf(taskid, 0),
                "result",
                data,
                _challengeOf(deal),
                _attestationAlone(taskid, deal, worker.account),
                _leave(taskid, deal, worker.account)
            )
        );
    }

    function _attestationAlone(bytes32 taskid, Deal memory deal, address worker) private view returns (bytes memory) {
        bytes32 seal = keccak256(abi.encodePacked(worker, taskid, _digestOf(taskid, 0)));
        return _attestation(_challengeOf(deal), _hashOfAnswer(taskid, 0), seal);
    }

    /// Deals that ask for an enclave get one.
    function _challengeOf(Deal memory deal) private view returns (address) {
        return uint256(deal.tag) & 1 == 0 ? address(0) : enclave.account;
    }

    function _attestation(address challenge, bytes32 hash, bytes32 seal) private view returns (bytes memory) {
        if (challenge == address(0)) return "";
        return _signature(enclave, _ethSigned(keccak256(abi.encodePacked(hash, seal))));
    }

    /// The leave to contribute: of the broker of that time for an enclave, otherwise of the pool's owner of that time.
    function _leave(bytes32 taskid, Deal memory deal, address worker) private view returns (bytes memory) {
        address challenge = _challengeOf(deal);
        address broker = brokerOf[noted[taskid].dealid];
        address signer = challenge != address(0) && broker != address(0) ? broker : deal.workerpool.owner;
        return _authorization(_personOf(signer), worker, taskid, challenge);
    }

    /// What a worker computed: the data for a callback, whose hash is the digest.
    function _answer(bytes32 taskid, uint256 lie) internal pure returns (bytes memory) {
        return abi.encodePacked(taskid, lie);
    }

    function _digestOf(bytes32 taskid, uint256 lie) internal pure returns (bytes32) {
        return keccak256(_answer(taskid, lie));
    }

    function _hashOfAnswer(bytes32 taskid, uint256 lie) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(taskid, _digestOf(taskid, lie)));
    }

    /// Which of the possible answers a result hash stands for.
    function _lieOf(bytes32 taskid, bytes32 resultHash) internal pure returns (uint256 lie) {
        while (lie < LIES && _hashOfAnswer(taskid, lie) != resultHash) ++lie;
    }

    function _priceOf(Deal memory deal) internal pure returns (uint256) {
        return deal.app.price + deal.dataset.price + deal.workerpool.price;
    }

    function _poolStakeOf(Deal memory deal) internal pure returns (uint256) {
        return deal.workerpool.price * 30 / 100;
    }

    function _finalDeadlineOf(bytes32 dealid) internal view returns (uint256) {
        Deal memory deal = hub.viewDeal(dealid);
        return deal.startTime + 10 * hub.viewCategory(deal.category).workClockTimeRef;
    }
}
