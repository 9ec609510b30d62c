// SPDX-License-Identifier: Apache-2.0
// Creates apps.
pragma solidity 0.8.37;

import { ERC721 } from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

import { IApp } from "../../interfaces/IApp.sol";
import { IAppRegistry } from "../../interfaces/IAppRegistry.sol";
import { Fields } from "../Fields.sol";
import { Registry } from "../Registry.sol";
import { App } from "./App.sol";

contract AppRegistry is IAppRegistry, Registry {
    constructor(address owner_, string memory baseURI_)
        ERC721("iExec Application Registry (V5)", "iExecAppsV5")
        Registry(owner_, baseURI_, address(new App(this)))
    { }

    function createApp(
        address _appOwner,
        string memory _appName,
        string memory _appType,
        bytes memory _appMultiaddr,
        bytes32 _appChecksum,
        bytes memory _appMREnclave
    ) external override returns (address) {
        return _createEntry(
            _appOwner,
            abi.encodeCall(IApp.initialize, (_appName, _appType, _appMultiaddr, _appChecksum, _appMREnclave)),
            bytes.concat(
                Fields.pack(bytes(_appName)),
                Fields.pack(bytes(_appType)),
                Fields.pack(_appMultiaddr),
                Fields.pack(bytes.concat(_appChecksum)),
                Fields.pack(_appMREnclave)
            )
        );
    }

    function predictApp(
        address _appOwner,
        string memory _appName,
        string memory _appType,
        bytes memory _appMultiaddr,
        bytes32 _appChecksum,
        bytes memory _appMREnclave
    ) external view override returns (address) {
        return _predictEntry(
            _appOwner, abi.encodeCall(IApp.initialize, (_appName, _appType, _appMultiaddr, _appChecksum, _appMREnclave))
        );
    }
}
