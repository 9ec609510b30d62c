// SPDX-License-Identifier: Apache-2.0
// manageRequestOrder: the request order approved or closed on chain, by who pays for it.
pragma solidity 0.8.37;

import { NotTheOrderSigner } from "../../../src/hub/OrderManagement.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { OrderOperationEnum, RequestOrderOperation } from "../../../src/types/Orders.sol";
import { ContractAccount } from "../../support/Answers.sol";
import { Person } from "../../support/Market.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { vm } from "../../Vm.sol";
import { ManageOrdersTest } from "./ManageOrdersTest.sol";

contract ManageRequestOrderTest is ManageOrdersTest {
    function test_nobody_manages_a_request_of_the_zero_account() public {
        orders.request.requester = address(0);

        vm.expectRevert(abi.encodeWithSelector(NotTheOrderSigner.selector, stranger, address(0), _operationHash(SIGN)));
        vm.prank(stranger);
        _manage(SIGN, new bytes(65));
    }

    function test_a_contract_manages_its_requests_by_its_own_signature() public {
        orders.request.requester = address(new ContractAccount(provider.account));

        vm.prank(stranger);
        _manage(CLOSE, bytes.concat(hex"99", _signature(provider, _operationHash(CLOSE))));

        assertEq(hub.viewConsumed(_hash()), 1);
    }

    function testFuzz_a_request_with_any_params_can_be_closed(string calldata params) public {
        orders.request.params = params;

        vm.prank(requester.account);
        _manage(CLOSE, "");

        assertEq(hub.viewConsumed(_hash()), 1);
    }

    function _signer() internal view override returns (Person memory) {
        return requester;
    }

    function _hash() internal view override returns (bytes32) {
        return OrderHash.orderHash(hub, orders.request);
    }

    function _operationHash(OrderOperationEnum operation) internal view override returns (bytes32) {
        return OrderHash.operationHash(
            hub, OrderHash.REQUEST_OPERATION, OrderHash.structHash(orders.request), uint256(operation)
        );
    }

    function _signedEvent() internal pure override returns (bytes32) {
        return IHubEvents.SignedRequestOrder.selector;
    }

    function _closedEvent() internal pure override returns (bytes32) {
        return IHubEvents.ClosedRequestOrder.selector;
    }

    function _setOrderVolume(uint256 volume) internal override {
        orders.request.volume = volume;
    }

    function _setOrderSign(bytes memory sign) internal override {
        orders.request.sign = sign;
    }

    function _setOrderContents(uint256 price, bytes32 tag, address restrict, bytes32 salt) internal override {
        orders.request.appmaxprice = orders.request.datasetmaxprice = orders.request.workerpoolmaxprice = price;
        orders.request.category = orders.request.trust = price;
        orders.request.app = orders.request.dataset = orders.request.workerpool = restrict;
        orders.request.beneficiary = orders.request.callback = restrict;
        orders.request.tag = tag;
        orders.request.salt = salt;
    }

    function _managementCall(OrderOperationEnum operation, bytes memory signature)
        internal
        view
        override
        returns (bytes memory)
    {
        return abi.encodeCall(hub.manageRequestOrder, (RequestOrderOperation(orders.request, operation, signature)));
    }
}
