// SPDX-License-Identifier: Apache-2.0
// RLC goes in and comes out as staked RLC, one to one.
pragma solidity 0.8.37;

import { IHub } from "../interfaces/IHub.sol";
import { Escrow } from "./Escrow.sol";

error TransferFromFailed(address from, uint256 amount);
error TransferFailed(address to, uint256 amount);
error NotTheToken(address caller, address given, address token);
error SelectorMissing(uint256 length);
error UnsupportedOperation(bytes4 selector);
error CallerIsNotTheRequester();
error OperationFailed();

abstract contract Deposits is Escrow {
    function deposit(uint256 amount) external nonReentrant returns (bool) {
        _deposit(msg.sender, amount, msg.sender);
        return true;
    }

    function depositFor(uint256 amount, address target) external nonReentrant returns (bool) {
        _deposit(msg.sender, amount, target);
        return true;
    }

    function depositForArray(uint256[] calldata amounts, address[] calldata targets)
        external
        nonReentrant
        returns (bool)
    {
        _requireSameLength(amounts.length, targets.length);
        for (uint256 i = 0; i < amounts.length; ++i) {
            _deposit(msg.sender, amounts[i], targets[i]);
        }
        return true;
    }

    function withdraw(uint256 amount) external nonReentrant returns (bool) {
        return _withdraw(amount, msg.sender);
    }

    function withdrawTo(uint256 amount, address target) external nonReentrant returns (bool) {
        return _withdraw(amount, target);
    }

    /// @dev Called by the token itself, as the end of its `approveAndCall`. With data, which must be a `matchOrders` of
    /// the sender's own request, the deposit pays for that deal in the same transaction.
    function receiveApproval(address sender, uint256 amount, address token, bytes calldata data)
        external
        returns (bool)
    {
        // The argument alone proves nothing: anybody could name the token and spend an allowance given to the hub.
        if (msg.sender != address(TOKEN) || token != address(TOKEN)) {
            revert NotTheToken(msg.sender, token, address(TOKEN));
        }
        _depositFromToken(sender, amount);
        if (data.length > 0) _matchOwnRequest(sender, data);
        return true;
    }

    function _deposit(address from, uint256 amount, address target) private {
        if (!TOKEN.transferFrom(from, address(this), amount)) revert TransferFromFailed(from, amount);
        _mint(target, amount);
    }

    function _depositFromToken(address from, uint256 amount) private nonReentrant {
        _deposit(from, amount, from);
    }

    function _withdraw(uint256 amount, address target) private returns (bool) {
        _burn(msg.sender, amount);
        if (!TOKEN.transfer(target, amount)) revert TransferFailed(target, amount);
        return true;
    }

    function _matchOwnRequest(address sender, bytes calldata data) private {
        if (data.length < 4) revert SelectorMissing(data.length);
        bytes4 selector = bytes4(data[:4]);
        if (selector != IHub.matchOrders.selector) revert UnsupportedOperation(selector);
        if (_requesterOf(data) != sender) revert CallerIsNotTheRequester();

        (bool done, bytes memory answer) = address(this).delegatecall(data);
        if (done) return;
        if (answer.length == 0) revert OperationFailed();
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    /// @dev The requester in encoded `matchOrders` arguments, found just as the decoder of that call will find it: the
    /// fourth argument is the offset of the request order, whose seventh word he is. What is no such encoding, the
    /// decoder refuses.
    function _requesterOf(bytes calldata data) private pure returns (address requester) {
        assembly ("memory-safe") {
            let arguments := add(data.offset, 4)
            let word := calldataload(add(add(arguments, calldataload(add(arguments, 0x60))), 0xc0))
            requester := shr(96, shl(96, word))
        }
    }
}
