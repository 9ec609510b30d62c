// SPDX-License-Identifier: Apache-2.0
// The hub against matches.json: the same four orders are refused for the same first reason, with the same values, and have
// the same volume, as in the rules in TypeScript.
pragma solidity 0.8.37;

import { AppOrder, DatasetOrder, RequestOrder, WorkerpoolOrder } from "../../src/types/Orders.sol";
import { Market } from "../support/Market.sol";
import { vm } from "../Vm.sol";

contract MatchVectorsTest is Market {
    string private json;
    string[] private names;
    bytes[] private arguments;

    /// The hub has as many categories as the vectors reckon with.
    function setUp() public override {
        super.setUp();
        json = vm.readFile("../packages/protocol/vectors/matches.json");
        names = abi.decode(vm.parseJson(json, ".matches[*].name"), (string[]));
        arguments = abi.decode(vm.parseJson(json, ".matches[*].args"), (bytes[]));
        uint256 categories = vm.parseJsonUint(json, ".categories");
        vm.startPrank(owner.account);
        while (hub.countCategory() < categories) hub.createCategory("more", "", 300);
        vm.stopPrank();
        assertEq(hub.countCategory(), categories);
    }

    function test_the_vectors_are_as_many_as_they_say() public view {
        assertGt(names.length, 0);
        assertEq(names.length, vm.parseJsonUint(json, ".count"));
        assertEq(arguments.length, names.length);
    }

    /// Orders that fit get as far as the registry, which does not know the assets of the vectors.
    function test_the_hub_refuses_with_the_first_misfit_of_the_vectors_and_its_values() public {
        bytes[] memory refusals = abi.decode(vm.parseJson(json, ".matches[*].revertData"), (bytes[]));

        assertEq(refusals.length, names.length);
        for (uint256 i = 0; i < names.length; ++i) {
            (bool done, bytes memory answer) = address(hub).call(bytes.concat(hub.matchOrders.selector, arguments[i]));
            assertFalse(done, names[i]);
            assertEq(answer, refusals[i], names[i]);
        }
    }

    function test_a_sponsor_is_refused_for_the_same_reason() public {
        bytes[] memory refusals = abi.decode(vm.parseJson(json, ".matches[*].revertData"), (bytes[]));

        for (uint256 i = 0; i < names.length; ++i) {
            vm.prank(sponsor.account);
            (bool done, bytes memory answer) =
                address(hub).call(bytes.concat(hub.sponsorMatchOrders.selector, arguments[i]));
            assertFalse(done, names[i]);
            assertEq(answer, refusals[i], names[i]);
        }
    }

    function test_the_hub_computes_the_volumes_of_the_vectors() public view {
        bytes32[] memory volumes = abi.decode(vm.parseJson(json, ".matches[*].volume"), (bytes32[]));

        assertEq(volumes.length, names.length);
        for (uint256 i = 0; i < names.length; ++i) {
            (bool done, bytes memory answer) =
                address(hub).staticcall(bytes.concat(hub.computeDealVolume.selector, arguments[i]));
            assertTrue(done, names[i]);
            assertEq(uint256(bytes32(answer)), uint256(volumes[i]), names[i]);
        }
    }

    /// What is encoded are the orders that the vectors spell out; a few fields of each stand for all.
    function test_the_encoded_orders_are_those_that_are_spelt_out() public view {
        bytes32[] memory trusts = abi.decode(vm.parseJson(json, ".matches[*].workerpool.trust"), (bytes32[]));
        address[] memory requesters = abi.decode(vm.parseJson(json, ".matches[*].request.requester"), (address[]));
        address[] memory datasets_ = abi.decode(vm.parseJson(json, ".matches[*].dataset.dataset"), (address[]));
        bytes32[] memory prices = abi.decode(vm.parseJson(json, ".matches[*].app.appprice"), (bytes32[]));

        for (uint256 i = 0; i < names.length; ++i) {
            (
                AppOrder memory app_,
                DatasetOrder memory dataset_,
                WorkerpoolOrder memory workerpool_,
                RequestOrder memory request
            ) = abi.decode(arguments[i], (AppOrder, DatasetOrder, WorkerpoolOrder, RequestOrder));
            assertEq(app_.appprice, uint256(prices[i]), names[i]);
            assertEq(dataset_.dataset, datasets_[i], names[i]);
            assertEq(workerpool_.trust, uint256(trusts[i]), names[i]);
            assertEq(request.requester, requesters[i], names[i]);
        }
    }
}
