// SPDX-License-Identifier: Apache-2.0
// What the tests of matching share: refusals with their values, hashes of orders, and the books before and after.
pragma solidity 0.8.37;

import { Market, Orders } from "../../support/Market.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { vm } from "../../Vm.sol";

abstract contract MatchTest is Market {
    bytes32 internal constant TEE = bytes32(uint256(1));
    bytes32 internal constant GPU = bytes32(uint256(1) << 8);

    address internal stranger = accountOf("stranger");

    /// Orders that fit, with a dataset, still unsigned.
    function _ordersWithDataset() internal returns (Orders memory orders) {
        orders = _orders();
        _addDataset(orders);
    }

    /// Orders that fit, with a dataset, signed by whoever has to.
    function _signedOrdersWithDataset() internal returns (Orders memory orders) {
        orders = _ordersWithDataset();
        _sign(orders);
    }

    /// Signs the orders as they are, and sees them matched.
    function _accepts(Orders memory orders) internal returns (bytes32 dealid) {
        _sign(orders);
        dealid = _match(orders);
        assertEq(hub.viewDeal(dealid).requester, orders.request.requester);
    }

    /// Signs the orders as they are, and sees them refused with exactly this error.
    function _refuses(Orders memory orders, bytes memory refusal) internal {
        _sign(orders);
        _refusesAsSigned(orders, refusal);
    }

    /// Sees the orders refused with exactly this error, whoever has signed them.
    function _refusesAsSigned(Orders memory orders, bytes memory refusal) internal {
        vm.expectRevert(refusal);
        _match(orders);
    }

    /// A refusal that compares two numbers.
    function _compared(bytes4 selector, uint256 left, uint256 right) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, left, right);
    }

    /// A refusal that compares two accounts.
    function _compared(bytes4 selector, address left, address right) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, left, right);
    }

    /// A refusal that compares two tags.
    function _compared(bytes4 selector, bytes32 left, bytes32 right) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, left, right);
    }

    function _appHash(Orders memory orders) internal view returns (bytes32) {
        return OrderHash.orderHash(hub, orders.app);
    }

    function _datasetHash(Orders memory orders) internal view returns (bytes32) {
        return orders.dataset.dataset == address(0) ? bytes32(0) : OrderHash.orderHash(hub, orders.dataset);
    }

    function _workerpoolHash(Orders memory orders) internal view returns (bytes32) {
        return OrderHash.orderHash(hub, orders.workerpool);
    }

    function _requestHash(Orders memory orders) internal view returns (bytes32) {
        return OrderHash.orderHash(hub, orders.request);
    }
}
