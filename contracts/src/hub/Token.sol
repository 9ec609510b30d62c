// SPDX-License-Identifier: Apache-2.0
// Staked RLC (SRLC) as an ERC-20 token: free stake moves like any other.
pragma solidity 0.8.37;

import { Escrow } from "./Escrow.sol";

abstract contract Token is Escrow {
    function transfer(address to, uint256 value) external returns (bool) {
        _transfer(msg.sender, to, value);
        return true;
    }

    /// @dev Moves first and checks the allowance then, as the interface promises; there is no infinite allowance.
    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        if (from == address(0)) revert ERC20InvalidSender(from);
        _transfer(from, to, value);
        uint256 allowed = _allowances[from][msg.sender];
        if (value > allowed) revert ERC20InsufficientAllowance(msg.sender, allowed, value);
        _approve(from, msg.sender, allowed - value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        _approve(msg.sender, spender, value);
        return true;
    }

    function balanceOf(address account) external view returns (uint256) {
        return _accounts[account].stake;
    }

    function allowance(address account, address spender) external view returns (uint256) {
        return _allowances[account][spender];
    }

    function totalSupply() external view returns (uint256) {
        return _totalSupply;
    }
}
