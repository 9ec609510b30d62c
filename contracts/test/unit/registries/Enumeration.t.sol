// SPDX-License-Identifier: Apache-2.0
// The lists of all entries and of each owner's entries stay true, whatever is created and transferred.
pragma solidity 0.8.37;

import { IRegistry } from "../../../src/interfaces/IRegistry.sol";
import { WorkerpoolRegistry } from "../../../src/registries/workerpools/WorkerpoolRegistry.sol";
import { Test } from "../../Test.sol";
import { vm } from "../../Vm.sol";
import { RegistryTest } from "./RegistryTest.sol";

/// Creates and transfers at random, and remembers by itself who must own what.
contract Trade is Test {
    WorkerpoolRegistry public immutable registry;
    address[4] public people = [address(0xa11ce), address(0xb0b), address(0xca401), address(0xda7e)];
    uint256[] public created;
    mapping(uint256 tokenId => address) public ownerOf;

    constructor(WorkerpoolRegistry registry_) {
        registry = registry_;
    }

    function create(uint256 person) external {
        address owner = people[person % 4];
        uint256 id = uint160(registry.createWorkerpool(owner, vm.toString(created.length)));
        created.push(id);
        ownerOf[id] = owner;
    }

    function transfer(uint256 token, uint256 person) external {
        if (created.length == 0) return;
        uint256 id = created[token % created.length];
        address to = people[person % 4];
        vm.prank(ownerOf[id]);
        registry.transferFrom(ownerOf[id], to, id);
        ownerOf[id] = to;
    }

    function sellAll(uint256 seller, uint256 buyer) external {
        address from = people[seller % 4];
        address to = people[buyer % 4];
        uint256 balance = registry.balanceOf(from);
        for (uint256 i; i < balance && from != to; ++i) {
            uint256 id = registry.tokenOfOwnerByIndex(from, 0);
            vm.prank(from);
            registry.transferFrom(from, to, id);
            ownerOf[id] = to;
        }
    }

    function count() external view returns (uint256) {
        return created.length;
    }
}

contract EnumerationTest is RegistryTest {
    Trade private trade = new Trade(workerpools);

    function setUp() public {
        targetContract(address(trade));
    }

    function test_an_index_past_the_end_is_named() public {
        createApp(alice);

        vm.expectRevert(abi.encodeWithSelector(IRegistry.ERC721OutOfBoundsIndex.selector, alice, 1));
        apps.tokenOfOwnerByIndex(alice, 1);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.ERC721OutOfBoundsIndex.selector, address(0), 1));
        apps.tokenByIndex(1);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.ERC721OutOfBoundsIndex.selector, bob, 0));
        apps.tokenOfOwnerByIndex(bob, 0);
    }

    function test_the_last_entry_of_a_list_takes_the_place_of_the_one_that_leaves() public {
        uint256 first = idOf(address(createWorkerpool(alice, "first")));
        uint256 second = idOf(address(createWorkerpool(alice, "second")));
        uint256 third = idOf(address(createWorkerpool(alice, "third")));

        vm.prank(alice);
        workerpools.transferFrom(alice, bob, first);

        assertEq(workerpools.tokenOfOwnerByIndex(alice, 0), third);
        assertEq(workerpools.tokenOfOwnerByIndex(alice, 1), second);
        assertEq(workerpools.tokenOfOwnerByIndex(bob, 0), first);
        assertEq(workerpools.tokenByIndex(0), first, "the list of all keeps its order");
        assertEq(workerpools.tokenByIndex(2), third, "the list of all keeps its order");
    }

    /// forge-config: default.invariant.runs = 32
    /// forge-config: default.invariant.depth = 64
    /// forge-config: default.invariant.fail-on-revert = true
    function invariant_every_entry_is_in_the_list_of_all_and_in_the_list_of_its_owner_alone() public view {
        uint256 count = trade.count();
        assertEq(workerpools.totalSupply(), count, "none is lost");

        for (uint256 i; i < count; ++i) {
            uint256 id = trade.created(i);
            assertEq(workerpools.tokenByIndex(i), id, "in the order of creation");
            assertEq(workerpools.ownerOf(id), trade.ownerOf(id), "who owns it");
        }

        uint256 listed;
        for (uint256 p; p < 4; ++p) {
            address person = trade.people(p);
            uint256 balance = workerpools.balanceOf(person);
            listed += balance;
            for (uint256 i; i < balance; ++i) {
                uint256 id = workerpools.tokenOfOwnerByIndex(person, i);
                assertEq(workerpools.ownerOf(id), person, "listed at its owner");
                for (uint256 j; j < i; ++j) {
                    assertNotEq(id, workerpools.tokenOfOwnerByIndex(person, j), "listed once");
                }
            }
        }
        assertEq(listed, count, "balances add up to all entries");
    }
}
