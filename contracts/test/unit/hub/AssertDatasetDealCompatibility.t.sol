// SPDX-License-Identifier: Apache-2.0
// assertDatasetDealCompatibility: whether a dataset could be used by a deal that was made without one, or why not.
pragma solidity 0.8.37;

import { AssetUnreadable } from "../../../src/hub/AssetReader.sol";
import { IncompatibleDatasetOrder } from "../../../src/hub/Views.sol";
import { DatasetOrder, DatasetOrderOperation, OrderOperationEnum } from "../../../src/types/Orders.sol";
import { Answers, ContractAccount, Group } from "../../support/Answers.sol";
import { Orders } from "../../support/Market.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { vm } from "../../Vm.sol";
import { MatchTest } from "./MatchTest.sol";

contract AssertDatasetDealCompatibilityTest is MatchTest {
    string private constant USED_UP = "Dataset order is revoked or fully consumed";
    string private constant UNSIGNED = "Invalid dataset order signature";
    string private constant NO_DEAL = "Deal not found";
    string private constant HAS_DATASET = "Deal already has a dataset";
    string private constant APP = "App restriction not satisfied";
    string private constant WORKERPOOL = "Workerpool restriction not satisfied";
    string private constant REQUESTER = "Requester restriction not satisfied";
    string private constant TAG = "Tag compatibility not satisfied";

    bytes32 private dealid;

    function setUp() public override {
        super.setUp();
        Orders memory orders = _orders();
        orders.app.tag = orders.workerpool.tag = TEE | GPU;
        dealid = _accepts(orders);
    }

    function test_a_signed_order_without_restrictions_suits_a_deal_without_a_dataset() public {
        _suits(_order());
    }

    function test_nothing_is_used_up_by_asking() public {
        DatasetOrder memory order = _order();
        _suits(order);

        assertEq(hub.viewConsumed(OrderHash.orderHash(hub, order)), 0);
        _suits(order);
    }

    // Each reason, on both sides

    function test_an_order_of_no_task_does_not_suit() public {
        DatasetOrder memory order = _order();
        order.volume = 0;

        _doesNotSuit(order, USED_UP);
    }

    function test_an_order_that_is_used_up_does_not_suit() public {
        Orders memory orders = _ordersWithDataset();
        _accepts(orders);

        _doesNotSuit(orders.dataset, USED_UP);
    }

    function test_an_order_of_which_one_task_is_left_suits() public {
        Orders memory orders = _ordersWithDataset();
        orders.dataset.volume = 2;
        _accepts(orders);

        _suits(orders.dataset);
    }

    function test_a_closed_order_does_not_suit() public {
        DatasetOrder memory order = _order();
        order.volume = type(uint256).max;
        vm.prank(provider.account);
        hub.manageDatasetOrder(DatasetOrderOperation(order, OrderOperationEnum.CLOSE, ""));

        _doesNotSuit(order, USED_UP);
    }

    function test_an_order_signed_by_somebody_else_does_not_suit() public {
        DatasetOrder memory order = _order();
        order.sign = _signature(sponsor, OrderHash.orderHash(hub, order));

        _doesNotSuitAsSigned(order, UNSIGNED, dealid);
    }

    function test_an_order_signed_by_a_former_owner_does_not_suit() public {
        DatasetOrder memory order = _order();
        vm.prank(provider.account);
        datasets.transferFrom(provider.account, stranger, uint256(uint160(dataset)));

        _doesNotSuit(order, UNSIGNED);
    }

    function test_an_order_without_a_signature_does_not_suit() public {
        DatasetOrder memory order = _order();
        order.sign = "";

        vm.expectRevert(abi.encodeWithSelector(IncompatibleDatasetOrder.selector, UNSIGNED));
        hub.assertDatasetDealCompatibility(order, dealid);
    }

    function test_an_order_approved_on_chain_suits_without_a_signature() public {
        DatasetOrder memory order = _order();
        vm.prank(provider.account);
        hub.manageDatasetOrder(DatasetOrderOperation(order, OrderOperationEnum.SIGN, ""));

        hub.assertDatasetDealCompatibility(order, dealid);
    }

    function test_an_order_that_a_contract_accepts_as_its_own_suits() public {
        address account = address(new ContractAccount(provider.account));
        vm.prank(provider.account);
        datasets.transferFrom(provider.account, account, uint256(uint160(dataset)));
        DatasetOrder memory order = _order();
        order.sign = bytes.concat(hex"99", _signature(provider, OrderHash.orderHash(hub, order)));

        hub.assertDatasetDealCompatibility(order, dealid);
    }

    function test_no_order_suits_a_deal_that_nobody_made() public {
        DatasetOrder memory order = _signed(_order());

        _doesNotSuitAsSigned(order, NO_DEAL, "no deal");
    }

    function test_no_order_suits_a_deal_that_has_a_dataset() public {
        bytes32 other = _accepts(_ordersWithDataset());

        _doesNotSuitAsSigned(_signed(_order()), HAS_DATASET, other);
    }

    function test_an_order_for_another_app_does_not_suit() public {
        DatasetOrder memory order = _order();
        order.apprestrict = stranger;
        _doesNotSuit(order, APP);

        order.apprestrict = app;
        _suits(order);
    }

    function test_an_order_for_another_workerpool_does_not_suit() public {
        DatasetOrder memory order = _order();
        order.workerpoolrestrict = stranger;
        _doesNotSuit(order, WORKERPOOL);

        order.workerpoolrestrict = workerpool;
        _suits(order);
    }

    function test_an_order_for_another_requester_does_not_suit() public {
        DatasetOrder memory order = _order();
        order.requesterrestrict = stranger;
        _doesNotSuit(order, REQUESTER);

        order.requesterrestrict = requester.account;
        _suits(order);
    }

    function test_an_order_for_a_group_suits_its_members() public {
        Group group = new Group();
        DatasetOrder memory order = _order();
        order.apprestrict = order.workerpoolrestrict = order.requesterrestrict = address(group);
        _doesNotSuit(order, APP);
        group.add(app, 4);
        _doesNotSuit(order, WORKERPOOL);
        group.add(workerpool, 4);
        _doesNotSuit(order, REQUESTER);
        group.add(requester.account, 4);

        _suits(order);
    }

    function test_an_order_with_a_bit_that_the_deal_lacks_does_not_suit() public {
        DatasetOrder memory order = _order();
        order.tag = bytes32(uint256(0x10));
        _doesNotSuit(order, TAG);

        order.tag = TEE;
        _suits(order);
    }

    function test_the_frameworks_of_an_order_are_not_asked_of_the_deal() public {
        DatasetOrder memory order = _order();
        order.tag = bytes32(uint256(0x0F));

        _suits(order);
    }

    function testFuzz_a_deal_needs_every_bit_of_an_order_but_its_frameworks(bytes32 tag) public {
        DatasetOrder memory order = _order();
        order.tag = tag;

        if (tag & ~bytes32(uint256(0x0E)) & ~(TEE | GPU) == 0) _suits(order);
        else _doesNotSuit(order, TAG);
    }

    // Order of the reasons: everything after the told one is wrong, too

    function test_of_several_reasons_the_first_in_the_promised_order_is_told() public {
        bytes32 other = _accepts(_ordersWithDataset());
        DatasetOrder memory order = _order();
        order.tag = bytes32(uint256(0x10));
        _doesNotSuit(order, TAG);
        order.requesterrestrict = stranger;
        _doesNotSuit(order, REQUESTER);
        order.workerpoolrestrict = stranger;
        _doesNotSuit(order, WORKERPOOL);
        order.apprestrict = stranger;
        _doesNotSuit(order, APP);
        _doesNotSuitAsSigned(_signed(order), HAS_DATASET, other);
        _doesNotSuitAsSigned(_signed(order), NO_DEAL, "no deal");
        order.sign = new bytes(65);
        _doesNotSuitAsSigned(order, UNSIGNED, "no deal");
        order.volume = 0;
        _doesNotSuitAsSigned(order, USED_UP, "no deal");
    }

    // Datasets that are none

    function test_a_dataset_without_code_is_told_instead_of_an_empty_refusal() public {
        DatasetOrder memory order = _order();
        order.dataset = stranger;

        _unreadable(order);
    }

    function test_a_dataset_that_does_not_tell_its_owner_is_told_instead_of_an_empty_refusal() public {
        DatasetOrder memory order = _order();
        order.dataset = address(new Answers());

        _unreadable(order);
    }

    function test_an_order_of_no_dataset_is_told_instead_of_an_empty_refusal() public {
        DatasetOrder memory order = _order();
        order.dataset = address(0);

        _unreadable(order);
    }

    function _order() private returns (DatasetOrder memory) {
        return _ordersWithDataset().dataset;
    }

    function _signed(DatasetOrder memory order) private view returns (DatasetOrder memory) {
        order.sign = _signature(provider, OrderHash.orderHash(hub, order));
        return order;
    }

    function _suits(DatasetOrder memory order) private view {
        hub.assertDatasetDealCompatibility(_signed(order), dealid);
    }

    function _doesNotSuit(DatasetOrder memory order, string memory reason) private {
        _doesNotSuitAsSigned(_signed(order), reason, dealid);
    }

    function _doesNotSuitAsSigned(DatasetOrder memory order, string memory reason, bytes32 deal) private {
        vm.expectRevert(abi.encodeWithSelector(IncompatibleDatasetOrder.selector, reason));
        hub.assertDatasetDealCompatibility(order, deal);
    }

    function _unreadable(DatasetOrder memory order) private {
        order = _signed(order);
        vm.expectRevert(abi.encodeWithSelector(AssetUnreadable.selector, order.dataset));
        hub.assertDatasetDealCompatibility(order, dealid);
    }
}
