// SPDX-License-Identifier: Apache-2.0
// What an app says about itself.
pragma solidity 0.8.37;

import { IApp } from "../../interfaces/IApp.sol";
import { IRegistry } from "../../interfaces/IRegistry.sol";
import { RegistryEntry } from "../RegistryEntry.sol";

contract App is IApp, RegistryEntry {
    constructor(IRegistry registry_) RegistryEntry(registry_) { }

    function initialize(
        string calldata _appName,
        string calldata _appType,
        bytes calldata _appMultiaddr,
        bytes32 _appChecksum,
        bytes calldata _appMREnclave
    ) external virtual override {
        (_appName, _appType, _appMultiaddr, _appChecksum, _appMREnclave); // named for those who read the interface from here
        revert AlreadyInitialized(address(registry));
    }

    function m_appName() external view override returns (string memory) {
        return string(_field(0));
    }

    function m_appType() external view override returns (string memory) {
        return string(_field(1));
    }

    function m_appMultiaddr() external view override returns (bytes memory) {
        return _field(2);
    }

    function m_appChecksum() external view override returns (bytes32) {
        return bytes32(_field(3));
    }

    function m_appMREnclave() external view override returns (bytes memory) {
        return _field(4);
    }
}
