// SPDX-License-Identifier: Apache-2.0
// The contract that owns a pool against operatorSignatures.json: what TypeScript writes down is what it accepts.
pragma solidity 0.8.37;

import { IHub } from "../../src/interfaces/IHub.sol";
import { OrderLimits } from "../../src/interfaces/IPoolOperator.sol";
import { PoolOperator } from "../../src/pool/PoolOperator.sol";
import { Test } from "../Test.sol";
import { vm } from "../Vm.sol";

/// A hub and its registry, on which nobody has traded.
contract FreshHub {
    function workerpoolregistry() external view returns (address) {
        return address(this);
    }

    function isRegistered(address) external pure returns (bool) {
        return true;
    }

    function viewConsumed(bytes32) external pure returns (uint256) {
        return 0;
    }

    function frozenOf(address) external pure returns (uint256) {
        return 0;
    }
}

contract OperatorVectorsTest is Test {
    string private json;
    PoolOperator private pool;

    /// The hub is at the address and on the chain of the vectors.
    function setUp() public {
        json = vm.readFile("../packages/protocol/vectors/operatorSignatures.json");
        vm.chainId(uint256(vm.parseJsonBytes32(json, ".chainId")));
        vm.warp(1_800_000_000);
        address hub = vm.parseJsonAddress(json, ".hub");
        vm.etch(hub, address(new FreshHub()).code);
        address[] memory operators = new address[](1);
        operators[0] = vm.parseJsonAddress(json, ".operator");
        OrderLimits memory limits = OrderLimits(
            type(uint96).max, type(uint64).max, type(uint96).max, bytes32(type(uint256).max), new uint256[](4)
        );
        pool = new PoolOperator(IHub(hub), vm.parseJsonAddress(json, ".workerpool"), address(this), operators, limits);
    }

    function test_permissions_are_good() public view {
        _assertGood("permissions");
    }

    function test_orders_are_good() public view {
        _assertGood("orders");
    }

    function test_endpoints_are_good() public view {
        _assertGood("endpoints");
    }

    function test_logins_are_good() public view {
        _assertGood("logins");
    }

    function _assertGood(string memory kind) private view {
        string memory all = string.concat(".", kind, "[*]");
        bytes32[] memory hashes = abi.decode(vm.parseJson(json, string.concat(all, ".hash")), (bytes32[]));
        bytes[] memory signatures = abi.decode(vm.parseJson(json, string.concat(all, ".signature")), (bytes[]));

        assertEq(hashes.length, vm.parseJsonUint(json, string.concat(".counts.", kind)));
        for (uint256 i = 0; i < hashes.length; ++i) {
            assertEq(pool.isValidSignature(hashes[i], signatures[i]), bytes4(0x1626ba7e));
        }
    }
}
