// SPDX-License-Identifier: Apache-2.0
// The whole life of one task that three workers agree on.
pragma solidity 0.8.37;

import { Deal, Task, TaskStatusEnum } from "../../src/types/Views.sol";
import { Market } from "../support/Market.sol";

contract ThreeWorkersTest is Market {
    string private constant RESULT = "result";

    function test_three_workers_agree_and_everybody_is_paid() public {
        bytes32 dealid = _dealOfTrust(8);
        bytes32 taskid = hub.initialize(dealid, 0);
        Deal memory deal = hub.viewDeal(dealid);
        assertEq(deal.app.pointer, app);
        assertEq(deal.trust, 8);
        assertEq(deal.params, '{"iexec_args":"--size 10 input.txt"}');

        for (uint256 i = 0; i < 3; ++i) {
            _contribute(workers[i], taskid, RESULT);
        }
        for (uint256 i = 0; i < 3; ++i) {
            _reveal(workers[i], taskid, RESULT);
        }
        _finalize(taskid);

        Task memory task = hub.viewTask(taskid);
        assertTrue(task.status == TaskStatusEnum.COMPLETED);
        assertEq(task.results, "result");
        assertEq(task.contributors.length, 3);
        assertEq(task.contributors[0], workers[0].account);
        assertEq(hub.balanceOf(developer.account), APP_PRICE);
        assertEq(hub.balanceOf(requester.account), DEPOSIT - APP_PRICE - WORKERPOOL_PRICE);
        // 99 % of 10 RLC over three equal shares; the rest is the scheduler's.
        assertEq(hub.balanceOf(workers[1].account), DEPOSIT + 3_300_000_000);
        assertEq(hub.balanceOf(scheduler.account), DEPOSIT + 100_000_000);
        assertEq(hub.viewScore(workers[2].account), 1);
        assertEq(hub.balanceOf(address(hub)), 0);
    }
}
