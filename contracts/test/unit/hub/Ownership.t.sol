// SPDX-License-Identifier: Apache-2.0
// The hub changes hands in two steps, and is never without an owner.
pragma solidity 0.8.37;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { Ownable2Step } from "@openzeppelin/contracts/access/Ownable2Step.sol";

import { OwnershipNotRenounceable } from "../../../src/hub/HubState.sol";
import { Market } from "../../support/Market.sol";
import { vm } from "../../Vm.sol";

contract OwnershipTest is Market {
    address private heir = accountOf("heir");
    address private stranger = accountOf("stranger");

    function test_the_owner_is_the_one_whom_the_deployment_names() public view {
        assertEq(hub.owner(), owner.account);
        assertEq(hub.pendingOwner(), address(0));
    }

    function test_an_offer_changes_nothing_yet() public {
        vm.expectEmit(address(hub));
        emit Ownable2Step.OwnershipTransferStarted(owner.account, heir);
        _offer(heir);

        assertEq(hub.owner(), owner.account);
        assertEq(hub.pendingOwner(), heir);
    }

    function test_who_accepts_the_offer_is_the_owner() public {
        _offer(heir);

        vm.expectEmit(address(hub));
        emit Ownable.OwnershipTransferred(owner.account, heir);
        vm.prank(heir);
        hub.acceptOwnership();

        assertEq(hub.owner(), heir);
        assertEq(hub.pendingOwner(), address(0));
    }

    function test_until_then_the_old_owner_rules_and_the_new_one_does_not() public {
        _offer(heir);

        vm.prank(owner.account);
        hub.setTeeBroker(stranger);

        _refusesAsNotOwner(heir);
        assertEq(hub.teebroker(), stranger);
    }

    function test_from_then_on_the_new_owner_rules_and_the_old_one_does_not() public {
        _offer(heir);
        vm.prank(heir);
        hub.acceptOwnership();

        vm.prank(heir);
        hub.setTeeBroker(stranger);

        _refusesAsNotOwner(owner.account);
        assertEq(hub.teebroker(), stranger);
    }

    function test_nobody_but_the_heir_accepts() public {
        _offer(heir);

        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger));
        vm.prank(stranger);
        hub.acceptOwnership();
    }

    function test_an_offer_is_accepted_once() public {
        _offer(heir);
        vm.startPrank(heir);
        hub.acceptOwnership();

        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, heir));
        hub.acceptOwnership();
    }

    function test_a_later_offer_replaces_an_earlier_one() public {
        _offer(heir);
        _offer(stranger);

        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, heir));
        vm.prank(heir);
        hub.acceptOwnership();
    }

    function test_an_offer_to_nobody_takes_the_last_one_back() public {
        _offer(heir);
        _offer(address(0));

        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, heir));
        vm.prank(heir);
        hub.acceptOwnership();
        assertEq(hub.owner(), owner.account);
    }

    function test_nobody_but_the_owner_offers() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger));
        vm.prank(stranger);
        hub.transferOwnership(stranger);
    }

    function test_the_owner_cannot_renounce() public {
        vm.expectRevert(abi.encodeWithSelector(OwnershipNotRenounceable.selector));
        vm.prank(owner.account);
        hub.renounceOwnership();

        assertEq(hub.owner(), owner.account);
    }

    function test_nobody_else_renounces_for_him() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger));
        vm.prank(stranger);
        hub.renounceOwnership();
    }

    function _offer(address to) private {
        vm.prank(owner.account);
        hub.transferOwnership(to);
    }

    function _refusesAsNotOwner(address who) private {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, who));
        vm.prank(who);
        hub.setTeeBroker(who);
    }
}
