// SPDX-License-Identifier: Apache-2.0
// createApp, createDataset, createWorkerpool and their predictions.
pragma solidity 0.8.37;

import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import { IRegistry } from "../../../src/interfaces/IRegistry.sol";
import { AppRegistry } from "../../../src/registries/apps/AppRegistry.sol";
import { vm } from "../../Vm.sol";
import { RegistryTest } from "./RegistryTest.sol";

contract CreationTest is RegistryTest {
    uint256 private constant MAX_CONTENTS = 24_576 - 45;

    function test_anybody_creates_an_entry_for_any_owner() public {
        vm.prank(stranger);
        address app = apps.createApp(alice, "my-app", "DOCKER", IMAGE, CHECKSUM, "");

        assertEq(apps.ownerOf(idOf(app)), alice);
        assertTrue(apps.isRegistered(app));
    }

    function test_a_new_entry_announces_its_transfer_from_nobody() public {
        address app = apps.predictApp(alice, "my-app", "DOCKER", IMAGE, CHECKSUM, "");

        vm.expectEmit(true, true, true, true, address(apps));
        emit IERC721.Transfer(address(0), alice, idOf(app));
        createApp(alice);
    }

    function test_an_app_stands_at_its_predicted_address() public {
        address predicted = apps.predictApp(alice, "my-app", "DOCKER", IMAGE, CHECKSUM, "");
        assertFalse(apps.isRegistered(predicted), "before");

        assertEq(address(createApp(alice)), predicted);
        assertEq(apps.predictApp(alice, "my-app", "DOCKER", IMAGE, CHECKSUM, ""), predicted, "afterwards");
    }

    function test_a_dataset_stands_at_its_predicted_address() public {
        address predicted = datasets.predictDataset(alice, "my-dataset", bytes(FILE), CHECKSUM);

        assertEq(address(createDataset(alice)), predicted);
    }

    function test_a_workerpool_stands_at_its_predicted_address() public {
        address predicted = workerpools.predictWorkerpool(alice, "my-workerpool");

        assertEq(address(createWorkerpool(alice)), predicted);
    }

    /// The formula that clients compute without asking; the calls are spelt out here as the specification has them.
    function test_an_address_can_be_computed_from_the_published_proxy_code() public {
        assertEq(
            address(createApp(alice)),
            _computed(
                apps,
                abi.encodeWithSignature(
                    "initialize(string,string,bytes,bytes32,bytes)", "my-app", "DOCKER", IMAGE, CHECKSUM, bytes("")
                )
            ),
            "app"
        );
        assertEq(
            address(createDataset(alice)),
            _computed(
                datasets,
                abi.encodeWithSignature("initialize(string,bytes,bytes32)", "my-dataset", bytes(FILE), CHECKSUM)
            ),
            "dataset"
        );
        assertEq(
            address(createWorkerpool(alice)),
            _computed(workerpools, abi.encodeWithSignature("initialize(string)", "my-workerpool")),
            "workerpool"
        );
    }

    function test_an_entry_address_depends_only_on_its_contents_and_owner(uint160 owner, string memory description)
        public
    {
        address someone = address(uint160(bound(owner, 1, type(uint160).max)));
        address predicted = workerpools.predictWorkerpool(someone, description);
        createWorkerpool(bob, "created before");
        vm.warp(1e9);

        vm.prank(stranger);
        address created = workerpools.createWorkerpool(someone, description);

        assertEq(created, predicted);
        assertEq(workerpools.ownerOf(idOf(created)), someone);
    }

    function test_every_part_of_the_contents_changes_the_address() public view {
        address[7] memory predicted = [
            apps.predictApp(alice, "a", "b", "c", "d", "e"),
            apps.predictApp(bob, "a", "b", "c", "d", "e"),
            apps.predictApp(alice, "x", "b", "c", "d", "e"),
            apps.predictApp(alice, "a", "x", "c", "d", "e"),
            apps.predictApp(alice, "a", "b", "x", "d", "e"),
            apps.predictApp(alice, "a", "b", "c", "x", "e"),
            apps.predictApp(alice, "a", "b", "c", "d", "x")
        ];
        for (uint256 i; i < predicted.length; ++i) {
            for (uint256 j = i + 1; j < predicted.length; ++j) {
                assertNotEq(predicted[i], predicted[j]);
            }
        }
    }

    function test_the_same_entry_is_created_once() public {
        address app = address(createApp(alice));

        vm.expectRevert(abi.encodeWithSelector(IRegistry.EntryAlreadyExists.selector, app));
        createApp(alice);

        assertEq(apps.totalSupply(), 1);
    }

    function test_an_entry_that_was_sold_cannot_be_created_again() public {
        address app = address(createApp(alice));
        vm.prank(alice);
        apps.transferFrom(alice, bob, idOf(app));

        vm.expectRevert(abi.encodeWithSelector(IRegistry.EntryAlreadyExists.selector, app));
        createApp(alice);

        assertEq(apps.ownerOf(idOf(app)), bob);
    }

    function test_creating_an_entry_twice_does_not_burn_all_the_gas() public {
        createApp(alice);
        uint256 before = gasleft();

        try apps.createApp(alice, "my-app", "DOCKER", IMAGE, CHECKSUM, "") { } catch { }

        assertLt(before - gasleft(), 100_000);
    }

    function test_nobody_cannot_own_an_entry() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        createApp(address(0));
    }

    function test_a_contract_that_does_not_expect_tokens_may_still_own_an_entry() public {
        assertEq(createApp(address(datasets)).owner(), address(datasets));
    }

    function test_the_largest_workerpool_fits_and_one_byte_more_is_refused() public {
        string memory largest = string(new bytes(MAX_CONTENTS - 2));
        address pool = address(createWorkerpool(alice, largest));
        assertEq(pool.code.length, 24_576);

        vm.expectRevert(abi.encodeWithSelector(IRegistry.EntryTooLarge.selector, MAX_CONTENTS + 1, MAX_CONTENTS));
        createWorkerpool(alice, string.concat(largest, " "));
    }

    /// Lengths are stored in two bytes; one that does not fit must never come back as a shorter text.
    function test_a_text_longer_than_two_bytes_can_say_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(IRegistry.EntryTooLarge.selector, 65_536 + 3 + 2, MAX_CONTENTS));
        createWorkerpool(alice, string(new bytes(65_536 + 3)));
    }

    function test_an_entry_costs_no_more_than_its_proxy_and_its_contents() public {
        address app = address(createApp(alice));

        assertEq(app.code.length, 45 + (2 + 6) + (2 + 6) + (2 + IMAGE.length) + (2 + 32) + 2);
    }

    function test_two_registries_of_the_same_kind_do_not_know_each_others_entries() public {
        AppRegistry other = new AppRegistry(admin, "");

        address app = address(createApp(alice));

        assertFalse(other.isRegistered(app));
        assertFalse(datasets.isRegistered(app));
    }

    function test_the_proxy_code_is_the_same_24_bytes_for_every_kind() public view {
        assertEq(apps.proxyCode().length, 24);
        assertEq(keccak256(apps.proxyCode()), apps.proxyCodeHash());
        assertEq(datasets.proxyCode(), apps.proxyCode());
        assertEq(workerpools.proxyCode(), apps.proxyCode());
    }

    function _computed(IRegistry registry, bytes memory initializeCall) private view returns (address) {
        bytes32 salt = keccak256(abi.encodePacked(initializeCall, alice));
        bytes32 codeHash = keccak256(registry.proxyCode());
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"ff", registry, salt, codeHash)))));
    }
}
