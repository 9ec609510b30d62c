// SPDX-License-Identifier: Apache-2.0
// Free stake is an ERC-20 token, SRLC; locked stake is nobody's to move.
pragma solidity 0.8.37;

import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import { ApprovalRefused } from "../../../src/hub/Allowances.sol";
import { AmountOutOfRange } from "../../../src/hub/Escrow.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { Account } from "../../../src/types/Views.sol";
import { Answers } from "../../support/Answers.sol";
import { Work } from "../../support/Work.sol";
import { vm } from "../../Vm.sol";

/// Remembers what it was told of an approval, and answers what it is told to answer.
contract Spender {
    bool private immutable ANSWER;

    address public caller;
    address public sender;
    uint256 public value;
    address public token;
    bytes public data;

    constructor(bool answer) {
        ANSWER = answer;
    }

    function receiveApproval(address sender_, uint256 value_, address token_, bytes calldata data_)
        external
        returns (bool)
    {
        (caller, sender, value, token, data) = (msg.sender, sender_, value_, token_, data_);
        return ANSWER;
    }
}

contract AccountTokenTest is Work {
    bytes4 private constant RECEIVE_APPROVAL = 0x8f4ffcb1;

    address private holder;
    address private friend;
    address private spender;

    function setUp() public override {
        super.setUp();
        holder = requester.account;
        friend = accountOf("friend");
        spender = accountOf("spender");
    }

    // What it says of itself

    function test_it_is_called_staked_rlc_and_has_the_decimals_of_rlc() public view {
        assertEq(hub.name(), "Staked RLC");
        assertEq(hub.symbol(), "SRLC");
        assertEq(hub.decimals(), 9);
        assertEq(hub.token(), address(rlc));
    }

    function test_an_account_reads_the_same_in_every_view() public {
        _dealOfTrust(1);

        Account memory account = hub.viewAccount(holder);
        (uint256 stake, uint256 locked) = hub.viewAccountABILegacy(holder);

        assertEq(account.stake, DEPOSIT - TASK_PRICE);
        assertEq(account.locked, TASK_PRICE);
        assertEq(stake, account.stake);
        assertEq(locked, account.locked);
        _assertAccount(holder, stake, locked);
    }

    function test_the_supply_is_all_free_stake_and_what_is_locked_is_the_hubs_own() public {
        uint256 supply = hub.totalSupply();

        _dealOfTrust(1);

        assertEq(hub.totalSupply(), supply);
        assertEq(hub.balanceOf(address(hub)), TASK_PRICE + POOL_STAKE);
    }

    // transfer

    function test_a_transfer_moves_free_stake() public {
        uint256 supply = hub.totalSupply();

        vm.expectEmit(address(hub));
        emit IHubEvents.Transfer(holder, friend, 7e9);
        vm.prank(holder);
        bool done = hub.transfer(friend, 7e9);

        assertTrue(done);
        _assertAccount(holder, DEPOSIT - 7e9, 0);
        _assertAccount(friend, 7e9, 0);
        assertEq(hub.totalSupply(), supply);
    }

    function test_everything_free_can_be_transferred() public {
        _dealOfTrust(1);

        vm.prank(holder);
        hub.transfer(friend, DEPOSIT - TASK_PRICE);

        _assertAccount(holder, 0, TASK_PRICE);
    }

    function test_what_is_locked_cannot_be_transferred() public {
        _dealOfTrust(1);
        uint256 free = DEPOSIT - TASK_PRICE;

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, holder, free, free + 1));
        vm.prank(holder);
        hub.transfer(friend, free + 1);
    }

    function test_an_amount_beyond_96_bits_is_not_cut_down() public {
        uint256 amount = (uint256(1) << 96) + 1;

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, holder, DEPOSIT, amount));
        vm.prank(holder);
        hub.transfer(friend, amount);
    }

    function test_a_transfer_of_nothing_is_announced() public {
        vm.expectEmit(address(hub));
        emit IHubEvents.Transfer(friend, holder, 0);
        vm.prank(friend);
        hub.transfer(holder, 0);
    }

    function test_a_transfer_to_oneself_changes_nothing() public {
        vm.prank(holder);
        hub.transfer(holder, DEPOSIT);

        _assertAccount(holder, DEPOSIT, 0);
    }

    function test_nothing_is_transferred_to_nobody() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(holder);
        hub.transfer(address(0), 0);
    }

    // transferFrom

    function test_who_is_allowed_moves_anothers_stake_and_his_allowance_shrinks_by_it() public {
        _allow(10e9);

        vm.expectEmit(address(hub));
        emit IHubEvents.Transfer(holder, friend, 7e9);
        vm.expectEmit(address(hub));
        emit IHubEvents.Approval(holder, spender, 3e9);
        vm.prank(spender);
        bool done = hub.transferFrom(holder, friend, 7e9);

        assertTrue(done);
        _assertAccount(holder, DEPOSIT - 7e9, 0);
        _assertAccount(friend, 7e9, 0);
        assertEq(hub.allowance(holder, spender), 3e9);
    }

    function test_the_whole_allowance_can_be_used() public {
        _allow(7e9);

        vm.prank(spender);
        hub.transferFrom(holder, friend, 7e9);

        assertEq(hub.allowance(holder, spender), 0);
    }

    function test_one_more_than_the_allowance_cannot_be_used() public {
        _allow(7e9);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, spender, 7e9, 7e9 + 1));
        vm.prank(spender);
        hub.transferFrom(holder, friend, 7e9 + 1);
    }

    function test_the_balance_is_refused_before_the_allowance() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, holder, DEPOSIT, DEPOSIT + 1)
        );
        vm.prank(spender);
        hub.transferFrom(holder, friend, DEPOSIT + 1);
    }

    function test_no_allowance_is_infinite() public {
        _allow(type(uint256).max);

        vm.prank(spender);
        hub.transferFrom(holder, friend, 1);

        assertEq(hub.allowance(holder, spender), type(uint256).max - 1);
    }

    function test_the_holder_himself_needs_an_allowance_too() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, holder, 0, 1));
        vm.prank(holder);
        hub.transferFrom(holder, friend, 1);
    }

    function test_a_move_of_nothing_is_announced_with_the_allowance_that_stays() public {
        vm.expectEmit(address(hub));
        emit IHubEvents.Transfer(holder, friend, 0);
        vm.expectEmit(address(hub));
        emit IHubEvents.Approval(holder, spender, 0);
        vm.prank(spender);
        hub.transferFrom(holder, friend, 0);
    }

    function test_nothing_is_moved_from_nobody() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidSender.selector, address(0)));
        vm.prank(spender);
        hub.transferFrom(address(0), friend, 0);
    }

    function test_nothing_is_moved_to_nobody() public {
        _allow(7e9);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(spender);
        hub.transferFrom(holder, address(0), 1);
    }

    function test_what_is_locked_is_out_of_reach_of_every_allowance() public {
        _allow(type(uint256).max);
        _dealOfTrust(1);

        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector, holder, DEPOSIT - TASK_PRICE, DEPOSIT
            )
        );
        vm.prank(spender);
        hub.transferFrom(holder, friend, DEPOSIT);
    }

    // Allowances

    function test_an_approval_sets_the_allowance_whatever_it_was() public {
        _allow(10e9);

        vm.expectEmit(address(hub));
        emit IHubEvents.Approval(holder, spender, 4e9);
        vm.prank(holder);
        bool done = hub.approve(spender, 4e9);

        assertTrue(done);
        assertEq(hub.allowance(holder, spender), 4e9);
        assertEq(hub.allowance(spender, holder), 0);
    }

    function test_nobody_is_no_spender() public {
        vm.startPrank(holder);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidSpender.selector, address(0)));
        hub.approve(address(0), 1);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidSpender.selector, address(0)));
        hub.increaseAllowance(address(0), 1);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidSpender.selector, address(0)));
        hub.decreaseAllowance(address(0), 0);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidSpender.selector, address(0)));
        hub.approveAndCall(address(0), 1, "");
    }

    function test_an_allowance_is_increased() public {
        _allow(10e9);

        vm.expectEmit(address(hub));
        emit IHubEvents.Approval(holder, spender, 11e9);
        vm.prank(holder);
        assertTrue(hub.increaseAllowance(spender, 1e9));

        assertEq(hub.allowance(holder, spender), 11e9);
    }

    function test_an_allowance_is_decreased_down_to_nothing() public {
        _allow(10e9);

        vm.expectEmit(address(hub));
        emit IHubEvents.Approval(holder, spender, 0);
        vm.prank(holder);
        assertTrue(hub.decreaseAllowance(spender, 10e9));

        assertEq(hub.allowance(holder, spender), 0);
    }

    function test_an_allowance_is_not_decreased_below_nothing() public {
        _allow(10e9);

        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, spender, 10e9, 10e9 + 1)
        );
        vm.prank(holder);
        hub.decreaseAllowance(spender, 10e9 + 1);
    }

    function test_an_allowance_is_increased_up_to_the_largest_number() public {
        _allow(1);

        vm.prank(holder);
        hub.increaseAllowance(spender, type(uint256).max - 1);

        assertEq(hub.allowance(holder, spender), type(uint256).max);
    }

    function test_an_allowance_does_not_wrap_around() public {
        _allow(1);

        vm.expectRevert(abi.encodeWithSelector(AmountOutOfRange.selector, type(uint256).max, type(uint256).max - 1));
        vm.prank(holder);
        hub.increaseAllowance(spender, type(uint256).max);
    }

    // approveAndCall

    function test_a_spender_that_knows_nothing_of_approvals_refuses_them() public {
        vm.expectRevert(abi.encodeWithSelector(ApprovalRefused.selector, address(apps), 7e9));
        vm.prank(holder);
        hub.approveAndCall(address(apps), 7e9, "");
    }

    function test_a_spender_hears_of_its_approval_at_once() public {
        Spender contract_ = new Spender(true);

        vm.expectEmit(address(hub));
        emit IHubEvents.Approval(holder, address(contract_), 7e9);
        vm.prank(holder);
        bool done = hub.approveAndCall(address(contract_), 7e9, "for you");

        assertTrue(done);
        assertEq(contract_.caller(), address(hub));
        assertEq(contract_.sender(), holder);
        assertEq(contract_.value(), 7e9);
        assertEq(contract_.token(), address(hub));
        assertEq(contract_.data(), "for you");
        assertEq(hub.allowance(holder, address(contract_)), 7e9);
    }

    function test_a_spender_that_says_no_gets_no_allowance() public {
        address contract_ = address(new Spender(false));

        vm.expectRevert(abi.encodeWithSelector(ApprovalRefused.selector, contract_, 7e9));
        vm.prank(holder);
        hub.approveAndCall(contract_, 7e9, "");

        assertEq(hub.allowance(holder, contract_), 0);
    }

    function test_what_a_spender_reverts_with_is_passed_on() public {
        Answers contract_ = new Answers();
        contract_.refuse(RECEIVE_APPROVAL);

        vm.expectRevert(abi.encodeWithSelector(Answers.Refused.selector));
        vm.prank(holder);
        hub.approveAndCall(address(contract_), 7e9, "");
    }

    function test_a_spender_without_code_cannot_hear_and_gets_no_allowance() public {
        vm.expectRevert(abi.encodeWithSelector(ApprovalRefused.selector, spender, 7e9));
        vm.prank(holder);
        hub.approveAndCall(spender, 7e9, "");
    }

    function testFuzz_stake_is_never_made_or_lost_by_moving_it(uint256 there, uint256 back) public {
        there = bound(there, 0, DEPOSIT);
        back = bound(back, 0, there);
        uint256 supply = hub.totalSupply();

        vm.prank(holder);
        hub.transfer(friend, there);
        vm.prank(friend);
        hub.approve(spender, back);
        vm.prank(spender);
        hub.transferFrom(friend, holder, back);

        assertEq(hub.balanceOf(holder), DEPOSIT - there + back);
        assertEq(hub.balanceOf(friend), there - back);
        assertEq(hub.totalSupply(), supply);
    }

    function _allow(uint256 amount) private {
        vm.prank(holder);
        hub.approve(spender, amount);
    }
}
