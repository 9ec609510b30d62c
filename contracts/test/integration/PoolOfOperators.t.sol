// SPDX-License-Identifier: Apache-2.0
// The life of tasks of a pool that a contract owns, run by two operators, up to the withdrawal by the cold owner.
pragma solidity 0.8.37;

import { TaskStatusEnum } from "../../src/types/Views.sol";
import { Orders } from "../support/Market.sol";
import { Pool } from "../support/Pool.sol";
import { vm } from "../Vm.sol";

contract PoolOfOperatorsTest is Pool {
    uint256 private constant SCHEDULER_REWARD = WORKERPOOL_PRICE / 100;

    function test_three_workers_agree_and_what_the_pool_earned_is_the_cold_owner_s() public {
        bytes32 taskid = _poolTask(first, 8);
        assertEq(hub.frozenOf(address(pool)), POOL_STAKE);

        _contributeTo(first, workers[0], taskid, RESULT);
        _contributeTo(second, workers[1], taskid, RESULT);
        _contributeTo(first, workers[2], taskid, RESULT);
        for (uint256 i = 0; i < 3; ++i) {
            _reveal(workers[i], taskid, RESULT);
        }
        vm.prank(second.account);
        pool.finalize(taskid, "result", "");

        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
        _assertAccount(address(pool), DEPOSIT + SCHEDULER_REWARD, 0);
        vm.prank(cold.account);
        pool.withdraw(DEPOSIT + SCHEDULER_REWARD, cold.account);
        assertEq(rlc.balanceOf(cold.account), DEPOSIT + SCHEDULER_REWARD);
    }

    function test_one_worker_alone_is_permitted_by_an_operator() public {
        bytes32 taskid = _poolTask(first, 1);
        bytes memory permission = _permission(second, workers[0].account, taskid, address(0));

        vm.prank(workers[0].account);
        hub.contributeAndFinalize(taskid, _digest(RESULT), "result", "", address(0), "", permission);

        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
        _assertAccount(address(pool), DEPOSIT + SCHEDULER_REWARD, 0);
    }

    function test_after_a_lie_that_nobody_reveals_the_other_operator_goes_on() public {
        bytes32 taskid = _poolTask(first, 4);
        _contributeTo(first, workers[0], taskid, OTHER);
        _contributeTo(first, workers[1], taskid, OTHER);
        skipTime(REVEAL_TIME);
        vm.prank(cold.account);
        pool.revokeOperator(first.account);

        vm.prank(second.account);
        pool.reopen(taskid);
        _contributeTo(second, workers[2], taskid, RESULT);
        _contributeTo(second, workers[3], taskid, RESULT);
        _reveal(workers[2], taskid, RESULT);
        _reveal(workers[3], taskid, RESULT);
        vm.prank(second.account);
        pool.finalize(taskid, "result", "");

        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
        assertEq(hub.frozenOf(address(pool)), 0);
    }

    function test_a_thief_of_a_key_costs_the_stake_of_the_limit_and_no_more() public {
        uint256 most = MAX_LOCKED / POOL_STAKE;
        _match(_poolOrders(first, MAX_VOLUME, 100));
        _match(_poolOrders(first, most - MAX_VOLUME, 100));
        assertEq(hub.frozenOf(address(pool)), MAX_LOCKED);

        Orders memory orders = _poolOrders(first, 1, 100);
        vm.expectRevert();
        _match(orders);

        vm.prank(cold.account);
        pool.withdraw(DEPOSIT - MAX_LOCKED, cold.account);
        assertEq(rlc.balanceOf(cold.account), DEPOSIT - MAX_LOCKED);
    }
}
