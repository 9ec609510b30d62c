// SPDX-License-Identifier: Apache-2.0
// A thief with the keys of both operators of a pool, who wants to hurt its owner, in a market where he is everybody else.
pragma solidity 0.8.37;

import { IHub } from "../../src/interfaces/IHub.sol";
import { OrderLimits } from "../../src/interfaces/IPoolOperator.sol";
import { Orders, Person } from "../support/Market.sol";
import { OrderHash } from "../support/OrderHash.sol";
import { Pool } from "../support/Pool.sol";
import { vm } from "../Vm.sol";

contract PoolThief is Pool {
    /// What the hub seized of the pool's stake, in deals that failed.
    uint256 public lost;
    /// What the owner took out.
    uint256 public withdrawn;
    uint256 public matches;
    uint256 public refusals;
    uint256 public failures;
    uint256 public successes;

    struct Job {
        bytes32 taskid;
        uint256 stake;
    }

    Job[] private jobs;
    uint256 private keys;

    function actions() external pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](7);
        selectors[0] = this.sell.selector;
        selectors[1] = this.succeed.selector;
        selectors[2] = this.fail.selector;
        selectors[3] = this.grab.selector;
        selectors[4] = this.changeLimits.selector;
        selectors[5] = this.changeKey.selector;
        selectors[6] = this.withdrawSome.selector;
    }

    /// Signs an order that may be anything, and has it matched by a request of his own.
    function sell(uint256 price, uint256 volume, uint256 category, uint256 seed) external {
        Orders memory orders = _orders();
        orders.workerpool.workerpoolprice = orders.request.workerpoolmaxprice = bound(
            price, WORKERPOOL_PRICE / 2, 4 * WORKERPOOL_PRICE
        );
        orders.workerpool.category = orders.request.category = bound(category, 0, 1);
        orders.workerpool.tag = seed % 16 == 0 ? bytes32(uint256(4)) : bytes32(0);
        _setVolume(orders, bound(volume, 1, seed % 4 == 0 ? MAX_VOLUME + 2 : 4));
        orders.request.volume = 1 + seed % orders.request.volume;
        _sign(orders);
        orders.workerpool.sign = _orderSignature(seed % 2 == 0 ? first : second, orders.workerpool);
        OrderLimits memory limits = pool.limits();

        try hub.matchOrders(orders.app, orders.dataset, orders.workerpool, orders.request) returns (bytes32 dealid) {
            ++matches;
            _assertSold(orders, limits);
            uint256 stake = orders.workerpool.workerpoolprice * 30 / 100;
            for (uint256 i = 0; i < orders.request.volume; ++i) {
                jobs.push(Job(hub.initialize(dealid, i), stake));
            }
        } catch {
            ++refusals;
        }
    }

    /// Lets a worker of his own complete a task.
    function succeed(uint256 which) external {
        if (jobs.length == 0) return;
        Job memory job = jobs[which % jobs.length];
        bytes memory permission = _permission(first, workers[0].account, job.taskid, address(0));
        uint256 before = hub.balanceOf(address(pool));

        vm.prank(workers[0].account);
        try hub.contributeAndFinalize(job.taskid, _digest(RESULT), "", "", address(0), "", permission) {
            ++successes;
            assertGe(hub.balanceOf(address(pool)), before + job.stake, "a success costs the owner");
            _forget(which % jobs.length);
        } catch { }
    }

    /// Waits until a task is lost, and has it claimed.
    function fail(uint256 which, bool waits) external {
        if (jobs.length == 0) return;
        Job memory job = jobs[which % jobs.length];
        if (waits) vm.warp(hub.viewTask(job.taskid).finalDeadline);

        try hub.claim(job.taskid) {
            ++failures;
            lost += job.stake;
            _forget(which % jobs.length);
        } catch { }
    }

    /// Calls whatever he hopes to get money by, as an operator.
    function grab(uint256 seed, uint256 amount) external {
        bytes[] memory tries = new bytes[](8);
        address thief = first.account;
        tries[0] = abi.encodeCall(IHub.withdrawTo, (amount, thief));
        tries[1] = abi.encodeCall(IHub.transfer, (thief, amount));
        tries[2] = abi.encodeCall(IHub.approve, (thief, amount));
        tries[3] = abi.encodeCall(pool.withdraw, (amount, thief));
        tries[4] = abi.encodeCall(pool.execute, (address(hub), tries[0]));
        tries[5] = abi.encodeCall(pool.setLimits, (_limits()));
        tries[6] = abi.encodeCall(pool.addOperator, (accountOf("accomplice")));
        tries[7] = abi.encodeCall(pool.transferOwnership, (thief));
        bytes memory chosen = tries[seed % tries.length];
        bytes[] memory many = new bytes[](1);
        many[0] = chosen;

        (bool direct,) = _callAs(first, chosen);
        (bool among,) = _callAs(first, abi.encodeCall(pool.multicall, (many)));

        assertFalse(direct || among, "an operator did what is the owner's");
    }

    // The owner

    function changeLimits(uint96 maxLocked, uint64 maxVolume) external {
        OrderLimits memory limits = _limits();
        limits.maxLocked = uint96(bound(maxLocked, 0, 2 * MAX_LOCKED));
        limits.maxVolume = uint64(bound(maxVolume, 1, MAX_VOLUME));
        _setLimits(limits);
    }

    /// Revokes the first key for a new one, which is stolen, too.
    function changeKey(uint256 seed) external {
        if (seed % 8 != 0) return;
        _revoke(first);
        first = _person(string.concat("next operator ", vm.toString(++keys)));
        vm.prank(cold.account);
        pool.addOperator(first.account);
    }

    function withdrawSome(uint256 amount) public {
        uint256 taken = bound(amount, 0, hub.balanceOf(address(pool)) / 100);
        vm.prank(cold.account);
        pool.withdraw(taken, cold.account);
        withdrawn += taken;
    }

    // What must hold

    function check() external view {
        uint256 free = hub.balanceOf(address(pool));
        uint256 locked = hub.frozenOf(address(pool));
        uint256 promised;
        for (uint256 i = 0; i < jobs.length; ++i) {
            promised += jobs[i].stake;
        }
        assertEq(locked, promised, "locked is what open tasks lock");
        assertGe(free + locked + lost + withdrawn, DEPOSIT, "the owner lost more than stakes of deals");
        assertEq(rlc.balanceOf(cold.account), withdrawn, "what was withdrawn is the owner's");
        assertEq(rlc.balanceOf(first.account) + rlc.balanceOf(second.account), 0, "operators have money");
    }

    /// In the end the owner takes everything that is free.
    function takeAll() external {
        uint256 free = hub.balanceOf(address(pool));
        vm.prank(cold.account);
        pool.withdraw(free, cold.account);
        assertEq(rlc.balanceOf(cold.account), withdrawn + free);
        withdrawn += free;
    }

    function _assertSold(Orders memory orders, OrderLimits memory limits) private view {
        assertLe(hub.frozenOf(address(pool)), limits.maxLocked, "an order locked more than the limit");
        assertLe(orders.workerpool.volume, limits.maxVolume, "an order was too large");
        assertGe(
            orders.workerpool.workerpoolprice, limits.minPrices[orders.workerpool.category], "an order was too cheap"
        );
        assertEq(orders.workerpool.tag & ~limits.tags, bytes32(0), "an order offered too much");
    }

    function _callAs(Person memory person, bytes memory call) private returns (bool done, bytes memory answer) {
        vm.prank(person.account);
        return address(pool).call(call);
    }

    function _forget(uint256 which) private {
        jobs[which] = jobs[jobs.length - 1];
        jobs.pop();
    }
}
