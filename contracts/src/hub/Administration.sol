// SPDX-License-Identifier: Apache-2.0
// All that the hub's owner may do, besides handing over the hub. Nothing here reaches a running deal, and nobody's funds.
pragma solidity 0.8.37;

import { Categories } from "./Categories.sol";
import { Escrow } from "./Escrow.sol";

error CallbackGasOutOfRange(uint256 gas, uint256 max);

abstract contract Administration is Categories, Escrow {
    /// @dev A callback can never need more gas than leaves room for finalize in a block of any chain.
    uint256 internal constant CALLBACK_GAS_MAX = 1_000_000;

    function createCategory(string calldata name, string calldata description, uint256 workClockTimeRef)
        external
        onlyOwner
        returns (uint256)
    {
        return _createCategory(name, description, workClockTimeRef);
    }

    function setTeeBroker(address _teebroker) external onlyOwner {
        _settings.teebroker = _teebroker;
    }

    function setCallbackGas(uint256 _callbackgas) external onlyOwner {
        if (_callbackgas > CALLBACK_GAS_MAX) revert CallbackGasOutOfRange(_callbackgas, CALLBACK_GAS_MAX);
        _settings.callbackgas = uint32(_callbackgas);
    }

    /// @dev Credits the owner with the tokens that were sent to the hub without a deposit: what no account holds.
    function recover() external onlyOwner nonReentrant returns (uint256 delta) {
        delta = TOKEN.balanceOf(address(this)) - _totalSupply;
        _mint(owner(), delta);
    }
}
