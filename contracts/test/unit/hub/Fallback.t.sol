// SPDX-License-Identifier: Apache-2.0
// What nobody knows is refused by name, and ether is refused however it comes.
pragma solidity 0.8.37;

import { EtherRefused } from "../../../src/hub/Hub.sol";
import { FallbackDisabled } from "../../../src/hub/HubState.sol";
import { IHub } from "../../../src/interfaces/IHub.sol";
import { Market } from "../../support/Market.sol";
import { vm } from "../../Vm.sol";

contract FallbackTest is Market {
    address private payer;

    function setUp() public override {
        super.setUp();
        payer = accountOf("payer");
        vm.deal(payer, 10 ether);
    }

    function testFuzz_an_unknown_selector_is_refused_with_it(bytes4 selector, bytes calldata arguments) public {
        bytes memory answer;
        bool done;
        (done, answer) = address(hub).call(abi.encodePacked(selector, arguments));
        vm.assume(!done && answer.length == 36 && bytes4(answer) == FallbackDisabled.selector);

        assertEq(answer, abi.encodeWithSelector(FallbackDisabled.selector, selector));
    }

    function test_a_selector_that_neither_part_knows_is_refused_with_it() public {
        _refuses(hex"12345678", 0x12345678);
    }

    function test_less_than_a_selector_is_refused_as_if_zeros_followed() public {
        _refuses(hex"123456", 0x12345600);
    }

    function test_no_data_at_all_are_refused() public {
        _refuses("", 0);
    }

    function test_a_transfer_of_ether_is_refused() public {
        _refusesEther("");
    }

    function test_ether_with_an_unknown_selector_is_refused() public {
        _refusesEther(hex"12345678");
    }

    function test_ether_with_a_call_to_the_second_part_is_refused() public {
        _refusesEther(abi.encodeCall(IHub.deposit, (0)));
    }

    function test_ether_with_a_call_to_the_first_part_is_refused() public {
        vm.prank(payer);
        (bool done,) = address(hub).call{ value: 1 }(abi.encodeCall(IHub.transfer, (payer, 0)));

        assertFalse(done);
        assertEq(address(hub).balance, 0);
    }

    function test_ether_with_many_calls_is_refused() public {
        vm.prank(payer);
        (bool done,) = address(hub).call{ value: 1 }(abi.encodeCall(IHub.multicall, (new bytes[](0))));

        assertFalse(done);
        assertEq(address(hub).balance, 0);
    }

    function test_ether_that_is_forced_upon_the_hub_changes_nothing() public {
        uint256 supply = hub.totalSupply();

        // As a contract that destroys itself, or a block's fees, would leave it there.
        vm.deal(address(hub), 1 ether);

        assertEq(hub.totalSupply(), supply);
        vm.prank(owner.account);
        assertEq(hub.recover(), 0);
    }

    function test_a_view_of_the_second_part_answers_through_the_hub_without_changing_it() public view {
        (bool done, bytes memory answer) = address(hub).staticcall(abi.encodeCall(IHub.callbackgas, ()));

        assertTrue(done);
        assertEq(abi.decode(answer, (uint256)), 200_000);
    }

    function _refusesEther(bytes memory data) private {
        vm.prank(payer);
        (bool done, bytes memory answer) = address(hub).call{ value: 7 }(data);

        assertFalse(done);
        assertEq(answer, abi.encodeWithSelector(EtherRefused.selector, 7));
        assertEq(address(hub).balance, 0);
    }

    function _refuses(bytes memory data, bytes4 selector) private {
        vm.prank(payer);
        (bool done, bytes memory answer) = address(hub).call(data);

        assertFalse(done);
        assertEq(answer, abi.encodeWithSelector(FallbackDisabled.selector, selector));
        assertEq(address(hub).balance, 0);
    }
}
