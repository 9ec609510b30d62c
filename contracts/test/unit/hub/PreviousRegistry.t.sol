// SPDX-License-Identifier: Apache-2.0
// Entries of a registry before ours may be anything: what they do not answer is told, not passed over.
pragma solidity 0.8.37;

import { AssetUnreadable } from "../../../src/hub/AssetReader.sol";
import { Market, Orders } from "../../support/Market.sol";
import { vm } from "../../Vm.sol";

/// Vouches for every address.
contract CredulousRegistry {
    function isRegistered(address) external pure returns (bool) {
        return true;
    }
}

/// An entry that belongs to somebody, and knows nothing else.
contract BareEntry {
    address public owner;

    constructor(address owner_) {
        owner = owner_;
    }
}

contract PreviousRegistryTest is Market {
    function setUp() public override {
        super.setUp();
        address before = address(new CredulousRegistry());
        vm.startPrank(owner.account);
        apps.initialize(before);
        workerpools.initialize(before);
        vm.stopPrank();
    }

    function test_an_app_that_the_previous_registry_vouches_for_is_matched_with_the_owner_that_it_names() public {
        app = address(new BareEntry(developer.account));

        bytes32 dealid = _match(_signedOrders());

        assertEq(hub.viewDeal(dealid).app.owner, developer.account);
    }

    function test_an_app_without_an_answer_cannot_be_matched() public {
        app = address(new CredulousRegistry());
        Orders memory orders = _signedOrders();

        vm.expectRevert(abi.encodeWithSelector(AssetUnreadable.selector, app));
        _match(orders);
    }

    function test_an_app_that_is_no_contract_cannot_be_matched() public {
        app = accountOf("nobody");
        Orders memory orders = _signedOrders();

        vm.expectRevert(abi.encodeWithSelector(AssetUnreadable.selector, app));
        _match(orders);
    }

    function test_a_workerpool_without_a_policy_cannot_be_matched() public {
        workerpool = address(new BareEntry(scheduler.account));
        Orders memory orders = _signedOrders();

        vm.expectRevert(abi.encodeWithSelector(AssetUnreadable.selector, workerpool));
        _match(orders);
    }
}
