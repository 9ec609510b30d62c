// SPDX-License-Identifier: Apache-2.0
// broadcastAppOrder, broadcastDatasetOrder, broadcastWorkerpoolOrder and broadcastRequestOrder: anybody publishes any order.
pragma solidity 0.8.37;

import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { AppOrder, DatasetOrder, RequestOrder, WorkerpoolOrder } from "../../../src/types/Orders.sol";
import { Orders } from "../../support/Market.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { Vm, vm } from "../../Vm.sol";
import { MatchTest } from "./MatchTest.sol";

contract BroadcastTest is MatchTest {
    function setUp() public override {
        super.setUp();
        vm.recordLogs();
    }

    function testFuzz_an_app_order_is_published_as_it_is(AppOrder calldata order) public {
        vm.getRecordedLogs();
        vm.prank(stranger);
        hub.broadcastAppOrder(order);

        _assertPublished(IHubEvents.BroadcastAppOrder.selector, abi.encode(order));
    }

    function testFuzz_a_dataset_order_is_published_as_it_is(DatasetOrder calldata order) public {
        vm.getRecordedLogs();
        vm.prank(stranger);
        hub.broadcastDatasetOrder(order);

        _assertPublished(IHubEvents.BroadcastDatasetOrder.selector, abi.encode(order));
    }

    function testFuzz_a_workerpool_order_is_published_as_it_is(WorkerpoolOrder calldata order) public {
        vm.getRecordedLogs();
        vm.prank(stranger);
        hub.broadcastWorkerpoolOrder(order);

        _assertPublished(IHubEvents.BroadcastWorkerpoolOrder.selector, abi.encode(order));
    }

    function testFuzz_a_request_order_is_published_as_it_is(RequestOrder calldata order) public {
        vm.getRecordedLogs();
        vm.prank(stranger);
        hub.broadcastRequestOrder(order);

        _assertPublished(IHubEvents.BroadcastRequestOrder.selector, abi.encode(order));
    }

    function test_the_topics_are_those_that_order_books_follow() public pure {
        assertEq(
            IHubEvents.BroadcastAppOrder.selector, 0x6fd493f856b22df174df46975d6dcf0895c7dfb3c63d20179c0dcd5563e2f565
        );
        assertEq(
            IHubEvents.BroadcastDatasetOrder.selector,
            0xc56d982ad2fd39ebadca073cc88d9bdaee0f4c8e7b2b6be50227169daefc7b3f
        );
        assertEq(
            IHubEvents.BroadcastWorkerpoolOrder.selector,
            0xaf81a046e31ebb2be305579e585ac6b2ee3fdc2dc9dba806bb826879bb2c7851
        );
        assertEq(
            IHubEvents.BroadcastRequestOrder.selector,
            0x54bee205d9b03332d6dc82bc907476dfef6ed4fd86058d49a72994baee781175
        );
    }

    function test_an_order_that_was_published_can_be_matched_from_the_event_alone() public {
        Orders memory orders = _signedOrders();
        vm.getRecordedLogs();
        hub.broadcastRequestOrder(orders.request);
        Orders memory found = orders;
        found.request = abi.decode(vm.getRecordedLogs()[0].data, (RequestOrder));

        bytes32 dealid = _match(found);

        assertEq(hub.viewDeal(dealid).requester, requester.account);
    }

    function test_to_publish_an_order_approves_nothing() public {
        Orders memory orders = _signedOrders();
        vm.startPrank(requester.account);
        hub.broadcastRequestOrder(orders.request);
        vm.stopPrank();

        assertEq(hub.viewPresigned(OrderHash.orderHash(hub, orders.request)), address(0));
        assertEq(hub.viewConsumed(OrderHash.orderHash(hub, orders.request)), 0);
    }

    function _assertPublished(bytes32 topic, bytes memory data) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1);
        assertEq(logs[0].emitter, address(hub));
        assertEq(logs[0].topics.length, 1);
        assertEq(logs[0].topics[0], topic);
        assertEq(logs[0].data, data);
    }
}
