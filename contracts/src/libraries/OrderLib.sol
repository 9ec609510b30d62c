// SPDX-License-Identifier: Apache-2.0
// EIP-712 hashes of orders and of the operations on them, straight from calldata.
pragma solidity 0.8.37;

import {
    AppOrder,
    AppOrderOperation,
    DatasetOrder,
    DatasetOrderOperation,
    RequestOrder,
    RequestOrderOperation,
    WorkerpoolOrder,
    WorkerpoolOrderOperation
} from "../types/Orders.sol";

/// The words of an order before its signature lie in calldata just as EIP-712 wants them behind the type hash, so three
/// kinds are one copy and one keccak256. Only a request holds a string, which is replaced by its hash.
/// Words are hashed as they are given: an address with dirty upper bits hashes to something that nobody signs.
library OrderLib {
    string internal constant NAME = "iExecODB";
    string internal constant VERSION = "5.0.0";

    string private constant APP_ORDER =
        "AppOrder(address app,uint256 appprice,uint256 volume,bytes32 tag,address datasetrestrict,address workerpoolrestrict,address requesterrestrict,bytes32 salt)";
    string private constant DATASET_ORDER =
        "DatasetOrder(address dataset,uint256 datasetprice,uint256 volume,bytes32 tag,address apprestrict,address workerpoolrestrict,address requesterrestrict,bytes32 salt)";
    string private constant WORKERPOOL_ORDER =
        "WorkerpoolOrder(address workerpool,uint256 workerpoolprice,uint256 volume,bytes32 tag,uint256 category,uint256 trust,address apprestrict,address datasetrestrict,address requesterrestrict,bytes32 salt)";
    string private constant REQUEST_ORDER =
        "RequestOrder(address app,uint256 appmaxprice,address dataset,uint256 datasetmaxprice,address workerpool,uint256 workerpoolmaxprice,address requester,uint256 volume,bytes32 tag,uint256 category,uint256 trust,address beneficiary,address callback,string params,bytes32 salt)";

    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant APP_TYPEHASH = keccak256(bytes(APP_ORDER));
    bytes32 private constant DATASET_TYPEHASH = keccak256(bytes(DATASET_ORDER));
    bytes32 private constant WORKERPOOL_TYPEHASH = keccak256(bytes(WORKERPOOL_ORDER));
    bytes32 private constant REQUEST_TYPEHASH = keccak256(bytes(REQUEST_ORDER));
    bytes32 private constant APP_OPERATION_TYPEHASH =
        keccak256(abi.encodePacked("AppOrderOperation(AppOrder order,uint256 operation)", APP_ORDER));
    bytes32 private constant DATASET_OPERATION_TYPEHASH =
        keccak256(abi.encodePacked("DatasetOrderOperation(DatasetOrder order,uint256 operation)", DATASET_ORDER));
    bytes32 private constant WORKERPOOL_OPERATION_TYPEHASH = keccak256(
        abi.encodePacked("WorkerpoolOrderOperation(WorkerpoolOrder order,uint256 operation)", WORKERPOOL_ORDER)
    );
    bytes32 private constant REQUEST_OPERATION_TYPEHASH =
        keccak256(abi.encodePacked("RequestOrderOperation(RequestOrder order,uint256 operation)", REQUEST_ORDER));

    uint256 private constant ASSET_ORDER_WORDS = 8;
    uint256 private constant WORKERPOOL_ORDER_WORDS = 10;
    uint256 private constant REQUEST_ORDER_WORDS = 15;

    /// @notice The domain separator of the contract that runs this, on the chain that runs it: it follows a fork by itself.
    function domainSeparator() internal view returns (bytes32) {
        return keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256(bytes(NAME)), keccak256(bytes(VERSION)), block.chainid, address(this))
        );
    }

    /// @notice The same of a hub, for contracts that judge its orders.
    function domainSeparatorOf(address hub) internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(DOMAIN_TYPEHASH, keccak256(bytes(NAME)), keccak256(bytes(VERSION)), block.chainid, hub)
            );
    }

    /// @notice EIP-712 digest of a struct hash under a domain.
    function typedDataHash(bytes32 separator, bytes32 hash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked("\x19\x01", separator, hash));
    }

    function structHash(AppOrder calldata order) internal pure returns (bytes32) {
        return _hashWords(APP_TYPEHASH, _at(order), ASSET_ORDER_WORDS);
    }

    function structHash(DatasetOrder calldata order) internal pure returns (bytes32) {
        return _hashWords(DATASET_TYPEHASH, _at(order), ASSET_ORDER_WORDS);
    }

    function structHash(WorkerpoolOrder calldata order) internal pure returns (bytes32) {
        return _hashWords(WORKERPOOL_TYPEHASH, _at(order), WORKERPOOL_ORDER_WORDS);
    }

    function structHash(RequestOrder calldata order) internal pure returns (bytes32 hash) {
        bytes32 typehash = REQUEST_TYPEHASH;
        bytes32 paramsHash = keccak256(bytes(order.params));
        bytes32 salt = order.salt;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, typehash)
            calldatacopy(add(words, 0x20), order, 0x1a0)
            mstore(add(words, 0x1c0), paramsHash)
            mstore(add(words, 0x1e0), salt)
            hash := keccak256(words, mul(add(REQUEST_ORDER_WORDS, 1), 0x20))
        }
    }

    function structHash(AppOrderOperation calldata op) internal pure returns (bytes32) {
        return keccak256(abi.encode(APP_OPERATION_TYPEHASH, structHash(op.order), op.operation));
    }

    function structHash(DatasetOrderOperation calldata op) internal pure returns (bytes32) {
        return keccak256(abi.encode(DATASET_OPERATION_TYPEHASH, structHash(op.order), op.operation));
    }

    function structHash(WorkerpoolOrderOperation calldata op) internal pure returns (bytes32) {
        return keccak256(abi.encode(WORKERPOOL_OPERATION_TYPEHASH, structHash(op.order), op.operation));
    }

    function structHash(RequestOrderOperation calldata op) internal pure returns (bytes32) {
        return keccak256(abi.encode(REQUEST_OPERATION_TYPEHASH, structHash(op.order), op.operation));
    }

    function _at(AppOrder calldata order) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := order
        }
    }

    function _at(DatasetOrder calldata order) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := order
        }
    }

    function _at(WorkerpoolOrder calldata order) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := order
        }
    }

    /// @dev keccak256(typehash ‖ `words` words of calldata from `start`).
    function _hashWords(bytes32 typehash, uint256 start, uint256 words) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let buffer := mload(0x40)
            let size := mul(words, 0x20)
            mstore(buffer, typehash)
            calldatacopy(add(buffer, 0x20), start, size)
            hash := keccak256(buffer, add(size, 0x20))
        }
    }
}
