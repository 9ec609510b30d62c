// SPDX-License-Identifier: Apache-2.0
// A workerpool that a contract owns: a cold owner, two operators, and whatever they sign.
pragma solidity 0.8.37;

import { OrderLimits } from "../../src/interfaces/IPoolOperator.sol";
import { PoolOperator } from "../../src/pool/PoolOperator.sol";
import { WorkerpoolOrder } from "../../src/types/Orders.sol";
import { vm } from "../Vm.sol";
import { Orders, Person } from "./Market.sol";
import { OrderHash } from "./OrderHash.sol";
import { Work } from "./Work.sol";

abstract contract Pool is Work {
    bytes4 internal constant YES = 0x1626ba7e;
    bytes4 internal constant NO = 0xffffffff;

    uint96 internal constant MAX_LOCKED = 90e9;
    uint64 internal constant MAX_VOLUME = 20;
    uint96 internal constant MAX_TRUST = 100;
    bytes32 internal constant TAGS = bytes32(uint256(0x0103));

    Person internal cold = _person("cold owner");
    Person internal first = _person("first operator");
    Person internal second = _person("second operator");
    PoolOperator internal pool;

    function setUp() public virtual override {
        super.setUp();
        pool = _newPool(workerpool);
        vm.prank(scheduler.account);
        workerpools.transferFrom(scheduler.account, address(pool), uint160(workerpool));
        _fund(address(pool), DEPOSIT);
    }

    function _newPool(address workerpool_) internal returns (PoolOperator) {
        address[] memory keys = new address[](2);
        (keys[0], keys[1]) = (first.account, second.account);
        return new PoolOperator(hub, workerpool_, cold.account, keys, _limits());
    }

    /// Two categories are for sale, at the usual price and at twice that; the third is closed, further ones are not named.
    function _limits() internal pure returns (OrderLimits memory limits) {
        limits.maxLocked = MAX_LOCKED;
        limits.maxVolume = MAX_VOLUME;
        limits.maxTrust = MAX_TRUST;
        limits.tags = TAGS;
        limits.minPrices = new uint256[](3);
        limits.minPrices[0] = WORKERPOOL_PRICE;
        limits.minPrices[1] = 2 * WORKERPOOL_PRICE;
        limits.minPrices[2] = type(uint256).max;
    }

    function _setLimits(OrderLimits memory limits) internal {
        vm.prank(cold.account);
        pool.setLimits(limits);
    }

    function _revoke(Person memory operator) internal {
        vm.prank(cold.account);
        pool.revokeOperator(operator.account);
    }

    // What operators sign

    function _orderSignature(Person memory operator, WorkerpoolOrder memory order)
        internal
        view
        returns (bytes memory)
    {
        return bytes.concat(_orderContent(order), _signature(operator, OrderHash.orderHash(hub, order)));
    }

    function _orderContent(WorkerpoolOrder memory order) internal pure returns (bytes memory) {
        return bytes.concat(
            hex"02",
            abi.encode(order.workerpool, order.workerpoolprice, order.volume, order.tag, order.category, order.trust),
            abi.encode(order.apprestrict, order.datasetrestrict, order.requesterrestrict, order.salt)
        );
    }

    function _permission(Person memory operator, address worker, bytes32 taskid, address enclave_)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(hex"01", worker, taskid, enclave_, _authorization(operator, worker, taskid, enclave_));
    }

    function _endpointSignature(Person memory operator, string memory url, uint256 validUntil)
        internal
        view
        returns (bytes memory)
    {
        return abi.encodePacked(
            hex"03", validUntil, url, _signature(operator, _endpointHash(workerpool, url, validUntil))
        );
    }

    function _endpointHash(address workerpool_, string memory url, uint256 validUntil) internal view returns (bytes32) {
        bytes32 endpoint = keccak256(
            abi.encode(
                keccak256("PoolEndpoint(address workerpool,string apiUrl,uint256 validUntil)"),
                workerpool_,
                keccak256(bytes(url)),
                validUntil
            )
        );
        return _hashOnChain("iExec PoolEndpoint", endpoint);
    }

    function _loginSignature(Person memory operator, string memory challenge) internal view returns (bytes memory) {
        return abi.encodePacked(hex"04", challenge, _signature(operator, _loginHash(challenge)));
    }

    function _loginHash(string memory challenge) internal view returns (bytes32) {
        bytes32 typehash = keccak256("Challenge(string challenge)");
        return _hashOnChain("iExec Gateway", keccak256(abi.encode(typehash, keccak256(bytes(challenge)))));
    }

    function _hashOnChain(string memory name, bytes32 struct_) private view returns (bytes32) {
        bytes32 typehash = keccak256("EIP712Domain(string name,string version,uint256 chainId)");
        bytes32 separator = keccak256(abi.encode(typehash, keccak256(bytes(name)), keccak256("1"), block.chainid));
        return keccak256(abi.encodePacked(hex"1901", separator, struct_));
    }

    // Orders and work of the pool

    /// Orders that fit, of which an operator signed the workerpool's.
    function _poolOrders(Person memory operator, uint256 volume, uint256 trust)
        internal
        returns (Orders memory orders)
    {
        orders = _orders();
        _setVolume(orders, volume);
        orders.request.trust = trust;
        _sign(orders);
        orders.workerpool.sign = _orderSignature(operator, orders.workerpool);
    }

    function _poolTask(Person memory operator, uint256 trust) internal returns (bytes32 taskid) {
        return hub.initialize(_match(_poolOrders(operator, 1, trust)), 0);
    }

    function _contributeTo(Person memory operator, Person memory worker, bytes32 taskid, string memory result)
        internal
    {
        bytes memory permission = _permission(operator, worker.account, taskid, address(0));
        bytes32 seal = _sealOf(worker.account, taskid, result);
        vm.prank(worker.account);
        hub.contribute(taskid, _hashOf(taskid, result), seal, address(0), "", permission);
    }

    function _revealingPoolTask() internal returns (bytes32 taskid) {
        taskid = _poolTask(first, 4);
        _contributeTo(first, workers[0], taskid, RESULT);
        _contributeTo(second, workers[1], taskid, RESULT);
    }

    function _revealedPoolTask() internal returns (bytes32 taskid) {
        taskid = _revealingPoolTask();
        _reveal(workers[0], taskid, RESULT);
        _reveal(workers[1], taskid, RESULT);
    }
}
