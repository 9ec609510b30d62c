// SPDX-License-Identifier: Apache-2.0
// What the tests of tasks share: deals of every shape, workers without number, enclaves, and the comparison of all logs.
pragma solidity 0.8.37;

import { IHubEvents } from "../../src/interfaces/IHubEvents.sol";
import { Workerpool } from "../../src/registries/workerpools/Workerpool.sol";
import { TaskStatusEnum } from "../../src/types/Views.sol";
import { Vm, vm } from "../Vm.sol";
import { Market, Orders, Person } from "./Market.sol";

abstract contract Work is Market {
    string internal constant RESULT = "result";
    string internal constant OTHER = "another result";

    uint256 internal constant TASK_PRICE = APP_PRICE + WORKERPOOL_PRICE;
    /// 30 % of the workerpool's price: what the scheduler stakes on a task.
    uint256 internal constant POOL_STAKE = 3e9;
    /// 30 % of the workerpool's price, the policy that a workerpool starts with: what a worker stakes on a contribution.
    uint256 internal constant WORKER_STAKE = 3e9;

    uint256 internal constant CONTRIBUTION_DEADLINE = START + 7 * TIMEREF_XS;
    uint256 internal constant REVEAL_TIME = 2 * TIMEREF_XS;
    uint256 internal constant FINAL_DEADLINE = START + 10 * TIMEREF_XS;

    bytes32 internal constant TEE = bytes32(uint256(1));

    Person internal stranger = _person("stranger");
    Person internal enclave = _person("enclave");
    Person internal broker = _person("broker");

    // Deals and tasks

    /// Orders for a trust, unsigned. The workerpool offers exactly that trust.
    function _ordersOfTrust(uint256 trust) internal returns (Orders memory orders) {
        orders = _orders();
        orders.request.trust = trust;
        orders.workerpool.trust = trust;
    }

    function _taskOf(Orders memory orders) internal returns (bytes32 taskid) {
        _sign(orders);
        return hub.initialize(_match(orders), 0);
    }

    function _taskWithCallback(address receiver, uint256 trust) internal returns (bytes32 taskid) {
        Orders memory orders = _ordersOfTrust(trust);
        orders.request.callback = receiver;
        return _taskOf(orders);
    }

    /// A task that asks for a trusted execution environment.
    function _teeTask(uint256 trust) internal returns (bytes32 taskid) {
        Orders memory orders = _ordersOfTrust(trust);
        orders.app.tag = orders.workerpool.tag = orders.request.tag = TEE;
        return _taskOf(orders);
    }

    /// A task of trust 4 in which two workers have agreed at this second, and none has revealed.
    function _revealingTask() internal returns (bytes32 taskid) {
        taskid = _taskOfTrust(4);
        _contribute(workers[0], taskid, RESULT);
        _contribute(workers[1], taskid, RESULT);
    }

    /// The same, revealed by both.
    function _revealedTask() internal returns (bytes32 taskid) {
        taskid = _revealingTask();
        _reveal(workers[0], taskid, RESULT);
        _reveal(workers[1], taskid, RESULT);
    }

    function _completedTask() internal returns (bytes32 taskid) {
        taskid = _revealedTask();
        _finalize(taskid);
    }

    function _failedTask() internal returns (bytes32 taskid) {
        taskid = _taskOfTrust(4);
        skipTime(10 * TIMEREF_XS);
        hub.claim(taskid);
    }

    /// A worker with a full account, however many there are.
    function _newWorker(uint256 index) internal returns (Person memory worker) {
        worker = _person(string.concat("one of many workers ", vm.toString(index)));
        _fund(worker.account, DEPOSIT);
    }

    function _finalizeWith(bytes32 taskid, bytes memory results, bytes memory resultsCallback) internal {
        vm.prank(scheduler.account);
        hub.finalize(taskid, results, resultsCallback);
    }

    /// The one-transaction path, without an enclave and without callback data.
    function _contributeAndFinalize(Person memory worker, bytes32 taskid, bytes memory results) internal {
        bytes memory permit = _authorization(scheduler, worker.account, taskid, address(0));
        vm.prank(worker.account);
        hub.contributeAndFinalize(taskid, _digest(RESULT), results, "", address(0), "", permit);
    }

    /// An enclave's word for a result of a worker.
    function _enclaveSignature(Person memory signer, address worker, bytes32 taskid, string memory result)
        internal
        pure
        returns (bytes memory)
    {
        return _signature(signer, _enclaveHash(worker, taskid, result));
    }

    function _enclaveHash(address worker, bytes32 taskid, string memory result) internal pure returns (bytes32) {
        return _ethSigned(keccak256(abi.encodePacked(_hashOf(taskid, result), _sealOf(worker, taskid, result))));
    }

    function _authorizationHash(address worker, bytes32 taskid, address challenge) internal pure returns (bytes32) {
        return _ethSigned(keccak256(abi.encodePacked(worker, taskid, challenge)));
    }

    /// What the workerpool asks of deals to come: the stake of a worker and the scheduler's share, in percent.
    function _policy(uint256 stakeRatio, uint256 schedulerRatio) internal {
        vm.prank(scheduler.account);
        Workerpool(workerpool).changePolicy(stakeRatio, schedulerRatio);
    }

    // State

    function _status(bytes32 taskid) internal view returns (TaskStatusEnum) {
        return hub.viewTask(taskid).status;
    }

    function _assertStatus(bytes32 taskid, TaskStatusEnum expected) internal view {
        assertEq(uint256(_status(taskid)), uint256(expected), "status of the task");
    }

    function _assertAccount(address account, uint256 free, uint256 locked) internal view {
        assertEq(hub.balanceOf(account), free, "free stake");
        assertEq(hub.frozenOf(account), locked, "locked stake");
    }

    /// Gives a worker a score without the years of work: finds the word that holds it by what `viewScore` reads.
    function _setScore(address worker, uint64 score) internal {
        vm.record();
        hub.viewScore(worker);
        (bytes32[] memory reads,) = vm.accesses(address(hub));
        for (uint256 i = 0; i < reads.length; ++i) {
            uint256 old = uint256(vm.load(address(hub), reads[i]));
            vm.store(address(hub), reads[i], bytes32(old & type(uint192).max | uint256(score) << 192));
            if (hub.viewScore(worker) == score) return;
            vm.store(address(hub), reads[i], bytes32(old));
        }
        revert("the word that holds the score was not found");
    }

    // Logs: record, act, take, emit what should have happened, compare

    /// Compares logs of the hub, taken before, with those that the test itself has emitted since.
    function _assertLogged(Vm.Log[] memory happened) internal {
        Vm.Log[] memory expected = vm.getRecordedLogs();
        for (uint256 i = 0; i < happened.length && i < expected.length; ++i) {
            string memory where = string.concat("event ", vm.toString(i));
            assertEq(happened[i].emitter, address(hub), where);
            assertEq(happened[i].topics, expected[i].topics, where);
            assertEq(happened[i].data, expected[i].data, where);
        }
        assertEq(happened.length, expected.length, "number of events");
    }

    function _emitLock(address account, uint256 amount) internal {
        emit IHubEvents.Transfer(account, address(hub), amount);
        emit IHubEvents.Lock(account, amount);
    }

    function _emitUnlock(address account, uint256 amount) internal {
        emit IHubEvents.Transfer(address(hub), account, amount);
        emit IHubEvents.Unlock(account, amount);
    }

    function _emitReward(address account, uint256 amount, bytes32 taskid) internal {
        emit IHubEvents.Transfer(address(hub), account, amount);
        emit IHubEvents.Reward(account, amount, taskid);
    }

    /// What comes before all rewards of workers: the requester pays, the developer is paid, the scheduler's stake is free.
    function _emitPrice(bytes32 taskid) internal {
        emit IHubEvents.Seize(requester.account, TASK_PRICE, taskid);
        _emitReward(developer.account, APP_PRICE, taskid);
        _emitUnlock(scheduler.account, POOL_STAKE);
    }

    /// What comes last of a task that the first worker has done in one transaction.
    function _emitStepsOfOne(bytes32 taskid) internal {
        emit IHubEvents.TaskContribute(taskid, workers[0].account, _hashOf(taskid, RESULT));
        emit IHubEvents.TaskConsensus(taskid, _hashOf(taskid, RESULT));
        emit IHubEvents.TaskReveal(taskid, workers[0].account, _digest(RESULT));
        emit IHubEvents.TaskFinalize(taskid, "link");
    }

    function _emitAccurate(address worker, uint256 stake, uint256 reward, bytes32 taskid) internal {
        _emitUnlock(worker, stake);
        _emitReward(worker, reward, taskid);
        emit IHubEvents.AccurateContribution(worker, taskid);
    }

    function _emitFaulty(address worker, uint256 stake, bytes32 taskid) internal {
        emit IHubEvents.Seize(worker, stake, taskid);
        emit IHubEvents.FaultyContribution(worker, taskid);
    }
}
