// SPDX-License-Identifier: Apache-2.0
// manageAppOrder: the app order approved or closed on chain.
pragma solidity 0.8.37;

import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { AppOrderOperation, OrderOperationEnum } from "../../../src/types/Orders.sol";
import { Person } from "../../support/Market.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { vm } from "../../Vm.sol";
import { ManageAssetOrdersTest } from "./ManageAssetOrdersTest.sol";

contract ManageAppOrderTest is ManageAssetOrdersTest {
    function _signer() internal view override returns (Person memory) {
        return developer;
    }

    function _hash() internal view override returns (bytes32) {
        return OrderHash.orderHash(hub, orders.app);
    }

    function _operationHash(OrderOperationEnum operation) internal view override returns (bytes32) {
        return
            OrderHash.operationHash(hub, OrderHash.APP_OPERATION, OrderHash.structHash(orders.app), uint256(operation));
    }

    function _signedEvent() internal pure override returns (bytes32) {
        return IHubEvents.SignedAppOrder.selector;
    }

    function _closedEvent() internal pure override returns (bytes32) {
        return IHubEvents.ClosedAppOrder.selector;
    }

    function _setOrderVolume(uint256 volume) internal override {
        orders.app.volume = volume;
    }

    function _setOrderSign(bytes memory sign) internal override {
        orders.app.sign = sign;
    }

    function _setOrderContents(uint256 price, bytes32 tag, address restrict, bytes32 salt) internal override {
        orders.app.appprice = price;
        orders.app.tag = tag;
        orders.app.datasetrestrict = orders.app.workerpoolrestrict = orders.app.requesterrestrict = restrict;
        orders.app.salt = salt;
    }

    function _managementCall(OrderOperationEnum operation, bytes memory signature)
        internal
        view
        override
        returns (bytes memory)
    {
        return abi.encodeCall(hub.manageAppOrder, (AppOrderOperation(orders.app, operation, signature)));
    }

    function _give(address from, address to) internal override {
        vm.prank(from);
        apps.transferFrom(from, to, uint256(uint160(app)));
    }

    function _setAsset(address asset) internal override {
        orders.app.app = asset;
    }
}
