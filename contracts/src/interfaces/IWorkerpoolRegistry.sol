// SPDX-License-Identifier: Apache-2.0
// Where workerpools are registered.
pragma solidity 0.8.37;

import { IRegistry } from "./IRegistry.sol";

/// @title The registry of workerpools.
interface IWorkerpoolRegistry is IRegistry {
    /// @notice Creates a workerpool and gives it to `_workerpoolOwner`, who need not be the caller and is not asked.
    /// Fails with `EntryAlreadyExists(workerpool)` when one has been created for this owner with this description.
    /// @dev Moves no funds.
    function createWorkerpool(address _workerpoolOwner, string calldata _workerpoolDescription)
        external
        returns (address);

    /// @notice Where `createWorkerpool` with the same arguments puts the workerpool, whether it exists or not.
    function predictWorkerpool(address _workerpoolOwner, string calldata _workerpoolDescription)
        external
        view
        returns (address);
}
