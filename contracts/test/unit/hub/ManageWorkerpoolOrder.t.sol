// SPDX-License-Identifier: Apache-2.0
// manageWorkerpoolOrder: the workerpool order approved or closed on chain.
pragma solidity 0.8.37;

import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { OrderOperationEnum, WorkerpoolOrderOperation } from "../../../src/types/Orders.sol";
import { Person } from "../../support/Market.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { vm } from "../../Vm.sol";
import { ManageAssetOrdersTest } from "./ManageAssetOrdersTest.sol";

contract ManageWorkerpoolOrderTest is ManageAssetOrdersTest {
    function _signer() internal view override returns (Person memory) {
        return scheduler;
    }

    function _hash() internal view override returns (bytes32) {
        return OrderHash.orderHash(hub, orders.workerpool);
    }

    function _operationHash(OrderOperationEnum operation) internal view override returns (bytes32) {
        return OrderHash.operationHash(
            hub, OrderHash.WORKERPOOL_OPERATION, OrderHash.structHash(orders.workerpool), uint256(operation)
        );
    }

    function _signedEvent() internal pure override returns (bytes32) {
        return IHubEvents.SignedWorkerpoolOrder.selector;
    }

    function _closedEvent() internal pure override returns (bytes32) {
        return IHubEvents.ClosedWorkerpoolOrder.selector;
    }

    function _setOrderVolume(uint256 volume) internal override {
        orders.workerpool.volume = volume;
    }

    function _setOrderSign(bytes memory sign) internal override {
        orders.workerpool.sign = sign;
    }

    function _setOrderContents(uint256 price, bytes32 tag, address restrict, bytes32 salt) internal override {
        orders.workerpool.workerpoolprice = orders.workerpool.category = orders.workerpool.trust = price;
        orders.workerpool.tag = tag;
        orders.workerpool.apprestrict = restrict;
        orders.workerpool.datasetrestrict = orders.workerpool.requesterrestrict = restrict;
        orders.workerpool.salt = salt;
    }

    function _managementCall(OrderOperationEnum operation, bytes memory signature)
        internal
        view
        override
        returns (bytes memory)
    {
        return abi.encodeCall(
            hub.manageWorkerpoolOrder, (WorkerpoolOrderOperation(orders.workerpool, operation, signature))
        );
    }

    function _give(address from, address to) internal override {
        vm.prank(from);
        workerpools.transferFrom(from, to, uint256(uint160(workerpool)));
    }

    function _setAsset(address asset) internal override {
        orders.workerpool.workerpool = asset;
    }
}
