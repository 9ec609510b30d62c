// SPDX-License-Identifier: Apache-2.0
// RLC that was sent to the hub without a deposit is credited to the hub's owner; nobody's stake ever is.
pragma solidity 0.8.37;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";

import { AmountOutOfRange } from "../../../src/hub/Escrow.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { OtherToken } from "../../support/OtherToken.sol";
import { vm } from "../../Vm.sol";

contract RecoverTest is OtherToken {
    function test_the_owner_is_credited_with_what_was_sent_without_a_deposit() public {
        uint256 supply = hub.totalSupply();
        rlc.transfer(address(hub), 5e9);

        vm.expectEmit(address(hub));
        emit IHubEvents.Transfer(address(0), owner.account, 5e9);
        vm.prank(owner.account);
        uint256 recovered = hub.recover();

        assertEq(recovered, 5e9);
        _assertAccount(owner.account, 5e9, 0);
        assertEq(hub.totalSupply(), supply + 5e9);
        assertEq(rlc.balanceOf(address(hub)), supply + 5e9);
    }

    function test_where_nothing_was_sent_nothing_is_recovered() public {
        vm.prank(owner.account);
        uint256 recovered = hub.recover();

        assertEq(recovered, 0);
        _assertAccount(owner.account, 0, 0);
    }

    function test_what_was_recovered_is_not_recovered_again() public {
        rlc.transfer(address(hub), 5e9);

        vm.startPrank(owner.account);
        hub.recover();

        assertEq(hub.recover(), 0);
    }

    function test_what_is_locked_or_in_the_kitty_is_not_recovered() public {
        _failedTask();
        _revealingTask();

        vm.prank(owner.account);
        uint256 recovered = hub.recover();

        assertEq(recovered, 0);
        assertEq(rlc.balanceOf(address(hub)), hub.totalSupply());
    }

    function test_what_was_recovered_can_be_withdrawn_and_leaves_everybody_elses_rlc() public {
        rlc.transfer(address(hub), 5e9);

        vm.startPrank(owner.account);
        hub.recover();
        hub.withdraw(5e9);

        assertEq(rlc.balanceOf(owner.account), 5e9);
        assertEq(rlc.balanceOf(address(hub)), hub.totalSupply());
    }

    function test_what_was_withdrawn_into_the_hub_itself_can_be_recovered() public {
        vm.prank(requester.account);
        hub.withdrawTo(7e9, address(hub));

        vm.prank(owner.account);
        assertEq(hub.recover(), 7e9);
    }

    function test_nobody_but_the_owner_recovers() public {
        rlc.transfer(address(hub), 5e9);

        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, requester.account));
        vm.prank(requester.account);
        hub.recover();
    }

    function test_more_than_96_bits_of_stake_are_not_recovered_either() public {
        loose.mint(address(looseHub), uint256(type(uint96).max) + 1);

        vm.expectRevert(
            abi.encodeWithSelector(AmountOutOfRange.selector, uint256(type(uint96).max) + 1, type(uint96).max)
        );
        vm.prank(owner.account);
        looseHub.recover();
    }

    function testFuzz_exactly_what_no_account_holds_is_recovered(uint256 stray) public {
        stray = bound(stray, 0, 1_000e9);
        rlc.transfer(address(hub), stray);

        vm.prank(owner.account);
        uint256 recovered = hub.recover();

        assertEq(recovered, stray);
        assertEq(rlc.balanceOf(address(hub)), hub.totalSupply());
    }
}
