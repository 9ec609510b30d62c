// SPDX-License-Identifier: Apache-2.0
// What operators sign for a pool, read back from the bytes of an ERC-1271 signature: a permission, an order, an endpoint, or a login.
pragma solidity 0.8.37;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { MessageHashUtils } from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import { IHub } from "../interfaces/IHub.sol";
import { IPoolOperator } from "../interfaces/IPoolOperator.sol";
import { OrderLib } from "../libraries/OrderLib.sol";
import { WorkerpoolOrder } from "../types/Orders.sol";

/// The layouts stand in `IPoolOperator`. The hashes of the kinds cannot be one another's: a permission is hashed behind "\x19Ethereum
/// Signed Message:\n32", the others behind "\x19\x01" and domains of different names. That a kind is named wrongly shows in a hash
/// that differs.
abstract contract OperatorSignatures is IPoolOperator {
    bytes1 private constant PERMISSION = 0x01;
    bytes1 private constant ORDER = 0x02;
    bytes1 private constant ENDPOINT = 0x03;
    bytes1 private constant LOGIN = 0x04;

    uint256 private constant KEY_SIGNATURE = 65;
    uint256 private constant PERMISSION_LENGTH = 20 + 32 + 20;
    uint256 private constant ORDER_LENGTH = 10 * 32;

    /// The later end of two endpoints holds, so that of a stolen key must not be out of reach for its successor.
    uint256 private constant ENDPOINT_TIME = 30 days;

    bytes32 private constant CHAIN_DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId)");
    bytes32 private constant ENDPOINT_TYPEHASH =
        keccak256("PoolEndpoint(address workerpool,string apiUrl,uint256 validUntil)");
    bytes32 private constant LOGIN_TYPEHASH = keccak256("Challenge(string challenge)");

    IHub public immutable override hub;
    address public immutable override workerpool;

    constructor(IHub hub_, address workerpool_) {
        hub = hub_;
        workerpool = workerpool_;
    }

    /// @dev Whether an operator signed this hash, and it is the hash of something that operators may sign. Something beyond
    /// their limits reverts with the limit, which the hub takes for a no and a person can read.
    function _isSigned(bytes32 hash, bytes calldata signature) internal view returns (bool) {
        if (signature.length < 1 + KEY_SIGNATURE) return false;
        uint256 end = signature.length - KEY_SIGNATURE;
        if (!_isForOperators(hash, signature[0], signature[1:end])) return false;
        (address signer,,) = ECDSA.tryRecoverCalldata(hash, signature[end:]);
        return _isSigner(signer);
    }

    function _isSigner(address account) internal view virtual returns (bool);

    function _requireWithinLimits(bytes32 hash, WorkerpoolOrder calldata order) internal view virtual;

    function _isForOperators(bytes32 hash, bytes1 kind, bytes calldata content) private view returns (bool) {
        if (kind == PERMISSION) return content.length == PERMISSION_LENGTH && hash == _permissionHash(content);
        if (kind == ORDER) return content.length == ORDER_LENGTH && _isOrderWithinLimits(hash, content);
        if (kind == ENDPOINT) return content.length >= 32 && _isEndpointInTime(hash, content);
        if (kind == LOGIN) return hash == _loginHash(content);
        return false;
    }

    /// @dev worker ‖ task id ‖ enclave challenge, as the hub hashes them.
    function _permissionHash(bytes calldata content) private pure returns (bytes32) {
        return MessageHashUtils.toEthSignedMessageHash(keccak256(content));
    }

    function _isOrderWithinLimits(bytes32 hash, bytes calldata content) private view returns (bool) {
        WorkerpoolOrder calldata order;
        // The fields lie as in calldata of the hub. `sign`, which would follow them, is never read.
        assembly ("memory-safe") {
            order := content.offset
        }
        bytes32 separator = OrderLib.domainSeparatorOf(address(hub));
        if (hash != OrderLib.typedDataHash(separator, OrderLib.structHash(order))) return false;
        _requireWithinLimits(hash, order);
        return true;
    }

    function _isEndpointInTime(bytes32 hash, bytes calldata content) private view returns (bool) {
        uint256 validUntil = uint256(bytes32(content));
        bytes32 endpoint = keccak256(abi.encode(ENDPOINT_TYPEHASH, workerpool, keccak256(content[32:]), validUntil));
        if (hash != _hashOnChain("iExec PoolEndpoint", endpoint)) return false;
        uint256 max = block.timestamp + ENDPOINT_TIME;
        if (validUntil > max) revert EndpointValidTooLong(validUntil, max);
        return true;
    }

    function _loginHash(bytes calldata challenge) private view returns (bytes32) {
        return _hashOnChain("iExec Gateway", keccak256(abi.encode(LOGIN_TYPEHASH, keccak256(challenge))));
    }

    /// @dev EIP-712 under a domain that holds the chain and no contract.
    function _hashOnChain(string memory name, bytes32 structHash) private view returns (bytes32) {
        bytes32 separator =
            keccak256(abi.encode(CHAIN_DOMAIN_TYPEHASH, keccak256(bytes(name)), keccak256("1"), block.chainid));
        return OrderLib.typedDataHash(separator, structHash);
    }
}
