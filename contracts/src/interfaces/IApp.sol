// SPDX-License-Identifier: Apache-2.0
// An app for sale.
pragma solidity 0.8.37;

import { IRegistryEntry } from "./IRegistryEntry.sol";

/// @title An app: a program that workers run, and that earns its owner the price of its order at every run.
interface IApp is IRegistryEntry {
    /// @notice Always fails. Its encoded call is what the address of an app is derived from.
    function initialize(
        string calldata _appName,
        string calldata _appType,
        bytes calldata _appMultiaddr,
        bytes32 _appChecksum,
        bytes calldata _appMREnclave
    ) external;

    /// @notice How people call it.
    function m_appName() external view returns (string memory);

    /// @notice How it is run: `DOCKER`, for example.
    function m_appType() external view returns (string memory);

    /// @notice Where its image is.
    function m_appMultiaddr() external view returns (bytes memory);

    /// @notice What the image must hash to: the digest of its manifest.
    function m_appChecksum() external view returns (bytes32);

    /// @notice The enclave that it runs in, as its framework describes it; empty for an app without one.
    function m_appMREnclave() external view returns (bytes memory);
}
