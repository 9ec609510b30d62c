// SPDX-License-Identifier: Apache-2.0
// RLC goes in and becomes free stake, one to one.
pragma solidity 0.8.37;

import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import { TransferFromFailed } from "../../../src/hub/Deposits.sol";
import { AmountOutOfRange, ArrayLengthMismatch } from "../../../src/hub/Escrow.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { OtherToken } from "../../support/OtherToken.sol";
import { Vm, vm } from "../../Vm.sol";

contract DepositTest is OtherToken {
    address private payer;
    address private friend;

    function setUp() public override {
        super.setUp();
        payer = accountOf("payer");
        friend = accountOf("friend");
        rlc.transfer(payer, 100e9);
        vm.prank(payer);
        rlc.approve(address(hub), 60e9);
    }

    function test_a_deposit_turns_rlc_into_as_much_free_stake() public {
        uint256 supply = hub.totalSupply();

        vm.recordLogs();
        vm.prank(payer);
        bool done = hub.deposit(7e9);

        Vm.Log[] memory happened = _logsOfTheHub();
        emit IHubEvents.Transfer(address(0), payer, 7e9);
        _assertLogged(happened);
        assertTrue(done);
        _assertAccount(payer, 7e9, 0);
        assertEq(rlc.balanceOf(payer), 93e9);
        assertEq(rlc.balanceOf(address(hub)), supply + 7e9);
        assertEq(hub.totalSupply(), supply + 7e9);
    }

    function test_two_deposits_add_up() public {
        vm.startPrank(payer);
        hub.deposit(1e9);
        hub.deposit(2e9);

        _assertAccount(payer, 3e9, 0);
    }

    function test_a_deposit_of_nothing_is_announced_and_changes_nothing() public {
        uint256 supply = hub.totalSupply();

        vm.expectEmit(address(hub));
        emit IHubEvents.Transfer(address(0), payer, 0);
        vm.prank(payer);
        hub.deposit(0);

        assertEq(hub.totalSupply(), supply);
        _assertAccount(payer, 0, 0);
    }

    function test_all_that_is_allowed_can_be_deposited() public {
        vm.prank(payer);
        hub.deposit(60e9);

        _assertAccount(payer, 60e9, 0);
        assertEq(rlc.allowance(payer, address(hub)), 0);
    }

    function test_more_than_is_allowed_cannot_be_deposited() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(hub), 60e9, 60e9 + 1)
        );
        vm.prank(payer);
        hub.deposit(60e9 + 1);
    }

    function test_more_than_the_payer_has_cannot_be_deposited() public {
        vm.startPrank(payer);
        rlc.approve(address(hub), type(uint256).max);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, payer, 100e9, 100e9 + 1));
        hub.deposit(100e9 + 1);
    }

    function test_a_deposit_for_a_friend_is_the_friends_and_paid_by_the_caller() public {
        vm.recordLogs();
        vm.prank(payer);
        bool done = hub.depositFor(7e9, friend);

        Vm.Log[] memory happened = _logsOfTheHub();
        emit IHubEvents.Transfer(address(0), friend, 7e9);
        _assertLogged(happened);
        assertTrue(done);
        _assertAccount(friend, 7e9, 0);
        _assertAccount(payer, 0, 0);
        assertEq(rlc.balanceOf(payer), 93e9);
    }

    function test_nothing_is_deposited_for_nobody() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(payer);
        hub.depositFor(1, address(0));
    }

    function test_many_deposits_are_made_in_the_given_order() public {
        vm.recordLogs();
        vm.prank(payer);
        bool done = hub.depositForArray(_amounts(3e9, 0, 4e9), _targets(friend, payer, friend));

        Vm.Log[] memory happened = _logsOfTheHub();
        emit IHubEvents.Transfer(address(0), friend, 3e9);
        emit IHubEvents.Transfer(address(0), payer, 0);
        emit IHubEvents.Transfer(address(0), friend, 4e9);
        _assertLogged(happened);
        assertTrue(done);
        _assertAccount(friend, 7e9, 0);
        assertEq(rlc.balanceOf(payer), 93e9);
    }

    function test_one_transfer_is_made_for_each_of_many_deposits() public {
        vm.expectCall(address(rlc), abi.encodeCall(rlc.transferFrom, (payer, address(hub), 1e9)), 3);
        vm.prank(payer);
        hub.depositForArray(_amounts(1e9, 1e9, 1e9), _targets(friend, payer, friend));

        assertEq(hub.balanceOf(friend), 2e9);
    }

    function test_one_deposit_that_cannot_be_paid_undoes_all_of_them() public {
        uint256[] memory amounts = _amounts(30e9, 30e9, 1);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(hub), 0, 1));
        vm.prank(payer);
        hub.depositForArray(amounts, _targets(friend, friend, friend));

        assertEq(hub.balanceOf(friend), 0);
        assertEq(rlc.balanceOf(payer), 100e9);
    }

    function test_no_deposits_at_all_are_fine() public {
        assertTrue(hub.depositForArray(new uint256[](0), new address[](0)));
    }

    function test_every_amount_needs_its_target() public {
        vm.expectRevert(abi.encodeWithSelector(ArrayLengthMismatch.selector, 3, 2));
        hub.depositForArray(new uint256[](3), new address[](2));
    }

    function test_every_target_needs_its_amount() public {
        vm.expectRevert(abi.encodeWithSelector(ArrayLengthMismatch.selector, 2, 3));
        hub.depositForArray(new uint256[](2), new address[](3));
    }

    function test_a_token_that_answers_false_deposits_nothing() public {
        loose.mint(payer, 5);
        loose.refuse();

        vm.expectRevert(abi.encodeWithSelector(TransferFromFailed.selector, payer, 5));
        vm.prank(payer);
        looseHub.deposit(5);

        assertEq(looseHub.totalSupply(), 0);
    }

    function test_a_token_that_answers_false_deposits_nothing_for_a_friend_either() public {
        loose.refuse();

        vm.expectRevert(abi.encodeWithSelector(TransferFromFailed.selector, payer, 0));
        vm.prank(payer);
        looseHub.depositFor(0, friend);
    }

    function test_all_stakes_together_may_reach_96_bits() public {
        loose.mint(payer, type(uint256).max);

        vm.startPrank(payer);
        looseHub.deposit(type(uint96).max - 1);
        looseHub.depositFor(1, friend);

        assertEq(looseHub.totalSupply(), type(uint96).max);
        assertEq(looseHub.balanceOf(payer), type(uint96).max - 1);
    }

    function test_all_stakes_together_never_pass_96_bits() public {
        loose.mint(payer, type(uint256).max);
        vm.startPrank(payer);
        looseHub.deposit(type(uint96).max);

        vm.expectRevert(abi.encodeWithSelector(AmountOutOfRange.selector, 1, 0));
        looseHub.depositFor(1, friend);
    }

    function testFuzz_an_amount_above_what_is_left_of_96_bits_is_refused_with_both(uint256 first, uint256 second)
        public
    {
        first = bound(first, 0, type(uint96).max);
        uint256 room = type(uint96).max - first;
        second = bound(second, room + 1, type(uint256).max - first);
        loose.mint(payer, type(uint256).max);
        vm.startPrank(payer);
        looseHub.deposit(first);

        vm.expectRevert(abi.encodeWithSelector(AmountOutOfRange.selector, second, room));
        looseHub.deposit(second);
    }

    function testFuzz_the_hub_holds_as_much_rlc_as_there_is_stake(uint256 amount) public {
        amount = bound(amount, 0, 60e9);

        vm.prank(payer);
        hub.deposit(amount);

        assertEq(hub.balanceOf(payer), amount);
        assertEq(rlc.balanceOf(address(hub)), hub.totalSupply());
    }

    /// What the hub told; the token's own events are the token's business.
    function _logsOfTheHub() private returns (Vm.Log[] memory logs) {
        Vm.Log[] memory all = vm.getRecordedLogs();
        logs = new Vm.Log[](all.length);
        uint256 count = 0;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i].emitter == address(hub)) logs[count++] = all[i];
        }
        assembly ("memory-safe") {
            mstore(logs, count)
        }
    }

    function _amounts(uint256 one, uint256 two, uint256 three) private pure returns (uint256[] memory amounts) {
        amounts = new uint256[](3);
        (amounts[0], amounts[1], amounts[2]) = (one, two, three);
    }

    function _targets(address one, address two, address three) private pure returns (address[] memory targets) {
        targets = new address[](3);
        (targets[0], targets[1], targets[2]) = (one, two, three);
    }
}
