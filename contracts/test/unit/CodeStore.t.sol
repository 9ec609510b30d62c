// SPDX-License-Identifier: Apache-2.0
// What may be relied upon when bytes are kept as code.
pragma solidity 0.8.37;

import { CodeStore } from "../../src/libraries/CodeStore.sol";
import { Test } from "../Test.sol";
import { vm } from "../Vm.sol";

contract Store is CodeStore {
    function create(bytes32 salt, bytes memory runtime) external returns (address) {
        return _create(salt, runtime);
    }

    function addressOf(bytes32 salt) external view returns (address) {
        return _addressOf(salt);
    }

    function write(bytes32 key, bytes memory data) external returns (bytes memory afterwards) {
        _writeBlob(key, data);
        return data;
    }

    function writeAll(bytes32[] memory keys, bytes[] memory data) external {
        for (uint256 i; i < keys.length; ++i) {
            _writeBlob(keys[i], data[i]);
        }
    }

    function read(bytes32 key) external view returns (bytes memory) {
        return _readBlob(key);
    }

    function initCode() external pure returns (bytes memory) {
        return abi.encodePacked(INIT_CODE);
    }

    function initCodeHash() external pure returns (bytes32) {
        return INIT_CODE_HASH;
    }
}

contract CodeStoreTest is Test {
    bytes32 private constant KEY = keccak256("a key");
    uint256 private constant CHUNK = 24_575;

    Store private store = new Store();

    function test_the_creation_code_asks_for_pendingCode_and_hashes_to_the_constant() public view {
        bytes memory initCode = store.initCode();

        assertEq(initCode.length, 24);
        assertEq(
            bytes32(bytes4(bytes.concat(initCode[1], initCode[2], initCode[3], initCode[4]))),
            bytes32(CodeStore.pendingCode.selector)
        );
        assertEq(keccak256(initCode), store.initCodeHash());
    }

    function test_code_is_found_at_the_address_of_its_key() public {
        address predicted = store.addressOf(KEY);

        address created = store.create(KEY, hex"602a5f5260205ff3");

        assertEq(created, predicted);
        assertEq(created.code, hex"602a5f5260205ff3");
        (, bytes memory answer) = created.call("");
        assertEq(abi.decode(answer, (uint256)), 42);
    }

    function test_an_address_depends_on_the_key_and_the_store_alone() public {
        Store other = new Store();
        address before = store.addressOf(KEY);

        store.write(keccak256("another key"), "other data");

        assertEq(store.addressOf(KEY), before);
        assertNotEq(other.addressOf(KEY), before);
    }

    function test_a_key_is_written_once() public {
        store.write(KEY, "first");

        vm.expectRevert(abi.encodeWithSelector(CodeStore.CodeAlreadyStored.selector, store.addressOf(KEY)));
        store.write(KEY, "second");

        assertEq(store.read(KEY), "first");
    }

    function test_an_empty_blob_takes_its_key_too() public {
        store.write(KEY, "");

        assertEq(store.read(KEY), "");
        vm.expectRevert(abi.encodeWithSelector(CodeStore.CodeAlreadyStored.selector, store.addressOf(KEY)));
        store.write(KEY, "");
    }

    function test_an_absent_blob_reads_as_empty() public view {
        assertEq(store.read(KEY), "");
    }

    function test_a_blob_cannot_be_run() public {
        store.write(KEY, hex"602a5f5260205ff3");

        (bool success, bytes memory answer) = store.addressOf(KEY).call("");

        assertTrue(success);
        assertEq(answer, "");
    }

    function test_every_length_comes_back_whole() public {
        uint256[9] memory lengths = [uint256(0), 1, 31, 32, 33, 24_574, 24_575, 24_576, 24_577];
        for (uint256 i; i < lengths.length; ++i) {
            _assertComesBack(keccak256(abi.encode(i)), _noise(lengths[i], i));
        }
    }

    function test_long_data_continues_in_further_chunks() public {
        _assertComesBack(KEY, _noise(60_000, 1));

        assertEq(store.addressOf(KEY).code.length, CHUNK + 1);
        assertEq(store.addressOf(keccak256(abi.encodePacked(KEY, uint256(1), uint8(1)))).code.length, CHUNK + 1);
        assertEq(
            store.addressOf(keccak256(abi.encodePacked(KEY, uint256(2), uint8(1)))).code.length, 60_000 - 2 * CHUNK + 1
        );
    }

    function test_writing_leaves_the_memory_as_it_was() public {
        bytes memory data = _noise(CHUNK + 2, 3);

        assertEq(store.write(KEY, data), data);
    }

    function test_one_transaction_may_write_many_blobs() public {
        bytes32[] memory keys = new bytes32[](4);
        bytes[] memory data = new bytes[](4);
        uint256[4] memory lengths = [uint256(500), 3, 0, 70];
        for (uint256 i; i < 4; ++i) {
            keys[i] = bytes32(i);
            data[i] = _noise(lengths[i], i);
        }

        store.writeAll(keys, data);

        for (uint256 i; i < 4; ++i) {
            assertEq(store.read(keys[i]), data[i]);
        }
    }

    function test_bytes_that_are_no_valid_code_are_refused() public {
        vm.expectRevert(abi.encodeWithSelector(CodeStore.CodeNotStored.selector, store.addressOf(KEY), 2, 0));
        store.create(KEY, hex"ef00");
    }

    /// With little gas the callback, or the deposit of the code, fails inside: nothing but the whole may ever be left.
    function test_too_little_gas_leaves_the_whole_blob_or_nothing(uint256 gasGiven) public {
        bytes memory data = _noise(300, 9);
        gasGiven = bound(gasGiven, 1000, 300_000);

        (bool success,) = address(store).call{ gas: gasGiven }(abi.encodeCall(Store.write, (KEY, data)));

        assertEq(store.read(KEY), success ? data : bytes(""));
    }

    /// Asking for much code takes much gas. When just that fails, CREATE2 succeeds with no code at all, and the creator still
    /// has enough left to go on: it must notice.
    function test_a_callback_that_runs_out_of_gas_leaves_nothing() public {
        bytes memory call = abi.encodeCall(Store.create, (KEY, _noise(24_000, 9)));

        for (uint256 gasGiven = 100_000; gasGiven < 700_000; gasGiven += 1000) {
            (bool success,) = address(store).call{ gas: gasGiven }(call);
            assertFalse(success);
        }
    }

    function test_any_data_comes_back_whole(bytes32 key, bytes memory data) public {
        _assertComesBack(key, data);
    }

    function test_any_length_comes_back_whole(uint256 length, uint256 seed) public {
        _assertComesBack(KEY, _noise(bound(length, 0, 80_000), seed));
    }

    function _assertComesBack(bytes32 key, bytes memory data) private {
        store.write(key, data);

        assertEq(keccak256(store.read(key)), keccak256(data), "content");
    }

    function _noise(uint256 length, uint256 seed) private pure returns (bytes memory data) {
        data = new bytes((length + 31) / 32 * 32);
        for (uint256 i = 32; i <= data.length; i += 32) {
            bytes32 word = keccak256(abi.encode(seed, i));
            assembly ("memory-safe") {
                mstore(add(data, i), word)
            }
        }
        assembly ("memory-safe") {
            mstore(data, length)
        }
    }
}
