// SPDX-License-Identifier: Apache-2.0
// manageDatasetOrder: the dataset order approved or closed on chain.
pragma solidity 0.8.37;

import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { DatasetOrderOperation, OrderOperationEnum } from "../../../src/types/Orders.sol";
import { Person } from "../../support/Market.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { vm } from "../../Vm.sol";
import { ManageAssetOrdersTest } from "./ManageAssetOrdersTest.sol";

contract ManageDatasetOrderTest is ManageAssetOrdersTest {
    function _signer() internal view override returns (Person memory) {
        return provider;
    }

    function _hash() internal view override returns (bytes32) {
        return OrderHash.orderHash(hub, orders.dataset);
    }

    function _operationHash(OrderOperationEnum operation) internal view override returns (bytes32) {
        return OrderHash.operationHash(
            hub, OrderHash.DATASET_OPERATION, OrderHash.structHash(orders.dataset), uint256(operation)
        );
    }

    function _signedEvent() internal pure override returns (bytes32) {
        return IHubEvents.SignedDatasetOrder.selector;
    }

    function _closedEvent() internal pure override returns (bytes32) {
        return IHubEvents.ClosedDatasetOrder.selector;
    }

    function _setOrderVolume(uint256 volume) internal override {
        orders.dataset.volume = volume;
    }

    function _setOrderSign(bytes memory sign) internal override {
        orders.dataset.sign = sign;
    }

    function _setOrderContents(uint256 price, bytes32 tag, address restrict, bytes32 salt) internal override {
        orders.dataset.datasetprice = price;
        orders.dataset.tag = tag;
        orders.dataset.apprestrict = restrict;
        orders.dataset.workerpoolrestrict = orders.dataset.requesterrestrict = restrict;
        orders.dataset.salt = salt;
    }

    function _managementCall(OrderOperationEnum operation, bytes memory signature)
        internal
        view
        override
        returns (bytes memory)
    {
        return abi.encodeCall(hub.manageDatasetOrder, (DatasetOrderOperation(orders.dataset, operation, signature)));
    }

    function _give(address from, address to) internal override {
        vm.prank(from);
        datasets.transferFrom(from, to, uint256(uint160(dataset)));
    }

    function _setAsset(address asset) internal override {
        orders.dataset.dataset = asset;
    }
}
