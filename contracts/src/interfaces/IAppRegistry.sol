// SPDX-License-Identifier: Apache-2.0
// Where apps are registered.
pragma solidity 0.8.37;

import { IRegistry } from "./IRegistry.sol";

/// @title The registry of apps.
interface IAppRegistry is IRegistry {
    /// @notice Creates an app and gives it to `_appOwner`, who need not be the caller and is not asked.
    /// Fails with `EntryAlreadyExists(app)` when one has been created for this owner with exactly these contents.
    /// @dev Moves no funds.
    function createApp(
        address _appOwner,
        string calldata _appName,
        string calldata _appType,
        bytes calldata _appMultiaddr,
        bytes32 _appChecksum,
        bytes calldata _appMREnclave
    ) external returns (address);

    /// @notice Where `createApp` with the same arguments puts the app, whether it exists or not.
    function predictApp(
        address _appOwner,
        string calldata _appName,
        string calldata _appType,
        bytes calldata _appMultiaddr,
        bytes32 _appChecksum,
        bytes calldata _appMREnclave
    ) external view returns (address);
}
