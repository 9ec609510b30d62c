// SPDX-License-Identifier: Apache-2.0
// The less usual ways to set an allowance of staked RLC.
pragma solidity 0.8.37;

import { IApprovalReceiver } from "../interfaces/IRLC.sol";
import { AmountOutOfRange, Escrow } from "./Escrow.sol";

error ApprovalRefused(address spender, uint256 value);

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

    /// @dev Approves, then tells the spender, who may use the allowance at once and has to answer true.
    function approveAndCall(address spender, uint256 value, bytes calldata data) external returns (bool) {
        _approve(msg.sender, spender, value);
        (bool done, bytes memory answer) =
            spender.call(abi.encodeCall(IApprovalReceiver.receiveApproval, (msg.sender, value, address(this), data)));
        if (!done && answer.length > 0) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
        if (!done || answer.length != 32 || bytes32(answer) != bytes32(uint256(1))) {
            revert ApprovalRefused(spender, value);
        }
        return true;
    }
}
