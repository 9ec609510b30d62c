// SPDX-License-Identifier: Apache-2.0
// The token: a fixed supply, approvals that call, and permits.
pragma solidity 0.8.37;

import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { ERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

import { IApprovalReceiver, IRLC } from "../../src/interfaces/IRLC.sol";
import { RLC } from "../../src/token/RLC.sol";
import { Test } from "../Test.sol";
import { vm } from "../Vm.sol";

/// Takes what it is approved for, and answers `false`, which nobody must heed.
contract Taker {
    bytes public data;

    function receiveApproval(address sender, uint256 value, address token, bytes calldata data_)
        external
        returns (bool)
    {
        require(msg.sender == token, "not the token");
        data = data_;
        IERC20(token).transferFrom(sender, address(this), value);
        return false;
    }
}

contract Refuser is IApprovalReceiver {
    error NotToday(uint256 value);

    function receiveApproval(address, uint256 value, address, bytes calldata) external pure {
        revert NotToday(value);
    }
}

contract RLCTest is Test {
    uint256 private constant SUPPLY = 87_000_000_000_000_000;

    address private holder = accountOf("holder");
    address private bob = accountOf("bob");
    RLC private rlc = new RLC(holder);

    function test_all_87_million_belong_to_the_holder_at_first() public view {
        assertEq(rlc.totalSupply(), SUPPLY);
        assertEq(rlc.balanceOf(holder), SUPPLY);
        assertEq(SUPPLY, 87e6 * 10 ** rlc.decimals());
    }

    function test_it_is_called_as_ever() public view {
        assertEq(rlc.name(), "iExec RLC Token");
        assertEq(rlc.symbol(), "RLC");
        assertEq(rlc.decimals(), 9);
    }

    function test_a_transfer_moves_no_more_than_there_is() public {
        vm.prank(holder);
        rlc.transfer(bob, 5);
        assertEq(rlc.balanceOf(bob), 5);

        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, bob, 5, 6));
        rlc.transfer(holder, 6);
    }

    function test_transfers_never_change_the_supply(address to, uint256 value) public {
        vm.assume(to != address(0));
        value = bound(value, 0, SUPPLY);

        vm.prank(holder);
        rlc.transfer(to, value);

        assertEq(rlc.totalSupply(), SUPPLY);
        assertEq(rlc.balanceOf(to), to == holder ? SUPPLY : value);
    }

    function test_approveAndCall_approves_and_calls_the_spender_with_the_data() public {
        Taker taker = new Taker();

        vm.expectCall(
            address(taker), abi.encodeCall(IApprovalReceiver.receiveApproval, (holder, 7, address(rlc), "some words"))
        );
        vm.expectEmit(true, true, true, true, address(rlc));
        emit IERC20.Approval(holder, address(taker), 7);
        vm.prank(holder);
        rlc.approveAndCall(address(taker), 7, "some words");

        assertEq(rlc.balanceOf(address(taker)), 7);
        assertEq(rlc.allowance(holder, address(taker)), 0);
        assertEq(taker.data(), "some words");
    }

    function test_approveAndCall_answers_nothing() public {
        Taker taker = new Taker();

        vm.prank(holder);
        (bool success, bytes memory answer) =
            address(rlc).call(abi.encodeCall(IRLC.approveAndCall, (address(taker), 7, "")));

        assertTrue(success);
        assertEq(answer, "");
    }

    function test_approveAndCall_fails_with_the_words_of_the_spender() public {
        Refuser refuser = new Refuser();

        vm.prank(holder);
        vm.expectRevert(abi.encodeWithSelector(Refuser.NotToday.selector, 7));
        rlc.approveAndCall(address(refuser), 7, "");

        assertEq(rlc.allowance(holder, address(refuser)), 0);
    }

    function test_approveAndCall_refuses_a_spender_that_is_no_contract() public {
        vm.prank(holder);
        vm.expectRevert(abi.encodeWithSelector(IRLC.SpenderHasNoCode.selector, bob));
        rlc.approveAndCall(bob, 7, "");
    }

    function test_approveAndCall_names_a_spender_that_knows_nothing_of_approvals() public {
        vm.prank(holder);
        vm.expectRevert(abi.encodeWithSelector(IRLC.SpenderFailed.selector, address(rlc)));
        rlc.approveAndCall(address(rlc), 7, "");

        assertEq(rlc.allowance(holder, address(rlc)), 0);
    }

    function test_a_permit_approves_once_and_in_time() public {
        (address signer, uint256 key) = accountAndKeyOf("signer");
        (uint8 v, bytes32 r, bytes32 s) = _permit(key, signer, 7, 1000);

        vm.warp(1000);
        rlc.permit(signer, bob, 7, 1000, v, r, s);
        assertEq(rlc.allowance(signer, bob), 7);
        assertEq(rlc.nonces(signer), 1);

        vm.expectPartialRevert(ERC20Permit.ERC2612InvalidSigner.selector);
        rlc.permit(signer, bob, 7, 1000, v, r, s);
    }

    function test_a_permit_ends_after_its_deadline() public {
        (address signer, uint256 key) = accountAndKeyOf("signer");
        (uint8 v, bytes32 r, bytes32 s) = _permit(key, signer, 7, 1000);

        vm.warp(1001);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612ExpiredSignature.selector, 1000));
        rlc.permit(signer, bob, 7, 1000, v, r, s);
    }

    function _permit(uint256 key, address signer, uint256 value, uint256 deadline)
        private
        view
        returns (uint8 v, bytes32 r, bytes32 s)
    {
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, signer, bob, value, rlc.nonces(signer), deadline));
        return vm.sign(key, keccak256(abi.encodePacked(hex"1901", rlc.DOMAIN_SEPARATOR(), structHash)));
    }
}
