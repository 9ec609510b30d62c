// SPDX-License-Identifier: Apache-2.0
// The registries as ERC-721: transfers, approvals, and what is refused with which values.
pragma solidity 0.8.37;

import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import { IERC721Receiver } from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";

import { vm } from "../../Vm.sol";
import { RegistryTest } from "./RegistryTest.sol";

contract Receiver is IERC721Receiver {
    bytes4 private immutable answer;
    address public operator;
    address public from;
    uint256 public tokenId;
    bytes public data;

    constructor(bytes4 answer_) {
        answer = answer_;
    }

    function onERC721Received(address operator_, address from_, uint256 tokenId_, bytes calldata data_)
        external
        returns (bytes4)
    {
        (operator, from, tokenId, data) = (operator_, from_, tokenId_, data_);
        return answer;
    }
}

contract TokensTest is RegistryTest {
    uint256 private id = idOf(address(createApp(alice)));

    function test_each_registry_has_its_name_and_symbol() public view {
        assertEq(apps.name(), "iExec Application Registry (V5)");
        assertEq(apps.symbol(), "iExecAppsV5");
        assertEq(datasets.name(), "iExec Dataset Registry (V5)");
        assertEq(datasets.symbol(), "iExecDatasetsV5");
        assertEq(workerpools.name(), "iExec Workerpool Registry (V5)");
        assertEq(workerpools.symbol(), "iExecWorkerpoolV5");
    }

    function test_a_token_uri_is_the_base_and_the_decimal_id() public view {
        assertEq(apps.tokenURI(id), string.concat("https://example.org/app/", Strings.toString(id)));
    }

    function test_what_does_not_exist_is_named() public {
        bytes memory nonexistent = abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 1);

        vm.expectRevert(nonexistent);
        apps.ownerOf(1);
        vm.expectRevert(nonexistent);
        apps.tokenURI(1);
        vm.expectRevert(nonexistent);
        apps.getApproved(1);
        vm.expectRevert(nonexistent);
        apps.approve(bob, 1);
        vm.expectRevert(nonexistent);
        apps.transferFrom(alice, bob, 1);
    }

    function test_it_answers_for_the_interfaces_it_has() public view {
        assertTrue(apps.supportsInterface(0x01ffc9a7), "ERC-165");
        assertTrue(apps.supportsInterface(0x80ac58cd), "ERC-721");
        assertTrue(apps.supportsInterface(0x5b5e139f), "ERC-721 metadata");
        assertTrue(apps.supportsInterface(0x780e9d63), "ERC-721 enumerable");
        assertFalse(apps.supportsInterface(0xffffffff), "none");
    }

    function test_the_owner_transfers_his_entry() public {
        vm.expectEmit(true, true, true, true, address(apps));
        emit IERC721.Transfer(alice, bob, id);
        vm.prank(alice);
        apps.transferFrom(alice, bob, id);

        assertEq(apps.ownerOf(id), bob);
        assertEq(apps.balanceOf(alice), 0);
        assertEq(apps.balanceOf(bob), 1);
    }

    function test_the_owner_may_transfer_an_entry_to_himself() public {
        vm.prank(alice);
        apps.transferFrom(alice, alice, id);

        assertEq(apps.ownerOf(id), alice);
        assertEq(apps.balanceOf(alice), 1);
        assertEq(apps.tokenOfOwnerByIndex(alice, 0), id);
    }

    function test_a_stranger_transfers_nothing() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, stranger, id));
        apps.transferFrom(alice, stranger, id);
    }

    function test_a_transfer_names_the_right_owner() public {
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721IncorrectOwner.selector, bob, id, alice));
        apps.transferFrom(bob, stranger, id);
    }

    function test_nothing_is_transferred_to_nobody() public {
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        apps.transferFrom(alice, address(0), id);
    }

    function test_the_approved_account_transfers_once() public {
        vm.expectEmit(true, true, true, true, address(apps));
        emit IERC721.Approval(alice, bob, id);
        vm.prank(alice);
        apps.approve(bob, id);
        assertEq(apps.getApproved(id), bob);

        vm.startPrank(bob);
        apps.transferFrom(alice, stranger, id);

        assertEq(apps.getApproved(id), address(0));
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, bob, id));
        apps.transferFrom(stranger, bob, id);
    }

    function test_an_operator_transfers_and_approves_until_he_is_dismissed() public {
        vm.expectEmit(true, true, true, true, address(apps));
        emit IERC721.ApprovalForAll(alice, bob, true);
        vm.prank(alice);
        apps.setApprovalForAll(bob, true);
        assertTrue(apps.isApprovedForAll(alice, bob));

        vm.prank(bob);
        apps.approve(stranger, id);
        assertEq(apps.getApproved(id), stranger);

        vm.prank(alice);
        apps.setApprovalForAll(bob, false);
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, bob, id));
        apps.transferFrom(alice, bob, id);
    }

    function test_only_the_owner_and_his_operators_approve() public {
        vm.prank(alice);
        apps.approve(bob, id);

        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidApprover.selector, bob));
        apps.approve(stranger, id);
    }

    function test_nobody_is_no_operator_and_owns_nothing() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidOperator.selector, address(0)));
        apps.setApprovalForAll(address(0), true);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidOwner.selector, address(0)));
        apps.balanceOf(address(0));
    }

    function test_a_safe_transfer_tells_the_receiver() public {
        Receiver receiver = new Receiver(IERC721Receiver.onERC721Received.selector);
        vm.prank(alice);
        apps.approve(bob, id);

        vm.prank(bob);
        apps.safeTransferFrom(alice, address(receiver), id, "some words");

        assertEq(apps.ownerOf(id), address(receiver));
        assertEq(receiver.operator(), bob);
        assertEq(receiver.from(), alice);
        assertEq(receiver.tokenId(), id);
        assertEq(receiver.data(), "some words");
    }

    function test_a_safe_transfer_goes_to_people_too() public {
        vm.prank(alice);
        apps.safeTransferFrom(alice, bob, id);

        assertEq(apps.ownerOf(id), bob);
    }

    function test_a_safe_transfer_fails_when_the_receiver_does_not_accept() public {
        Receiver wrong = new Receiver(0xdeadbeef);
        vm.startPrank(alice);

        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, wrong));
        apps.safeTransferFrom(alice, address(wrong), id);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, datasets));
        apps.safeTransferFrom(alice, address(datasets), id, "");

        assertEq(apps.ownerOf(id), alice);
    }
}
