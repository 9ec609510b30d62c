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
        return uint256(bytes32(_ask(asset, question)));
    }

    function _bytesOf(address asset, bytes4 question) internal view returns (bytes memory text) {
        bytes memory answer = _ask(asset, question);
        // Offset, length, then the bytes: what follows the offset is what Solidity keeps in memory.
        uint256 offset = uint256(bytes32(answer));
        uint256 length;
        assembly ("memory-safe") {
            text := add(answer, 0x40)
            length := mload(text)
        }
        if (offset != 32 || answer.length < 64 || length > answer.length - 64) revert AssetUnreadable(asset);
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
