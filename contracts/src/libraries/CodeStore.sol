// SPDX-License-Identifier: Apache-2.0
// Writes bytes once, as contract code, at an address that depends only on a key.
pragma solidity 0.8.37;

/**
 * Code is the cheapest place for bytes that never change: 200 gas per byte instead of 690 in fresh slots, and one
 * EXTCODECOPY reads it all. Everything is deployed by the same 24 bytes of creation code, which ask their creator for the
 * code to become; so an address is `create2(this, key, INIT_CODE_HASH)`, known from the key alone, whatever the bytes are.
 *
 * A *blob* is such code behind a leading STOP, so that nobody can run it. Longer data continues in further chunks, and
 * therefore has no length limit but the gas of one transaction.
 */
abstract contract CodeStore {
    /// @notice The address of this key holds code already: what is written once never changes.
    error CodeAlreadyStored(address location);
    /// @notice The deployed code has another length than the bytes to store: too little gas was left, or they are no valid code.
    error CodeNotStored(address location, uint256 expected, uint256 found);

    /**
     * The creation code of everything stored: `staticcall` the creator's `pendingCode()` and become what it returns.
     *
     *     63 <selector> 5f 52   PUSH4 pendingCode.selector, PUSH0, MSTORE    the call data, in memory at 0x1c
     *     5f 5f 60 04 60 1c     PUSH0, PUSH0, PUSH1 4, PUSH1 0x1c
     *     33 5a fa 50           CALLER, GAS, STATICCALL, POP                 a failure leaves no code, which `_create` notices
     *     3d 5f 5f 3e 3d 5f f3  RETURNDATACOPY(0, 0, size), RETURN(0, size)
     */
    bytes24 internal constant INIT_CODE = 0x63d23cb5175f525f5f6004601c335afa503d5f5f3e3d5ff3;

    /// `keccak256(abi.encodePacked(INIT_CODE))`
    bytes32 internal constant INIT_CODE_HASH = 0xd747902c66380b17ce99eb67ceaf7ffe148228511ccc1e0d6bc563aada82d261;

    /// How much code one address may hold (EIP-170).
    uint256 internal constant MAX_CODE = 24_576;

    /// How much of a blob one address holds: all its code but the STOP.
    uint256 internal constant MAX_CHUNK = MAX_CODE - 1;

    /// `keccak256("iexec.CodeStore.pending")`: the transient slot of the length; the words follow.
    bytes32 private constant PENDING = 0x174aec055e8f8219fe795638ee49ec529c42303eb6a00810f85d1d6c64f37728;

    /// @notice The code that is being stored right now: raw bytes without ABI wrapping, asked for by `INIT_CODE`.
    function pendingCode() external view {
        assembly ("memory-safe") {
            let size := tload(PENDING)
            for { let i := 0 } lt(i, size) { i := add(i, 0x20) } {
                mstore(i, tload(add(add(PENDING, 1), shr(5, i))))
            }
            return(0, size)
        }
    }

    /// Deploys `runtime`, which must not be empty, at `_addressOf(salt)`. When that address is taken, CREATE2 burns the gas
    /// of the transaction: where a stranger could bring that about, ask first.
    function _create(bytes32 salt, bytes memory runtime) internal returns (address) {
        uint256 start;
        assembly ("memory-safe") {
            start := add(runtime, 0x20)
        }
        return _createFromMemory(salt, start, runtime.length);
    }

    /// Where the code of `salt` is, or will be.
    function _addressOf(bytes32 salt) internal view returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"ff", this, salt, INIT_CODE_HASH)))));
    }

    /// Stores `data` under `key`, once.
    function _writeBlob(bytes32 key, bytes memory data) internal {
        uint256 length = data.length;
        uint256 written;
        uint256 chunk;

        do {
            uint256 size = length - written < MAX_CHUNK ? length - written : MAX_CHUNK;
            uint256 start;
            uint256 borrowed;
            // The STOP takes the place of the byte before the chunk for a moment, so that nothing has to be copied.
            assembly ("memory-safe") {
                start := add(add(data, 0x1f), written)
                borrowed := byte(0, mload(start))
                mstore8(start, 0x00)
            }
            _createFromMemory(_saltOfChunk(key, chunk), start, size + 1);
            assembly ("memory-safe") {
                mstore8(start, borrowed)
            }
            written += size;
            ++chunk;
        } while (written < length);
    }

    /// All that is stored under `key`; nothing when nothing is.
    function _readBlob(bytes32 key) internal view returns (bytes memory data) {
        data = new bytes(_blobLength(key));
        uint256 left = data.length;
        for (uint256 chunk; left > 0; ++chunk) {
            address location = _addressOf(_saltOfChunk(key, chunk));
            uint256 size = left < MAX_CHUNK ? left : MAX_CHUNK;
            assembly ("memory-safe") {
                extcodecopy(location, sub(add(add(data, 0x20), mload(data)), left), 1, size)
            }
            left -= size;
        }
    }

    /// How many bytes are stored under `key`; 0 when nothing is. A full chunk may be followed by another.
    function _blobLength(bytes32 key) private view returns (uint256 length) {
        for (uint256 chunk; length == chunk * MAX_CHUNK; ++chunk) {
            uint256 codeLength = _addressOf(_saltOfChunk(key, chunk)).code.length;
            if (codeLength < 2) return length;
            length += codeLength - 1;
        }
    }

    /// The first chunk is found under the key itself, so that a short blob costs no further hash. The others hash 65 bytes,
    /// because keys are hashes of 64 themselves: that of a task is `keccak256(dealid ‖ index)`, and must never be a chunk's.
    function _saltOfChunk(bytes32 key, uint256 chunk) private pure returns (bytes32) {
        return chunk == 0 ? key : keccak256(abi.encodePacked(key, chunk, uint8(1)));
    }

    /// Deploys the `size` bytes of memory at `start`, and makes sure that they are there.
    function _createFromMemory(bytes32 salt, uint256 start, uint256 size) private returns (address created) {
        assembly ("memory-safe") {
            tstore(PENDING, size)
            for { let i := 0 } lt(i, size) { i := add(i, 0x20) } {
                tstore(add(add(PENDING, 1), shr(5, i)), mload(add(start, i)))
            }
            mstore(0x00, INIT_CODE)
            created := create2(0, 0x00, 24, salt)
        }

        if (created == address(0)) {
            address location = _addressOf(salt);
            if (location.code.length != 0) revert CodeAlreadyStored(location);
            revert CodeNotStored(location, size, 0);
        }
        if (created.code.length != size) revert CodeNotStored(created, size, created.code.length);
    }
}
