// SPDX-License-Identifier: Apache-2.0
// Where datasets are registered.
pragma solidity 0.8.37;

import { IRegistry } from "./IRegistry.sol";

/// @title The registry of datasets.
interface IDatasetRegistry is IRegistry {
    /// @notice Creates a dataset and gives it to `_datasetOwner`, who need not be the caller and is not asked.
    /// Fails with `EntryAlreadyExists(dataset)` when one has been created for this owner with exactly these contents.
    /// @dev Moves no funds.
    function createDataset(
        address _datasetOwner,
        string calldata _datasetName,
        bytes calldata _datasetMultiaddr,
        bytes32 _datasetChecksum
    ) external returns (address);

    /// @notice Where `createDataset` with the same arguments puts the dataset, whether it exists or not.
    function predictDataset(
        address _datasetOwner,
        string calldata _datasetName,
        bytes calldata _datasetMultiaddr,
        bytes32 _datasetChecksum
    ) external view returns (address);
}
