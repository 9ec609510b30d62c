// SPDX-License-Identifier: Apache-2.0
// Refusals that carry two compared values, thrown from one place: thirty of them would not fit the size of a contract otherwise.
pragma solidity 0.8.37;

/// @dev Reverts with the custom error of this selector, whose two arguments are one word each.
function revertWith(bytes4 refusal, uint256 left, uint256 right) pure {
    assembly {
        mstore(0x00, refusal)
        mstore(0x04, left)
        mstore(0x24, right)
        revert(0x00, 0x44)
    }
}

/// @dev Refuses a value above a limit, with both.
function requireAtMost(bytes4 refusal, uint256 value, uint256 max) pure {
    if (value > max) revertWith(refusal, value, max);
}

/// @dev Refuses a time at or after a deadline, with both.
function requireBefore(bytes4 refusal, uint256 deadline) view {
    if (block.timestamp >= deadline) revertWith(refusal, block.timestamp, deadline);
}

/// @dev Refuses a time before a deadline, with both.
function requireReached(bytes4 refusal, uint256 deadline) view {
    if (block.timestamp < deadline) revertWith(refusal, block.timestamp, deadline);
}
