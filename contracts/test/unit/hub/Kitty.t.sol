// SPDX-License-Identifier: Apache-2.0
// result: the stakes of schedulers who failed are handed on to those who do not.
pragma solidity 0.8.37;

import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { Orders } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { Vm, vm } from "../../Vm.sol";

contract KittyTest is Work {
    address private constant KITTY = 0x99c2268479b93fDe36232351229815DF80837e23;
    uint256 private constant RLC_ = 1e9;

    function test_the_kittys_address_is_the_one_that_everybody_knows() public view {
        assertEq(hub.kitty_address(), KITTY);
        assertEq(uint160(KITTY), uint160(uint256(keccak256("iExecKitty")) >> 96) - 1);
        assertEq(hub.kitty_ratio(), 10);
        assertEq(hub.kitty_min(), 1e9);
    }

    function test_an_empty_kitty_is_not_mentioned() public {
        bytes32 taskid = _revealedTask();

        vm.recordLogs();
        _finalize(taskid);

        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            assertFalse(logs[i].topics[0] == IHubEvents.Seize.selector && _account(logs[i].data) == KITTY);
        }
    }

    function test_the_kitty_holds_the_stakes_of_tasks_that_failed() public {
        _fill(7);
        _fill(5 * RLC_);

        _assertAccount(KITTY, 0, 5 * RLC_ + 7);
        assertEq(hub.balanceOf(address(hub)), 5 * RLC_ + 7);
    }

    function test_the_kittys_part_comes_right_after_the_workerpools_own_stake() public {
        _fill(50 * RLC_);
        bytes32 taskid = _revealedTask();

        vm.recordLogs();
        _finalizeWith(taskid, "link", "");

        Vm.Log[] memory happened = vm.getRecordedLogs();
        _emitPrice(taskid);
        emit IHubEvents.Seize(KITTY, 5 * RLC_, taskid);
        _emitReward(scheduler.account, 5 * RLC_, taskid);
        _emitAccurate(workers[0].account, WORKER_STAKE, 4_950_000_000, taskid);
        _emitAccurate(workers[1].account, WORKER_STAKE, 4_950_000_000, taskid);
        _emitReward(scheduler.account, 100_000_000, taskid);
        emit IHubEvents.TaskFinalize(taskid, "link");
        _assertLogged(happened);
    }

    function test_the_kitty_gives_to_the_one_transaction_path_too() public {
        _fill(50 * RLC_);
        bytes32 taskid = _taskOfTrust(1);

        vm.recordLogs();
        _contributeAndFinalize(workers[0], taskid, "link");

        Vm.Log[] memory happened = vm.getRecordedLogs();
        _emitPrice(taskid);
        emit IHubEvents.Seize(KITTY, 5 * RLC_, taskid);
        _emitReward(scheduler.account, 5 * RLC_, taskid);
        _emitReward(workers[0].account, 9_900_000_000, taskid);
        _emitReward(scheduler.account, 100_000_000, taskid);
        _emitStepsOfOne(taskid);
        _assertLogged(happened);
    }

    function test_the_kitty_gives_a_tenth_rounded_down() public {
        _assertGives(10 * RLC_ + 19, RLC_ + 1);
    }

    function test_a_tenth_that_is_one_rlc_is_as_much_as_the_least() public {
        _assertGives(10 * RLC_, RLC_);
    }

    function test_the_kitty_gives_at_least_one_rlc() public {
        _assertGives(10 * RLC_ - 1, RLC_);
    }

    function test_a_kitty_of_one_rlc_gives_all_it_has() public {
        _assertGives(RLC_, RLC_);
    }

    function test_a_kitty_of_less_than_one_rlc_gives_all_it_has() public {
        _assertGives(RLC_ - 1, RLC_ - 1);
        assertEq(hub.frozenOf(KITTY), 0);
    }

    function test_a_kitty_of_one_nrlc_gives_it() public {
        _assertGives(1, 1);
    }

    function test_a_kitty_is_drained_rlc_by_rlc_and_then_left_alone() public {
        _fill(2 * RLC_ + 5);
        uint256[4] memory left = [RLC_ + 5, 5, 0, 0];

        for (uint256 i = 0; i < 4; ++i) {
            _contributeAndFinalize(workers[0], _taskOfTrust(1), "link");
            assertEq(hub.frozenOf(KITTY), left[i]);
        }
    }

    function test_the_stake_of_a_free_workerpool_leaves_the_kitty_empty() public {
        _fill(0);

        _assertAccount(KITTY, 0, 0);
    }

    function test_what_somebody_sends_to_the_kitty_is_not_given_away() public {
        _fill(50 * RLC_);
        vm.prank(requester.account);
        hub.transfer(KITTY, 1000 * RLC_);

        _contributeAndFinalize(workers[0], _taskOfTrust(1), "link");

        _assertAccount(KITTY, 1000 * RLC_, 45 * RLC_);
    }

    function test_the_kitty_gives_once_per_task_and_not_per_deal() public {
        _fill(50 * RLC_);
        Orders memory orders = _ordersOfTrust(1);
        _setVolume(orders, 2);
        bytes32 first = _taskOf(orders);
        bytes32 second = hub.initialize(hub.viewTask(first).dealid, 1);

        _contributeAndFinalize(workers[0], first, "link");
        _contributeAndFinalize(workers[0], second, "link");

        assertEq(hub.frozenOf(KITTY), 40_500_000_000);
    }

    function testFuzz_the_kitty_gives_a_tenth_at_least_one_rlc_at_most_all(uint256 kitty) public {
        kitty = bound(kitty, 1, 1_000_000 * RLC_);
        uint256 tenth = kitty * 10 / 100;
        uint256 gives = tenth > RLC_ ? tenth : RLC_;
        if (gives > kitty) gives = kitty;

        _assertGives(kitty, gives);
    }

    /// Lets a task fail whose workerpool's stake is exactly this.
    function _fill(uint256 amount) private {
        uint256 price = (amount * 10 + 2) / 3;
        assertEq(price * 30 / 100, amount);
        _fund(requester.account, price);
        _fund(scheduler.account, amount);
        Orders memory orders = _ordersOfTrust(1);
        orders.app.appprice = 0;
        orders.workerpool.workerpoolprice = orders.request.workerpoolmaxprice = price;
        bytes32 taskid = _taskOf(orders);
        skipTime(10 * TIMEREF_XS);
        hub.claim(taskid);
        vm.prank(requester.account);
        hub.withdraw(price);
    }

    function _assertGives(uint256 kitty, uint256 gives) private {
        _fill(kitty);

        _contributeAndFinalize(workers[0], _taskOfTrust(1), "link");

        _assertAccount(KITTY, 0, kitty - gives);
        _assertAccount(scheduler.account, DEPOSIT + 100_000_000 + gives, 0);
        _assertAccount(address(hub), kitty - gives, 0);
    }

    function _account(bytes memory data) private pure returns (address account) {
        (account,) = abi.decode(data, (address, uint256));
    }
}
