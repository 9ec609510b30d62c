// SPDX-License-Identifier: Apache-2.0
// Who may approve or close an order on chain, and what that does. The four entry points are put through the same cases.
pragma solidity 0.8.37;

import { NotTheOrderSigner } from "../../../src/hub/OrderManagement.sol";
import { OrderOperationEnum } from "../../../src/types/Orders.sol";
import { Orders, Person } from "../../support/Market.sol";
import { Vm, vm } from "../../Vm.sol";
import { MatchTest } from "./MatchTest.sol";

/// The four entry points as one: what differs between them is in the functions at the end.
abstract contract ManageOrdersTest is MatchTest {
    OrderOperationEnum internal constant SIGN = OrderOperationEnum.SIGN;
    OrderOperationEnum internal constant CLOSE = OrderOperationEnum.CLOSE;

    Orders internal orders;

    function setUp() public virtual override {
        super.setUp();
        Orders memory fresh = _ordersWithDataset();
        orders.app = fresh.app;
        orders.dataset = fresh.dataset;
        orders.workerpool = fresh.workerpool;
        orders.request = fresh.request;
    }

    // What it does

    function test_the_owner_approves_his_order_by_calling() public {
        vm.recordLogs();
        vm.prank(_signer().account);
        _manage(SIGN, "");

        _assertOnlyLog(_signedEvent());
        assertEq(hub.viewPresigned(_hash()), _signer().account);
        assertEq(hub.viewConsumed(_hash()), 0);
        assertTrue(hub.verifyPresignature(_signer().account, _hash()));
    }

    function test_the_owner_closes_his_order_by_calling() public {
        _setOrderVolume(7);

        vm.recordLogs();
        vm.prank(_signer().account);
        _manage(CLOSE, "");

        _assertOnlyLog(_closedEvent());
        assertEq(hub.viewPresigned(_hash()), address(0));
        assertEq(hub.viewConsumed(_hash()), 7);
    }

    function test_anybody_approves_an_order_with_its_owner_s_signature() public {
        vm.recordLogs();
        vm.prank(stranger);
        _manage(SIGN, _signature(_signer(), _operationHash(SIGN)));

        _assertOnlyLog(_signedEvent());
        assertEq(hub.viewPresigned(_hash()), _signer().account);
    }

    function test_anybody_closes_an_order_with_its_owner_s_signature() public {
        vm.recordLogs();
        vm.prank(stranger);
        _manage(CLOSE, _signature(_signer(), _operationHash(CLOSE)));

        _assertOnlyLog(_closedEvent());
        assertEq(hub.viewConsumed(_hash()), 1);
    }

    function test_a_compact_signature_of_the_owner_is_enough() public {
        (bytes32 r, bytes32 vs) = vm.signCompact(_signer().key, _operationHash(CLOSE));

        vm.prank(stranger);
        _manage(CLOSE, abi.encodePacked(r, vs));

        assertEq(hub.viewConsumed(_hash()), 1);
    }

    function test_what_the_order_carries_as_its_own_signature_does_not_matter() public {
        _setOrderSign("no signature at all");

        vm.prank(_signer().account);
        _manage(CLOSE, "neither");

        assertEq(hub.viewConsumed(_hash()), 1);
    }

    // Who is refused

    function test_a_stranger_with_his_own_signature_is_refused() public {
        bytes memory signature = _signature(sponsor, _operationHash(CLOSE));

        _refusesToManage(CLOSE, signature);
    }

    function test_a_stranger_with_a_signature_over_the_order_itself_is_refused() public {
        bytes memory signature = _signature(_signer(), _hash());

        _refusesToManage(SIGN, signature);
        _refusesToManage(CLOSE, signature);
    }

    function test_a_signature_to_approve_does_not_close() public {
        _refusesToManage(CLOSE, _signature(_signer(), _operationHash(SIGN)));
    }

    function test_a_signature_to_close_does_not_approve() public {
        _refusesToManage(SIGN, _signature(_signer(), _operationHash(CLOSE)));
    }

    function test_a_signature_for_one_order_closes_no_other() public {
        bytes memory signature = _signature(_signer(), _operationHash(CLOSE));
        _setOrderVolume(2);

        _refusesToManage(CLOSE, signature);
    }

    function test_a_stranger_without_a_signature_closes_nothing() public {
        _refusesToManage(CLOSE, "");
    }

    function test_an_approval_on_chain_lets_no_stranger_close() public {
        vm.prank(_signer().account);
        _manage(SIGN, "");

        _refusesToManage(CLOSE, new bytes(65));
    }

    // Earlier states do not matter

    function test_an_order_may_be_closed_twice() public {
        vm.startPrank(_signer().account);
        _manage(CLOSE, "");
        _manage(CLOSE, "");
        vm.stopPrank();

        assertEq(hub.viewConsumed(_hash()), 1);
    }

    function test_an_order_may_be_approved_twice() public {
        vm.startPrank(_signer().account);
        _manage(SIGN, "");
        _manage(SIGN, "");
        vm.stopPrank();

        assertEq(hub.viewPresigned(_hash()), _signer().account);
    }

    function test_to_close_an_order_does_not_take_its_approval_back_but_leaves_nothing_of_it() public {
        vm.startPrank(_signer().account);
        _manage(SIGN, "");
        _manage(CLOSE, "");
        vm.stopPrank();

        assertEq(hub.viewPresigned(_hash()), _signer().account);
        assertEq(hub.viewConsumed(_hash()), 1);
        assertEq(hub.computeDealVolume(orders.app, orders.dataset, orders.workerpool, orders.request), 0);
    }

    function test_to_approve_a_closed_order_does_not_open_it() public {
        vm.startPrank(_signer().account);
        _manage(CLOSE, "");
        _manage(SIGN, "");
        vm.stopPrank();

        assertEq(hub.viewConsumed(_hash()), 1);
    }

    function testFuzz_an_order_of_any_volume_can_be_closed(uint256 volume) public {
        _setOrderVolume(volume);

        vm.prank(_signer().account);
        _manage(CLOSE, "");

        assertEq(hub.viewConsumed(_hash()), volume);
    }

    function testFuzz_an_order_of_any_contents_can_be_closed(uint256 price, bytes32 tag, address restrict, bytes32 salt)
        public
    {
        _setOrderContents(price, tag, restrict, salt);
        _setOrderVolume(type(uint256).max);

        vm.recordLogs();
        vm.prank(_signer().account);
        _manage(CLOSE, "");

        _assertOnlyLog(_closedEvent());
        assertEq(hub.viewConsumed(_hash()), type(uint256).max);
    }

    function test_an_order_with_another_salt_is_another_order() public {
        bytes32 first = _hash();
        vm.prank(_signer().account);
        _manage(CLOSE, "");

        _setOrderContents(0, 0, address(0), "another salt");

        assertNotEq(_hash(), first);
        assertEq(hub.viewConsumed(_hash()), 0);
    }

    function test_an_operation_that_is_neither_is_refused() public {
        bytes memory call = _managementCall(CLOSE, "");
        // The operation is the second of three members of the only argument, which begins behind selector and offset.
        call[4 + 32 + 32 + 31] = 0x02;

        vm.prank(_signer().account);
        (bool done,) = address(hub).call(call);

        assertFalse(done);
    }

    function _refusesToManage(OrderOperationEnum operation, bytes memory signature) internal {
        vm.expectRevert(
            abi.encodeWithSelector(NotTheOrderSigner.selector, stranger, _signer().account, _operationHash(operation))
        );
        vm.prank(stranger);
        _manage(operation, signature);
    }

    function _assertOnlyLog(bytes32 topic) internal {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1);
        assertEq(logs[0].emitter, address(hub));
        assertEq(logs[0].topics.length, 1);
        assertEq(logs[0].topics[0], topic);
        assertEq(logs[0].data, abi.encode(_hash()));
    }

    function _manage(OrderOperationEnum operation, bytes memory signature) internal {
        (bool done, bytes memory answer) = address(hub).call(_managementCall(operation, signature));
        if (done) return;
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    function _signer() internal view virtual returns (Person memory);
    function _hash() internal view virtual returns (bytes32);
    function _operationHash(OrderOperationEnum operation) internal view virtual returns (bytes32);
    function _signedEvent() internal pure virtual returns (bytes32);
    function _closedEvent() internal pure virtual returns (bytes32);
    function _setOrderVolume(uint256 volume) internal virtual;
    function _setOrderSign(bytes memory sign) internal virtual;
    function _setOrderContents(uint256 price, bytes32 tag, address restrict, bytes32 salt) internal virtual;
    function _managementCall(OrderOperationEnum operation, bytes memory signature)
        internal
        view
        virtual
        returns (bytes memory);
}
