// SPDX-License-Identifier: Apache-2.0
// Questions to an app, a dataset or a workerpool, which may be any address at all.
pragma solidity 0.8.37;

import { IERC5313 } from "@openzeppelin/contracts/interfaces/IERC5313.sol";

/// @notice There is no contract at this address, or none that answers what an asset has to answer.
error AssetUnreadable(address asset);

abstract contract AssetReader {
    /// @dev Whom an asset names as its owner: no more than a claim about itself, unless a registry vouches for the asset.
    function _claimedOwner(address asset) internal view returns (address) {
        return address(uint160(_wordOf(asset, IERC5313.owner.selector)));
    }

    function _wordOf(address asset, bytes4 question) internal view returns (uint256) {
        return abi.decode(_ask(asset, question), (uint256));
    }

    function _bytesOf(address asset, bytes4 question) internal view returns (bytes memory) {
        return abi.decode(_ask(asset, question), (bytes));
    }

    function _textOf(address asset, bytes4 question) internal view returns (string memory) {
        return string(_bytesOf(asset, question));
    }

    function _ask(address asset, bytes4 question) private view returns (bytes memory answer) {
        bool answered;
        (answered, answer) = asset.staticcall(abi.encodePacked(question));
        if (!answered || answer.length < 32) revert AssetUnreadable(asset);
    }
}
