// SPDX-License-Identifier: Apache-2.0
// changePolicy: what a workerpool asks of its workers, and keeps of their reward.
pragma solidity 0.8.37;

import { IRegistryEntry } from "../../../src/interfaces/IRegistryEntry.sol";
import { IWorkerpool } from "../../../src/interfaces/IWorkerpool.sol";
import { vm } from "../../Vm.sol";
import { RegistryTest } from "./RegistryTest.sol";

contract PolicyTest is RegistryTest {
    IWorkerpool private pool = createWorkerpool(alice);

    function test_a_new_workerpool_stakes_30_percent_and_keeps_1() public view {
        assertEq(pool.m_workerStakeRatioPolicy(), 30);
        assertEq(pool.m_schedulerRewardRatioPolicy(), 1);
    }

    function test_the_owner_changes_the_policy() public {
        vm.expectEmit(true, true, true, true, address(pool));
        emit IWorkerpool.PolicyUpdate(30, 35, 1, 5);
        vm.prank(alice);
        pool.changePolicy(35, 5);

        assertEq(pool.m_workerStakeRatioPolicy(), 35);
        assertEq(pool.m_schedulerRewardRatioPolicy(), 5);
    }

    function test_nobody_else_changes_the_policy() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IRegistryEntry.CallerIsNotTheOwner.selector, stranger, alice));
        pool.changePolicy(35, 5);
    }

    function test_whoever_buys_the_workerpool_sets_its_policy() public {
        vm.prank(alice);
        workerpools.transferFrom(alice, bob, idOf(address(pool)));

        vm.prank(bob);
        pool.changePolicy(0, 0);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IRegistryEntry.CallerIsNotTheOwner.selector, alice, bob));
        pool.changePolicy(1, 1);

        assertEq(pool.m_workerStakeRatioPolicy(), 0);
        assertEq(pool.m_schedulerRewardRatioPolicy(), 0);
    }

    function test_the_scheduler_keeps_at_most_everything() public {
        vm.startPrank(alice);

        pool.changePolicy(35, 100);
        vm.expectRevert(abi.encodeWithSelector(IWorkerpool.RewardRatioTooHigh.selector, 101, 100));
        pool.changePolicy(35, 101);

        assertEq(pool.m_schedulerRewardRatioPolicy(), 100);
    }

    function test_the_stake_ratio_ends_where_its_storage_ends() public {
        vm.startPrank(alice);

        pool.changePolicy(type(uint248).max, 7);
        vm.expectRevert(
            abi.encodeWithSelector(
                IWorkerpool.StakeRatioTooHigh.selector, uint256(type(uint248).max) + 1, type(uint248).max
            )
        );
        pool.changePolicy(uint256(type(uint248).max) + 1, 7);

        assertEq(pool.m_workerStakeRatioPolicy(), type(uint248).max);
        assertEq(pool.m_schedulerRewardRatioPolicy(), 7);
    }

    function test_any_policy_within_the_limits_comes_back(uint248 first, uint248 second, uint256 share) public {
        vm.startPrank(alice);
        share = bound(share, 0, 100);

        pool.changePolicy(first, share);
        assertEq(pool.m_workerStakeRatioPolicy(), first);
        assertEq(pool.m_schedulerRewardRatioPolicy(), share);

        vm.expectEmit(true, true, true, true, address(pool));
        emit IWorkerpool.PolicyUpdate(first, second, share, 100 - share);
        pool.changePolicy(second, 100 - share);
    }

    function test_workerpools_have_policies_of_their_own() public {
        IWorkerpool other = createWorkerpool(alice, "another");

        vm.prank(alice);
        pool.changePolicy(35, 5);

        assertEq(other.m_workerStakeRatioPolicy(), 30);
        assertEq(other.m_schedulerRewardRatioPolicy(), 1);
    }
}
