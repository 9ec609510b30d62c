// SPDX-License-Identifier: Apache-2.0
// Every task of packages/protocol/vectors/rewards.json, lived through on the hub: matched, voted on, revealed, finalized.
pragma solidity 0.8.37;

import { IHubEvents } from "../../src/interfaces/IHubEvents.sol";
import { Orders, Person } from "../support/Market.sol";
import { Work } from "../support/Work.sol";
import { Vm, vm } from "../Vm.sol";

contract RewardsVectorsTest is Work {
    string private constant PATH = "../packages/protocol/vectors/rewards.json";

    struct Split {
        string name;
        uint256 price;
        uint256 workerStake;
        uint256 ratio;
        uint256[] shares;
        bool[] proved;
        uint256[] rewards;
        uint256 poolOwner;
        uint256 poolStake;
        uint256 kitty;
        uint256 kittyShare;
    }

    function setUp() public override {
        super.setUp();
        // Whatever is deposited from here on is taken for paid: some vectors hold more than there is of the token.
        vm.mockCall(address(rlc), abi.encodeWithSelector(rlc.transferFrom.selector), abi.encode(true));
        vm.prank(scheduler.account);
        hub.withdraw(DEPOSIT);
        vm.prank(requester.account);
        hub.withdraw(DEPOSIT);
    }

    function test_the_hub_pays_as_the_vectors_say() public {
        string memory json = vm.readFile(PATH);
        uint256 count = vm.parseJsonUint(json, ".count");
        assertGt(count, 0);

        for (uint256 i = 0; i < count; ++i) {
            uint256 snapshot = vm.snapshotState();
            _replay(_read(json, i));
            vm.revertToStateAndDelete(snapshot);
        }
    }

    function _replay(Split memory split) private {
        _fillKitty(split.kitty);
        Person[] memory crowd = _crowd(split);
        bytes32 taskid = _matchedTask(split);
        for (uint256 i = 0; i < crowd.length; ++i) {
            _contribute(crowd[i], taskid, RESULT);
        }
        for (uint256 i = 0; i < crowd.length; ++i) {
            if (split.proved[i]) _reveal(crowd[i], taskid, RESULT);
        }
        skipTime(REVEAL_TIME);

        vm.recordLogs();
        _finalize(taskid);

        Vm.Log[] memory happened = vm.getRecordedLogs();
        _emitExpected(split, crowd, taskid);
        _assertLogged(happened);
        _assertAccounts(split, crowd);
    }

    function _assertAccounts(Split memory split, Person[] memory crowd) private view {
        for (uint256 i = 0; i < crowd.length; ++i) {
            uint256 kept = split.proved[i] ? split.workerStake + split.rewards[i] : 0;
            assertEq(hub.balanceOf(crowd[i].account), kept, split.name);
            assertEq(hub.frozenOf(crowd[i].account), 0, split.name);
        }
        assertEq(hub.balanceOf(scheduler.account), split.poolStake + split.poolOwner + split.kittyShare, split.name);
        assertEq(hub.balanceOf(requester.account), 0, split.name);
        assertEq(hub.frozenOf(hub.kitty_address()), split.kitty - split.kittyShare, split.name);
        assertEq(hub.balanceOf(address(hub)), split.kitty - split.kittyShare, split.name);
    }

    function _emitExpected(Split memory split, Person[] memory crowd, bytes32 taskid) private {
        emit IHubEvents.Seize(requester.account, split.price, taskid);
        _emitUnlock(scheduler.account, split.poolStake);
        if (split.kitty > 0) {
            emit IHubEvents.Seize(0x99c2268479b93fDe36232351229815DF80837e23, split.kittyShare, taskid);
            _emitReward(scheduler.account, split.kittyShare, taskid);
        }
        for (uint256 i = 0; i < crowd.length; ++i) {
            if (!split.proved[i]) {
                _emitFaulty(crowd[i].account, split.workerStake, taskid);
            } else if (crowd.length > 1) {
                _emitAccurate(crowd[i].account, split.workerStake, split.rewards[i], taskid);
            } else {
                _emitUnlock(crowd[i].account, split.workerStake);
                _emitReward(crowd[i].account, split.rewards[i], taskid);
            }
        }
        _emitReward(scheduler.account, split.poolOwner, taskid);
        emit IHubEvents.TaskFinalize(taskid, "result");
    }

    /// Workers with just the stake that they need, and the lowest score whose weight has the wanted logarithm.
    function _crowd(Split memory split) private returns (Person[] memory crowd) {
        crowd = new Person[](split.shares.length);
        for (uint256 i = 0; i < crowd.length; ++i) {
            crowd[i] = _person(string.concat("paid worker ", vm.toString(i)));
            if (split.shares[i] > 1) _setScore(crowd[i].account, uint64(3 * (2 ** split.shares[i] + 1)));
            hub.depositFor(split.workerStake, crowd[i].account);
        }
    }

    /// A task with a free app at the trust that exactly all the votes together reach.
    function _matchedTask(Split memory split) private returns (bytes32 taskid) {
        // The lowest percentage that gives the stake of the vector, if any does.
        uint256 stakeRatio = split.price == 0 ? 0 : (split.workerStake * 100 + split.price - 1) / split.price;
        assertEq(split.price * stakeRatio / 100, split.workerStake, split.name);
        _policy(stakeRatio, split.ratio);
        hub.depositFor(split.price, requester.account);
        hub.depositFor(split.poolStake, scheduler.account);
        uint256 logarithm;
        for (uint256 i = 0; i < split.shares.length; ++i) {
            logarithm += split.shares[i];
        }
        Orders memory orders = _ordersOfTrust(2 ** logarithm);
        orders.app.appprice = 0;
        orders.workerpool.workerpoolprice = orders.request.workerpoolmaxprice = split.price;
        return _taskOf(orders);
    }

    /// Lets a task fail whose workerpool's stake is exactly this.
    function _fillKitty(uint256 amount) private {
        if (amount == 0) return;
        uint256 price = (amount * 10 + 2) / 3;
        hub.depositFor(price, requester.account);
        hub.depositFor(amount, scheduler.account);
        Orders memory orders = _ordersOfTrust(1);
        orders.app.appprice = 0;
        orders.workerpool.workerpoolprice = orders.request.workerpoolmaxprice = price;
        bytes32 taskid = _taskOf(orders);
        skipTime(10 * TIMEREF_XS);
        hub.claim(taskid);
        vm.prank(requester.account);
        hub.transfer(stranger.account, price);
    }

    function _read(string memory json, uint256 index) private pure returns (Split memory split) {
        string memory path = string.concat(".tasks[", vm.toString(index), "].");
        split.name = vm.parseJsonString(json, string.concat(path, "name"));
        split.price = vm.parseJsonUint(json, string.concat(path, "workerpoolPrice"));
        split.workerStake = vm.parseJsonUint(json, string.concat(path, "workerStake"));
        split.ratio = vm.parseJsonUint(json, string.concat(path, "schedulerRewardRatio"));
        split.shares = vm.parseJsonUintArray(json, string.concat(path, "weights"));
        split.proved = vm.parseJsonBoolArray(json, string.concat(path, "proved"));
        split.rewards = vm.parseJsonUintArray(json, string.concat(path, "rewards"));
        split.poolOwner = vm.parseJsonUint(json, string.concat(path, "poolOwner"));
        split.poolStake = vm.parseJsonUint(json, string.concat(path, "workerpoolStake"));
        split.kitty = vm.parseJsonUint(json, string.concat(path, "kitty"));
        split.kittyShare = vm.parseJsonUint(json, string.concat(path, "kittyShare"));
    }
}
