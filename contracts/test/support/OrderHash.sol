// SPDX-License-Identifier: Apache-2.0
// Order hashes by the letter of EIP-712, written without any of the hub's code so that each checks the other.
pragma solidity 0.8.37;

import { IHub } from "../../src/interfaces/IHub.sol";
import { AppOrder, DatasetOrder, RequestOrder, WorkerpoolOrder } from "../../src/types/Orders.sol";

library OrderHash {
    bytes32 internal constant APP = 0x60815a0eeec47dddf1615fe53b31d016c31444e01b9d796db365443a6445d008;
    bytes32 internal constant DATASET = 0x6cfc932a5a3d22c4359295b9f433edff52b60703fa47690a04a83e40933dd47c;
    bytes32 internal constant WORKERPOOL = 0xaa3429fb281b34691803133d3d978a75bb77c617ed6bc9aa162b9b30920022bb;
    bytes32 internal constant REQUEST = 0xf24e853034a3a450aba845a82914fbb564ad85accca6cf62be112a154520fae0;
    bytes32 internal constant APP_OPERATION = 0x0638bb0702457e2b4b01be8a202579b8bf97e587fb4f2cc4d4aad01f21a06ee0;
    bytes32 internal constant DATASET_OPERATION = 0x075eb6f7578ff4292c241bd2484cd5c1d5e6ecc2ddd3317e1d8176b5a45865ec;
    bytes32 internal constant WORKERPOOL_OPERATION = 0x322d980b7d7a6a1f7c39ff0c5445da6ae1d8e0393ff0dd468c8be3e2c8644388;
    bytes32 internal constant REQUEST_OPERATION = 0x0ded7b52c2d77595a40d242eca751df172b18e686326dbbed3f4748828af77c7;
    bytes32 internal constant DOMAIN = 0x8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f;

    function separator(IHub hub) internal view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN, keccak256("iExecODB"), keccak256("5.0.0"), block.chainid, address(hub)));
    }

    function typed(IHub hub, bytes32 hash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", separator(hub), hash));
    }

    function orderHash(IHub hub, AppOrder memory order) internal view returns (bytes32) {
        return typed(hub, structHash(order));
    }

    function orderHash(IHub hub, DatasetOrder memory order) internal view returns (bytes32) {
        return typed(hub, structHash(order));
    }

    function orderHash(IHub hub, WorkerpoolOrder memory order) internal view returns (bytes32) {
        return typed(hub, structHash(order));
    }

    function orderHash(IHub hub, RequestOrder memory order) internal view returns (bytes32) {
        return typed(hub, structHash(order));
    }

    /// The hash that an owner signs to approve (0) or close (1) an order.
    function operationHash(IHub hub, bytes32 typehash, bytes32 orderStruct, uint256 operation)
        internal
        view
        returns (bytes32)
    {
        return typed(hub, keccak256(abi.encode(typehash, orderStruct, operation)));
    }

    function structHash(AppOrder memory order) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                APP,
                order.app,
                order.appprice,
                order.volume,
                order.tag,
                order.datasetrestrict,
                order.workerpoolrestrict,
                order.requesterrestrict,
                order.salt
            )
        );
    }

    function structHash(DatasetOrder memory order) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                DATASET,
                order.dataset,
                order.datasetprice,
                order.volume,
                order.tag,
                order.apprestrict,
                order.workerpoolrestrict,
                order.requesterrestrict,
                order.salt
            )
        );
    }

    function structHash(WorkerpoolOrder memory order) internal pure returns (bytes32) {
        return keccak256(
            bytes.concat(
                abi.encode(
                    WORKERPOOL,
                    order.workerpool,
                    order.workerpoolprice,
                    order.volume,
                    order.tag,
                    order.category,
                    order.trust
                ),
                abi.encode(order.apprestrict, order.datasetrestrict, order.requesterrestrict, order.salt)
            )
        );
    }

    function structHash(RequestOrder memory order) internal pure returns (bytes32) {
        return keccak256(
            bytes.concat(
                abi.encode(
                    REQUEST,
                    order.app,
                    order.appmaxprice,
                    order.dataset,
                    order.datasetmaxprice,
                    order.workerpool,
                    order.workerpoolmaxprice,
                    order.requester
                ),
                abi.encode(
                    order.volume,
                    order.tag,
                    order.category,
                    order.trust,
                    order.beneficiary,
                    order.callback,
                    keccak256(bytes(order.params)),
                    order.salt
                )
            )
        );
    }
}
