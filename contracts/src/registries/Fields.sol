// SPDX-License-Identifier: Apache-2.0
// How the contents of an entry lie in its code: one field after the other, each behind its length in two bytes.
pragma solidity 0.8.37;

library Fields {
    /// A field as it is stored. (Two bytes are enough: no code is longer than 24,576 bytes.)
    function pack(bytes memory field) internal pure returns (bytes memory) {
        return abi.encodePacked(uint16(field.length), field);
    }

    /// The field of this index, from fields packed one after the other.
    function read(bytes memory packed, uint256 index) internal pure returns (bytes memory field) {
        assembly ("memory-safe") {
            let start := add(packed, 2)
            for { } index { index := sub(index, 1) } {
                start := add(start, add(2, and(mload(start), 0xffff)))
            }
            let length := and(mload(start), 0xffff)
            field := mload(0x40)
            mstore(field, length)
            mcopy(add(field, 0x20), add(start, 0x20), length)
            mstore(0x40, and(add(add(field, length), 0x3f), not(0x1f)))
        }
    }
}
