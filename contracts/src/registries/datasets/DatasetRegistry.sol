// SPDX-License-Identifier: Apache-2.0
// Creates datasets.
pragma solidity 0.8.37;

import { ERC721 } from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

import { IDataset } from "../../interfaces/IDataset.sol";
import { IDatasetRegistry } from "../../interfaces/IDatasetRegistry.sol";
import { Fields } from "../Fields.sol";
import { Registry } from "../Registry.sol";
import { Dataset } from "./Dataset.sol";

contract DatasetRegistry is IDatasetRegistry, Registry {
    constructor(address owner_, string memory baseURI_)
        ERC721("iExec Dataset Registry (V5)", "iExecDatasetsV5")
        Registry(owner_, baseURI_, address(new Dataset(this)))
    { }

    function createDataset(
        address _datasetOwner,
        string memory _datasetName,
        bytes memory _datasetMultiaddr,
        bytes32 _datasetChecksum
    ) external override returns (address) {
        return _createEntry(
            _datasetOwner,
            abi.encodeCall(IDataset.initialize, (_datasetName, _datasetMultiaddr, _datasetChecksum)),
            bytes.concat(
                Fields.pack(bytes(_datasetName)),
                Fields.pack(_datasetMultiaddr),
                Fields.pack(bytes.concat(_datasetChecksum))
            )
        );
    }

    function predictDataset(
        address _datasetOwner,
        string memory _datasetName,
        bytes memory _datasetMultiaddr,
        bytes32 _datasetChecksum
    ) external view override returns (address) {
        return _predictEntry(
            _datasetOwner, abi.encodeCall(IDataset.initialize, (_datasetName, _datasetMultiaddr, _datasetChecksum))
        );
    }
}
