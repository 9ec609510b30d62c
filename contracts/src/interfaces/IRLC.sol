// SPDX-License-Identifier: Apache-2.0
// The token that everything is paid in.
pragma solidity 0.8.37;

import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { IERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title RLC: an ERC-20 of fixed supply with 9 decimals, permits (EIP-2612) and approvals that call the spender.
interface IRLC is IERC20Metadata, IERC20Permit {
    /// @notice There is no contract at this address that could receive the approval.
    error SpenderHasNoCode(address spender);
    /// @notice The spender knows nothing of approvals, or failed without a reason.
    error SpenderFailed(address spender);

    /// @notice Approves `spender` for `value` and tells it so in the same transaction, by calling
    /// `receiveApproval(caller, value, token, extraData)`. What it answers is ignored; when it fails, all fails.
    /// @dev Moves no funds by itself; the spender may at once move up to `value` of the caller's RLC.
    function approveAndCall(address spender, uint256 value, bytes calldata extraData) external;
}

/// @title A contract that acts on approvals.
interface IApprovalReceiver {
    /// @notice Called by a token, after `sender` has approved the receiver for `value`.
    function receiveApproval(address sender, uint256 value, address token, bytes calldata extraData) external;
}
