// SPDX-License-Identifier: Apache-2.0
// What a dataset says about itself.
pragma solidity 0.8.37;

import { IDataset } from "../../interfaces/IDataset.sol";
import { IRegistry } from "../../interfaces/IRegistry.sol";
import { RegistryEntry } from "../RegistryEntry.sol";

contract Dataset is IDataset, RegistryEntry {
    constructor(IRegistry registry_) RegistryEntry(registry_) { }

    function initialize(string calldata _datasetName, bytes calldata _datasetMultiaddr, bytes32 _datasetChecksum)
        external
        virtual
        override
    {
        (_datasetName, _datasetMultiaddr, _datasetChecksum); // named for those who read the interface from here
        revert AlreadyInitialized(address(registry));
    }

    function m_datasetName() external view override returns (string memory) {
        return string(_field(0));
    }

    function m_datasetMultiaddr() external view override returns (bytes memory) {
        return _field(1);
    }

    function m_datasetChecksum() external view override returns (bytes32) {
        return bytes32(_field(2));
    }
}
