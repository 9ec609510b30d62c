// SPDX-License-Identifier: Apache-2.0
// Contracts that somebody else wrote: groups, accounts and assets that answer well, badly, or not at all.
pragma solidity 0.8.37;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// Answers each selector with the bytes that a test has chosen; everything else reverts without a word.
contract Answers {
    error Refused();

    enum Manner {
        REVERT,
        ANSWER,
        REFUSE,
        BURN
    }

    mapping(bytes4 selector => Manner) private manners;
    mapping(bytes4 selector => bytes) private answers;

    /// From now on `selector` is answered with exactly these bytes.
    function answer(bytes4 selector, bytes calldata bytes_) external {
        manners[selector] = Manner.ANSWER;
        answers[selector] = bytes_;
    }

    /// From now on `selector` reverts with a custom error.
    function refuse(bytes4 selector) external {
        manners[selector] = Manner.REFUSE;
    }

    /// From now on `selector` burns all the gas that it is given.
    function burn(bytes4 selector) external {
        manners[selector] = Manner.BURN;
    }

    fallback() external {
        Manner manner = manners[msg.sig];
        if (manner == Manner.REFUSE) revert Refused();
        if (manner == Manner.BURN) {
            assembly {
                invalid()
            }
        }
        if (manner == Manner.REVERT) {
            assembly {
                revert(0, 0)
            }
        }
        bytes memory bytes_ = answers[msg.sig];
        assembly {
            return(add(bytes_, 0x20), mload(bytes_))
        }
    }
}

/// An ERC-734 group: who is a member, for which purpose.
contract Group {
    mapping(bytes32 key => mapping(uint256 purpose => bool)) public keyHasPurpose;

    function add(address member, uint256 purpose) external {
        keyHasPurpose[bytes32(uint256(uint160(member)))][purpose] = true;
    }
}

/// An ERC-1271 account for which one key signs, in 65 bytes behind a byte of its own.
contract ContractAccount {
    address private immutable KEY;

    constructor(address key) {
        KEY = key;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (signature.length != 66 || signature[0] != 0x99) return 0xffffffff;
        (address signer,,) = ECDSA.tryRecover(hash, bytes(signature[1:]));
        return signer == KEY ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// What an EIP-7702 account may delegate to: whatever the bytes "delegate" is signed, and nothing else.
contract Delegate {
    function isValidSignature(bytes32, bytes calldata signature) external pure returns (bytes4) {
        return keccak256(signature) == keccak256("delegate") ? this.isValidSignature.selector : bytes4(0);
    }
}
