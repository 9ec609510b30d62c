// SPDX-License-Identifier: Apache-2.0
// Proof of Contribution: how votes are weighed, and when a result outweighs all others enough.
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice The workers who voted for one result of one task.
/// @param hash the result hash that they share
/// @param weight the product of their weights; 0 after the group was rejected
/// @param members how many of them may still reveal
struct Group {
    bytes32 hash;
    uint248 weight;
    uint8 members;
}

/// @notice A group cannot weigh more. One that nobody opposes has consensus on any trust long before.
error GroupWeightOutOfRange(uint256 weight, uint256 max);

library ConsensusLib {
    /// @dev Keeps every product in `hasConsensus` below 2^248: trust is below 2^64 and a task has fewer than 2^8 groups.
    uint256 internal constant GROUP_WEIGHT_MAX = type(uint176).max;

    /// @notice Influence of a worker: max(score / 3, 3) - 1, rounded down. A newcomer weighs 2.
    function weightOf(uint256 score) internal pure returns (uint256) {
        return Math.max(score / 3, 3) - 1;
    }

    /// @notice What a vote counts when rewards are shared out: floor(log2(weight)).
    function shareOf(uint256 weight) internal pure returns (uint256) {
        return Math.log2(weight);
    }

    /// @notice Adds one worker's weight to his group.
    function join(Group storage group, uint256 weight) internal returns (uint256 joined) {
        joined = Math.max(group.weight, 1) * weight;
        if (joined > GROUP_WEIGHT_MAX) revert GroupWeightOutOfRange(joined, GROUP_WEIGHT_MAX);
        group.weight = uint248(joined);
        // A task has at most 255 contributors.
        unchecked {
            ++group.members;
        }
    }

    /// @notice Whether a group weighs enough for a trust: weight × trust > total × (trust − 1), strictly.
    /// @param total 1 + the weights of all groups of the task
    function hasConsensus(uint256 weight, uint256 total, uint256 trust) internal pure returns (bool) {
        return weight * trust > total * (trust - 1);
    }
}
