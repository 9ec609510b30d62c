// SPDX-License-Identifier: Apache-2.0
// Free stake comes out as RLC, one to one, whenever its owner wants.
pragma solidity 0.8.37;

import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { TransferFailed } from "../../../src/hub/Deposits.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { OtherToken } from "../../support/OtherToken.sol";
import { vm } from "../../Vm.sol";

contract WithdrawTest is OtherToken {
    address private holder;
    address private friend;

    function setUp() public override {
        super.setUp();
        holder = requester.account;
        friend = accountOf("friend");
    }

    function test_a_withdrawal_burns_stake_and_pays_as_much_rlc() public {
        uint256 supply = hub.totalSupply();

        vm.expectEmit(address(hub));
        emit IHubEvents.Transfer(holder, address(0), 7e9);
        vm.expectEmit(address(rlc));
        emit IERC20.Transfer(address(hub), holder, 7e9);
        vm.prank(holder);
        bool done = hub.withdraw(7e9);

        assertTrue(done);
        _assertAccount(holder, DEPOSIT - 7e9, 0);
        assertEq(rlc.balanceOf(holder), 7e9);
        assertEq(hub.totalSupply(), supply - 7e9);
        assertEq(rlc.balanceOf(address(hub)), supply - 7e9);
    }

    function test_everything_can_be_withdrawn() public {
        vm.prank(holder);
        hub.withdraw(DEPOSIT);

        _assertAccount(holder, 0, 0);
        assertEq(rlc.balanceOf(holder), DEPOSIT);
    }

    function test_one_more_than_everything_cannot_be_withdrawn() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, holder, DEPOSIT, DEPOSIT + 1)
        );
        vm.prank(holder);
        hub.withdraw(DEPOSIT + 1);
    }

    function test_an_amount_beyond_96_bits_is_too_much_and_not_cut_down() public {
        uint256 amount = (uint256(1) << 96) + 1;

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, holder, DEPOSIT, amount));
        vm.prank(holder);
        hub.withdraw(amount);
    }

    function test_a_withdrawal_of_nothing_is_announced_and_changes_nothing() public {
        vm.expectEmit(address(hub));
        emit IHubEvents.Transfer(friend, address(0), 0);
        vm.prank(friend);
        hub.withdraw(0);

        _assertAccount(friend, 0, 0);
    }

    function test_what_is_locked_cannot_be_withdrawn() public {
        _dealOfTrust(1);
        uint256 free = DEPOSIT - TASK_PRICE;

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, holder, free, free + 1));
        vm.prank(holder);
        hub.withdraw(free + 1);
    }

    function test_what_is_free_can_be_withdrawn_while_the_rest_is_locked() public {
        _dealOfTrust(1);

        vm.prank(holder);
        hub.withdraw(DEPOSIT - TASK_PRICE);

        _assertAccount(holder, 0, TASK_PRICE);
        assertEq(rlc.balanceOf(holder), DEPOSIT - TASK_PRICE);
    }

    function test_a_withdrawal_to_a_friend_is_paid_to_the_friend_out_of_the_callers_stake() public {
        vm.expectEmit(address(hub));
        emit IHubEvents.Transfer(holder, address(0), 7e9);
        vm.prank(holder);
        bool done = hub.withdrawTo(7e9, friend);

        assertTrue(done);
        assertEq(rlc.balanceOf(friend), 7e9);
        assertEq(rlc.balanceOf(holder), 0);
        _assertAccount(holder, DEPOSIT - 7e9, 0);
        _assertAccount(friend, 0, 0);
    }

    function test_one_more_than_everything_cannot_be_withdrawn_to_a_friend() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, holder, DEPOSIT, DEPOSIT + 1)
        );
        vm.prank(holder);
        hub.withdrawTo(DEPOSIT + 1, friend);
    }

    function test_nothing_is_withdrawn_to_nobody() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(holder);
        hub.withdrawTo(1, address(0));

        _assertAccount(holder, DEPOSIT, 0);
    }

    function test_what_is_withdrawn_to_the_hub_itself_is_no_accounts_any_more() public {
        uint256 supply = hub.totalSupply();

        vm.prank(holder);
        hub.withdrawTo(7e9, address(hub));

        assertEq(hub.totalSupply(), supply - 7e9);
        assertEq(rlc.balanceOf(address(hub)), supply);
    }

    function test_a_token_that_answers_false_burns_no_stake() public {
        loose.mint(holder, 5);
        vm.prank(holder);
        looseHub.deposit(5);
        loose.refuse();

        vm.expectRevert(abi.encodeWithSelector(TransferFailed.selector, holder, 5));
        vm.prank(holder);
        looseHub.withdraw(5);

        assertEq(looseHub.balanceOf(holder), 5);
        assertEq(looseHub.totalSupply(), 5);
    }

    function test_a_token_that_answers_false_burns_no_stake_for_a_friend_either() public {
        loose.mint(holder, 5);
        vm.prank(holder);
        looseHub.deposit(5);
        loose.refuse();

        vm.expectRevert(abi.encodeWithSelector(TransferFailed.selector, friend, 4));
        vm.prank(holder);
        looseHub.withdrawTo(4, friend);

        assertEq(looseHub.balanceOf(holder), 5);
    }

    function testFuzz_what_went_in_comes_out(uint256 amount, uint256 part) public {
        amount = bound(amount, 0, 1_000e9);
        part = bound(part, 0, amount);
        rlc.transfer(friend, amount);
        vm.startPrank(friend);
        rlc.approve(address(hub), amount);
        hub.deposit(amount);

        hub.withdraw(part);
        hub.withdraw(amount - part);

        assertEq(rlc.balanceOf(friend), amount);
        _assertAccount(friend, 0, 0);
    }
}
