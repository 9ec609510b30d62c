// SPDX-License-Identifier: Apache-2.0
// RLC: 87 million tokens of 9 decimals, all of which exist from the first moment on.
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { ERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { IERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

import { IApprovalReceiver, IRLC } from "../interfaces/IRLC.sol";

contract RLC is ERC20Permit, IRLC {
    constructor(address holder) ERC20("iExec RLC Token", "RLC") ERC20Permit("iExec RLC Token") {
        _mint(holder, 87_000_000 * 1e9);
    }

    function approveAndCall(address spender, uint256 value, bytes calldata extraData) external {
        if (spender.code.length == 0) revert SpenderHasNoCode(spender);

        _approve(msg.sender, spender, value);

        (bool done, bytes memory answer) = spender.call(
            abi.encodeCall(IApprovalReceiver.receiveApproval, (msg.sender, value, address(this), extraData))
        );
        if (done) return;
        if (answer.length == 0) revert SpenderFailed(spender);
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    function decimals() public view override(ERC20, IERC20Metadata) returns (uint8) {
        return 9;
    }

    function nonces(address owner) public view override(ERC20Permit, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }
}
