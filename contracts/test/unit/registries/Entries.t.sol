// SPDX-License-Identifier: Apache-2.0
// What every entry says about itself, and that nobody can make it say anything else.
pragma solidity 0.8.37;

import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import { IApp } from "../../../src/interfaces/IApp.sol";
import { IDataset } from "../../../src/interfaces/IDataset.sol";
import { IRegistryEntry } from "../../../src/interfaces/IRegistryEntry.sol";
import { IWorkerpool } from "../../../src/interfaces/IWorkerpool.sol";
import { vm } from "../../Vm.sol";
import { RegistryTest } from "./RegistryTest.sol";

contract EntriesTest is RegistryTest {
    function test_an_app_says_what_it_was_created_with() public {
        IApp app = createApp(alice);

        assertEq(app.m_appName(), "my-app");
        assertEq(app.m_appType(), "DOCKER");
        assertEq(app.m_appMultiaddr(), IMAGE);
        assertEq(app.m_appChecksum(), CHECKSUM);
        assertEq(app.m_appMREnclave(), "");
        assertEq(address(app.registry()), address(apps));
        assertEq(app.owner(), alice);
    }

    function test_a_dataset_says_what_it_was_created_with() public {
        IDataset dataset = createDataset(alice);

        assertEq(dataset.m_datasetName(), "my-dataset");
        assertEq(dataset.m_datasetMultiaddr(), bytes(FILE));
        assertEq(dataset.m_datasetChecksum(), CHECKSUM);
        assertEq(address(dataset.registry()), address(datasets));
        assertEq(dataset.owner(), alice);
    }

    function test_a_workerpool_says_what_it_was_created_with() public {
        IWorkerpool pool = createWorkerpool(alice);

        assertEq(pool.m_workerpoolDescription(), "my-workerpool");
        assertEq(address(pool.registry()), address(workerpools));
        assertEq(pool.owner(), alice);
    }

    function test_any_app_comes_back_whole(
        string memory name,
        string memory kind,
        bytes memory multiaddr,
        bytes32 checksum,
        bytes memory enclave
    ) public {
        IApp app = IApp(apps.createApp(alice, name, kind, multiaddr, checksum, enclave));

        assertEq(app.m_appName(), name);
        assertEq(app.m_appType(), kind);
        assertEq(app.m_appMultiaddr(), multiaddr);
        assertEq(app.m_appChecksum(), checksum);
        assertEq(app.m_appMREnclave(), enclave);
    }

    function test_any_dataset_comes_back_whole(string memory name, bytes memory multiaddr, bytes32 checksum) public {
        IDataset dataset = IDataset(datasets.createDataset(alice, name, multiaddr, checksum));

        assertEq(dataset.m_datasetName(), name);
        assertEq(dataset.m_datasetMultiaddr(), multiaddr);
        assertEq(dataset.m_datasetChecksum(), checksum);
    }

    function test_any_length_of_text_comes_back_whole(uint256 nameLength, uint256 multiaddrLength) public {
        bytes memory name = _letters(bound(nameLength, 0, 12_000), 1);
        bytes memory multiaddr = _letters(bound(multiaddrLength, 0, 12_000), 2);

        IDataset dataset = IDataset(datasets.createDataset(alice, string(name), multiaddr, CHECKSUM));

        assertEq(keccak256(bytes(dataset.m_datasetName())), keccak256(name));
        assertEq(keccak256(dataset.m_datasetMultiaddr()), keccak256(multiaddr));
        assertEq(dataset.m_datasetChecksum(), CHECKSUM);
    }

    function test_an_entry_belongs_to_whoever_owns_its_token() public {
        IApp app = createApp(alice);

        vm.prank(alice);
        apps.transferFrom(alice, bob, idOf(address(app)));

        assertEq(app.owner(), bob);
        assertEq(app.m_appName(), "my-app", "the contents stay");
    }

    function test_no_entry_can_be_initialised() public {
        IApp app = createApp(alice);
        IDataset dataset = createDataset(alice);
        IWorkerpool pool = createWorkerpool(alice);
        vm.startPrank(alice);

        vm.expectRevert(abi.encodeWithSelector(IRegistryEntry.AlreadyInitialized.selector, apps));
        app.initialize("", "", "", 0, "");
        vm.expectRevert(abi.encodeWithSelector(IRegistryEntry.AlreadyInitialized.selector, datasets));
        dataset.initialize("", "", 0);
        vm.expectRevert(abi.encodeWithSelector(IRegistryEntry.AlreadyInitialized.selector, workerpools));
        pool.initialize("");
    }

    function test_naming_an_entry_is_the_owners_and_not_supported_any_more() public {
        IRegistryEntry[3] memory entries =
            [IRegistryEntry(createApp(alice)), createDataset(alice), createWorkerpool(alice)];
        for (uint256 i; i < entries.length; ++i) {
            vm.prank(stranger);
            vm.expectRevert(abi.encodeWithSelector(IRegistryEntry.CallerIsNotTheOwner.selector, stranger, alice));
            entries[i].setName(address(1), "name.eth");

            vm.prank(alice);
            vm.expectRevert(abi.encodeWithSelector(IRegistryEntry.NamesNotSupported.selector));
            entries[i].setName(address(1), "name.eth");
        }
    }

    /// The address of an entry is the only code it will ever have: whatever is sent to it changes neither code nor contents.
    function test_nothing_changes_the_contents_of_an_entry(bytes memory message) public {
        IApp app = createApp(alice);
        bytes32 codeBefore = address(app).codehash;

        vm.prank(alice);
        (bool success,) = address(app).call(message);
        success;

        assertEq(address(app).codehash, codeBefore);
        assertEq(app.m_appMultiaddr(), IMAGE);
        assertEq(app.owner(), alice);
    }

    function test_an_entry_takes_no_ether() public {
        IApp app = createApp(alice);

        (bool success,) = address(app).call{ value: 1 }("");

        assertFalse(success);
    }

    function test_the_master_is_no_entry() public {
        address master = apps.master();
        assertFalse(apps.isRegistered(master));

        vm.expectRevert(abi.encodeWithSelector(IRegistryEntry.NotAnEntry.selector, master));
        IApp(master).m_appName();
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, idOf(master)));
        IApp(master).owner();
        vm.expectRevert(abi.encodeWithSelector(IRegistryEntry.AlreadyInitialized.selector, apps));
        IApp(master).initialize("", "", "", 0, "");
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, idOf(master)));
        IApp(master).setName(address(1), "name.eth");

        address poolMaster = workerpools.master();
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, idOf(poolMaster)));
        IWorkerpool(poolMaster).changePolicy(1, 1);
    }

    function _letters(uint256 length, uint256 seed) private pure returns (bytes memory text) {
        text = new bytes(length);
        for (uint256 i; i < length; i += 97) {
            text[i] = bytes1(uint8((i * seed) % 26 + 97));
        }
    }
}
