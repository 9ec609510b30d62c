// SPDX-License-Identifier: Apache-2.0
// The stage of the registries' tests: the three registries, and one entry of each kind.
pragma solidity 0.8.37;

import { IApp } from "../../../src/interfaces/IApp.sol";
import { IDataset } from "../../../src/interfaces/IDataset.sol";
import { IWorkerpool } from "../../../src/interfaces/IWorkerpool.sol";
import { AppRegistry } from "../../../src/registries/apps/AppRegistry.sol";
import { DatasetRegistry } from "../../../src/registries/datasets/DatasetRegistry.sol";
import { WorkerpoolRegistry } from "../../../src/registries/workerpools/WorkerpoolRegistry.sol";
import { Test } from "../../Test.sol";

abstract contract RegistryTest is Test {
    bytes internal constant IMAGE =
        "docker.io/library/alpine@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    bytes32 internal constant CHECKSUM = keccak256("the image");
    string internal constant FILE = "/ipfs/QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG";

    address internal immutable admin = accountOf("admin");
    address internal immutable alice = accountOf("alice");
    address internal immutable bob = accountOf("bob");
    address internal immutable stranger = accountOf("stranger");

    AppRegistry internal immutable apps = new AppRegistry(admin, "https://example.org/app/");
    DatasetRegistry internal immutable datasets = new DatasetRegistry(admin, "https://example.org/dataset/");
    WorkerpoolRegistry internal immutable workerpools =
        new WorkerpoolRegistry(admin, "https://example.org/workerpool/");

    function createApp(address owner) internal returns (IApp) {
        return IApp(apps.createApp(owner, "my-app", "DOCKER", IMAGE, CHECKSUM, ""));
    }

    function createDataset(address owner) internal returns (IDataset) {
        return IDataset(datasets.createDataset(owner, "my-dataset", bytes(FILE), CHECKSUM));
    }

    function createWorkerpool(address owner) internal returns (IWorkerpool) {
        return createWorkerpool(owner, "my-workerpool");
    }

    function createWorkerpool(address owner, string memory description) internal returns (IWorkerpool) {
        return IWorkerpool(workerpools.createWorkerpool(owner, description));
    }

    function idOf(address entry) internal pure returns (uint256) {
        return uint160(entry);
    }
}
