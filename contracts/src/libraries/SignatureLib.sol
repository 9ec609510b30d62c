// SPDX-License-Identifier: Apache-2.0
// Who signed what: ECDSA for keys, ERC-1271 for contracts, and ERC-734 groups for restrictions.
pragma solidity 0.8.37;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

interface IERC734 {
    function keyHasPurpose(bytes32 key, uint256 purpose) external view returns (bool);
}

/// @notice Neither 65 bytes (r, s, v) nor 64 (EIP-2098), and the account has no code that could judge it.
error InvalidSignatureLength(uint256 length);

library SignatureLib {
    uint256 internal constant GROUPMEMBER_PURPOSE = 4;

    /// @notice Whether `signature` is `account`'s: by its key first, then by its code.
    /// @dev ECDSA comes first so that an EIP-7702 account, which has code, keeps signing with its key.
    /// The zero account signs nothing: a recovery that fails also yields address zero.
    function isSignedBy(address account, bytes32 hash, bytes calldata signature) internal view returns (bool) {
        return isSignedByKey(account, hash, signature) || isSignedByCode(account, hash, signature);
    }

    /// @notice ECDSA with low s over 65 bytes or EIP-2098's 64. Any other length is false.
    function isSignedByKey(address account, bytes32 hash, bytes calldata signature) internal pure returns (bool) {
        address signer;
        if (signature.length == 65) {
            (signer,,) = ECDSA.tryRecoverCalldata(hash, signature);
        } else if (signature.length == 64) {
            (signer,,) = ECDSA.tryRecover(hash, bytes32(signature[:32]), bytes32(signature[32:]));
        }
        return signer != address(0) && signer == account;
    }

    /// @notice ERC-1271; without code, and on a revert or a malformed answer, false.
    function isSignedByCode(address account, bytes32 hash, bytes calldata signature) internal view returns (bool) {
        return account.code.length > 0 && SignatureChecker.isValidERC1271SignatureNowCalldata(account, hash, signature);
    }

    /// @notice Refuses what cannot be a signature: no key makes it, and there is no code that could judge it.
    function requireReadable(address account, bytes calldata signature) internal view {
        if (account.code.length == 0 && signature.length != 65 && signature.length != 64) {
            revert InvalidSignatureLength(signature.length);
        }
    }

    /// @notice Whether a restriction lets `account` in: there is none, it names the account, or it is a group that knows it.
    /// @dev A group that reverts, or answers anything but true, says no.
    function isAllowed(address restriction, address account) internal view returns (bool) {
        if (restriction == address(0) || restriction == account) return true;
        if (restriction.code.length == 0) return false;
        bytes memory question =
            abi.encodeCall(IERC734.keyHasPurpose, (bytes32(uint256(uint160(account))), GROUPMEMBER_PURPOSE));
        bool answered;
        uint256 answer;
        assembly ("memory-safe") {
            answered := staticcall(gas(), restriction, add(question, 0x20), mload(question), 0x00, 0x20)
            answered := and(answered, gt(returndatasize(), 0x1f))
            answer := mload(0x00)
        }
        return answered && answer == 1;
    }
}
