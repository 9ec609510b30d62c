// SPDX-License-Identifier: Apache-2.0
// Creates workerpools.
pragma solidity 0.8.37;

import { ERC721 } from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

import { IWorkerpool } from "../../interfaces/IWorkerpool.sol";
import { IWorkerpoolRegistry } from "../../interfaces/IWorkerpoolRegistry.sol";
import { Fields } from "../Fields.sol";
import { Registry } from "../Registry.sol";
import { Workerpool } from "./Workerpool.sol";

contract WorkerpoolRegistry is IWorkerpoolRegistry, Registry {
    constructor(address owner_, string memory baseURI_)
        ERC721("iExec Workerpool Registry (V5)", "iExecWorkerpoolV5")
        Registry(owner_, baseURI_, address(new Workerpool(this)))
    { }

    function createWorkerpool(address _workerpoolOwner, string memory _workerpoolDescription)
        external
        override
        returns (address)
    {
        return _createEntry(
            _workerpoolOwner,
            abi.encodeCall(IWorkerpool.initialize, (_workerpoolDescription)),
            Fields.pack(bytes(_workerpoolDescription))
        );
    }

    function predictWorkerpool(address _workerpoolOwner, string memory _workerpoolDescription)
        external
        view
        override
        returns (address)
    {
        return _predictEntry(_workerpoolOwner, abi.encodeCall(IWorkerpool.initialize, (_workerpoolDescription)));
    }
}
