// SPDX-License-Identifier: Apache-2.0
// The owner of a registry: the base URI, one initialisation, and nothing else.
pragma solidity 0.8.37;

import { Ownable, Ownable2Step } from "@openzeppelin/contracts/access/Ownable2Step.sol";

import { IRegistry } from "../../../src/interfaces/IRegistry.sol";
import { AppRegistry } from "../../../src/registries/apps/AppRegistry.sol";
import { vm } from "../../Vm.sol";
import { RegistryTest } from "./RegistryTest.sol";

contract AdministrationTest is RegistryTest {
    function test_the_owner_is_the_one_that_was_named_not_the_deployer() public view {
        assertEq(apps.owner(), admin);
    }

    function test_a_registry_needs_an_owner() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableInvalidOwner.selector, address(0)));
        new AppRegistry(address(0), "");
    }

    function test_the_owner_sets_the_base_uri() public {
        vm.prank(admin);
        apps.setBaseURI("ipfs://");

        assertEq(apps.baseURI(), "ipfs://");
    }

    function test_without_a_base_uri_a_token_has_none() public {
        uint256 id = idOf(address(createApp(alice)));

        vm.prank(admin);
        apps.setBaseURI("");

        assertEq(apps.tokenURI(id), "");
    }

    function test_nobody_else_administers() public {
        vm.startPrank(stranger);
        bytes memory refusal = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger);

        vm.expectRevert(refusal);
        apps.setBaseURI("");
        vm.expectRevert(refusal);
        apps.initialize(address(0));
        vm.expectRevert(refusal);
        apps.setName(address(1), "name.eth");
        vm.expectRevert(refusal);
        apps.transferOwnership(stranger);
        vm.expectRevert(refusal);
        apps.renounceOwnership();
    }

    function test_naming_a_registry_is_not_supported_any_more() public {
        vm.prank(admin);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.NamesNotSupported.selector));
        apps.setName(address(1), "name.eth");
    }

    function test_a_new_owner_has_to_accept() public {
        vm.prank(admin);
        apps.transferOwnership(bob);
        assertEq(apps.owner(), admin);
        assertEq(apps.pendingOwner(), bob);

        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger));
        apps.acceptOwnership();

        vm.prank(bob);
        apps.acceptOwnership();
        assertEq(apps.owner(), bob);
    }

    function test_the_owner_may_leave_for_good() public {
        vm.prank(admin);
        apps.renounceOwnership();

        assertEq(apps.owner(), address(0));
    }

    function test_the_owner_has_no_power_over_the_entries() public {
        uint256 id = idOf(address(createApp(alice)));
        vm.startPrank(admin);

        vm.expectPartialRevert(bytes4(keccak256("ERC721InsufficientApproval(address,uint256)")));
        apps.transferFrom(alice, admin, id);
        vm.expectPartialRevert(bytes4(keccak256("ERC721InvalidApprover(address)")));
        apps.approve(admin, id);
    }

    function test_a_registry_is_initialised_once() public {
        assertFalse(apps.initialized());
        AppRegistry before = new AppRegistry(admin, "");

        vm.startPrank(admin);
        apps.initialize(address(before));

        assertTrue(apps.initialized());
        assertEq(apps.previous(), address(before));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.AlreadyInitialized.selector, before));
        apps.initialize(address(0));
    }

    function test_initialising_without_a_previous_registry_is_final_too() public {
        vm.startPrank(admin);
        apps.initialize(address(0));

        assertTrue(apps.initialized());
        vm.expectRevert(abi.encodeWithSelector(IRegistry.AlreadyInitialized.selector, address(0)));
        apps.initialize(address(datasets));
    }

    function test_entries_of_the_registries_before_are_registered() public {
        AppRegistry newer = new AppRegistry(admin, "");
        AppRegistry newest = new AppRegistry(admin, "");
        address app = address(createApp(alice));
        assertFalse(newer.isRegistered(app));

        vm.startPrank(admin);
        newer.initialize(address(apps));
        newest.initialize(address(newer));

        assertTrue(newer.isRegistered(app));
        assertTrue(newest.isRegistered(app));
        assertFalse(newest.isRegistered(stranger));
        address ofNewest = newest.createApp(alice, "new", "", "", 0, "");
        assertFalse(newer.isRegistered(ofNewest), "not the other way round");
    }

    function test_what_is_no_registry_cannot_come_before_one() public {
        vm.startPrank(admin);

        vm.expectRevert(abi.encodeWithSelector(IRegistry.NotARegistry.selector, stranger));
        apps.initialize(stranger);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.NotARegistry.selector, this));
        apps.initialize(address(this));

        assertFalse(apps.initialized());
    }

    function test_a_registry_cannot_come_before_itself() public {
        AppRegistry other = new AppRegistry(admin, "");
        vm.startPrank(admin);
        other.initialize(address(apps));

        vm.expectRevert(abi.encodeWithSelector(IRegistry.NotARegistry.selector, apps));
        apps.initialize(address(apps));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.NotARegistry.selector, other));
        apps.initialize(address(other));
    }
}
