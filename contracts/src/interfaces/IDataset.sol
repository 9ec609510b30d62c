// SPDX-License-Identifier: Apache-2.0
// A dataset for sale.
pragma solidity 0.8.37;

import { IRegistryEntry } from "./IRegistryEntry.sol";

/// @title A dataset: an encrypted file that earns its owner the price of its order at every use.
interface IDataset is IRegistryEntry {
    /// @notice Always fails. Its encoded call is what the address of a dataset is derived from.
    function initialize(string calldata _datasetName, bytes calldata _datasetMultiaddr, bytes32 _datasetChecksum)
        external;

    /// @notice How people call it.
    function m_datasetName() external view returns (string memory);

    /// @notice Where the encrypted file is.
    function m_datasetMultiaddr() external view returns (bytes memory);

    /// @notice What the encrypted file must hash to.
    function m_datasetChecksum() external view returns (bytes32);
}
