// SPDX-License-Identifier: Apache-2.0
// The less usual ways to set an allowance of staked RLC.
pragma solidity 0.8.37;

import { AmountOutOfRange, Escrow } from "./Escrow.sol";

error ApprovalRefused(address spender, uint256 value);

interface IApprovalReceiver {
    function receiveApproval(address sender, uint256 value, address token, bytes calldata data) external returns (bool);
}

abstract contract Allowances is Escrow {
    function increaseAllowance(address spender, uint256 added) external returns (bool) {
        uint256 allowed = _allowances[msg.sender][spender];
        uint256 room = type(uint256).max - allowed;
        if (added > room) revert AmountOutOfRange(added, room);
        _approve(msg.sender, spender, allowed + added);
        return true;
    }

    function decreaseAllowance(address spender, uint256 subtracted) external returns (bool) {
        uint256 allowed = _allowances[msg.sender][spender];
        if (subtracted > allowed) revert ERC20InsufficientAllowance(spender, allowed, subtracted);
        _approve(msg.sender, spender, allowed - subtracted);
        return true;
    }

    /// @dev Approves, then tells the spender, who may use the allowance at once.
    function approveAndCall(address spender, uint256 value, bytes calldata data) external returns (bool) {
        _approve(msg.sender, spender, value);
        if (spender.code.length == 0) revert ApprovalRefused(spender, value);
        if (!IApprovalReceiver(spender).receiveApproval(msg.sender, value, address(this), data)) {
            revert ApprovalRefused(spender, value);
        }
        return true;
    }
}
