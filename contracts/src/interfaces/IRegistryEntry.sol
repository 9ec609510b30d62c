// SPDX-License-Identifier: Apache-2.0
// What apps, datasets and workerpools have in common.
pragma solidity 0.8.37;

import { IRegistry } from "./IRegistry.sol";

/**
 * @title An entry of a registry.
 * @notice Its contents are part of its code, and never change. It belongs to whoever owns its token in the registry.
 * @dev No function of an entry moves any funds. Clients call every view without arguments that they find in the published
 * interface of an entry: what is added here, they will call.
 */
interface IRegistryEntry {
    /// @notice An entry is whole from its creation on; there is nothing to initialise.
    error AlreadyInitialized(address registry);
    /// @notice Only the owner of the entry may do this.
    error CallerIsNotTheOwner(address caller, address owner);
    /// @notice ENS names are retired: naming always fails.
    error NamesNotSupported();
    /// @notice This is the code that the entries run, not an entry: it has no contents.
    error NotAnEntry(address master);

    /// @notice Always fails: for others than the owner because of that, then because names are not supported.
    function setName(address, string calldata) external;

    /// @notice Who owns the entry: the owner of its token.
    function owner() external view returns (address);

    /// @notice The registry that created the entry.
    function registry() external view returns (IRegistry);
}
