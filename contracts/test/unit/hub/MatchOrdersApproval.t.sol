// SPDX-License-Identifier: Apache-2.0
// matchOrders: everybody whose order is used has approved it, by signature or on chain.
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import {
    AppOrderNotSigned,
    DatasetOrderNotSigned,
    RequestOrderNotSigned,
    WorkerpoolOrderNotSigned
} from "../../../src/hub/Matching.sol";
import { IRegistry } from "../../../src/interfaces/IRegistry.sol";
import {
    AppOrderOperation,
    DatasetOrderOperation,
    OrderOperationEnum,
    RequestOrderOperation,
    WorkerpoolOrderOperation
} from "../../../src/types/Orders.sol";
import { Answers, ContractAccount } from "../../support/Answers.sol";
import { Orders } from "../../support/Market.sol";
import { vm } from "../../Vm.sol";
import { MatchTest } from "./MatchTest.sol";

contract MatchOrdersApprovalTest is MatchTest {
    // Whose signature it takes

    function test_an_app_order_that_its_owner_has_not_signed_is_refused() public {
        Orders memory orders = _signedOrders();
        orders.app.sign = _signature(sponsor, _appHash(orders));

        _refusesAsSigned(
            orders, abi.encodeWithSelector(AppOrderNotSigned.selector, developer.account, _appHash(orders))
        );
    }

    function test_a_dataset_order_that_its_owner_has_not_signed_is_refused() public {
        Orders memory orders = _signedOrdersWithDataset();
        orders.dataset.sign = _signature(sponsor, _datasetHash(orders));

        _refusesAsSigned(
            orders, abi.encodeWithSelector(DatasetOrderNotSigned.selector, provider.account, _datasetHash(orders))
        );
    }

    function test_a_workerpool_order_that_its_owner_has_not_signed_is_refused() public {
        Orders memory orders = _signedOrders();
        orders.workerpool.sign = _signature(sponsor, _workerpoolHash(orders));

        _refusesAsSigned(
            orders,
            abi.encodeWithSelector(WorkerpoolOrderNotSigned.selector, scheduler.account, _workerpoolHash(orders))
        );
    }

    function test_a_request_order_that_the_requester_has_not_signed_is_refused() public {
        Orders memory orders = _signedOrders();
        orders.request.sign = _signature(sponsor, _requestHash(orders));

        _refusesAsSigned(
            orders, abi.encodeWithSelector(RequestOrderNotSigned.selector, requester.account, _requestHash(orders))
        );
    }

    function test_to_call_is_not_to_sign() public {
        Orders memory orders = _signedOrders();
        orders.request.sign = _signature(sponsor, _requestHash(orders));

        vm.prank(requester.account);
        _refusesAsSigned(
            orders, abi.encodeWithSelector(RequestOrderNotSigned.selector, requester.account, _requestHash(orders))
        );
    }

    function test_a_signature_over_other_terms_is_worth_nothing() public {
        Orders memory orders = _signedOrders();
        orders.request.volume = 2;

        _refusesAsSigned(
            orders, abi.encodeWithSelector(RequestOrderNotSigned.selector, requester.account, _requestHash(orders))
        );
    }

    function test_a_missing_signature_is_told_with_whose_it_should_be() public {
        Orders memory orders = _signedOrders();
        orders.workerpool.sign = "";

        bytes32 hash = _workerpoolHash(orders);
        _refusesAsSigned(orders, abi.encodeWithSelector(WorkerpoolOrderNotSigned.selector, scheduler.account, hash));
    }

    function test_the_signature_of_a_dataset_order_does_not_matter_without_a_dataset() public {
        Orders memory orders = _signedOrders();
        orders.dataset.sign = "no signature";
        orders.dataset.volume = 0;

        bytes32 dealid = _match(orders);

        assertEq(hub.viewDeal(dealid).dataset.pointer, address(0));
    }

    function test_anybody_may_bring_four_signed_orders_together() public {
        Orders memory orders = _signedOrders();

        vm.prank(stranger);
        bytes32 dealid = _match(orders);

        assertEq(hub.viewDeal(dealid).sponsor, requester.account);
        assertEq(hub.frozenOf(stranger), 0);
    }

    function test_all_four_orders_may_be_signed_in_64_bytes() public {
        Orders memory orders = _ordersWithDataset();
        orders.app.sign = _compactSignature(developer.key, _appHash(orders));
        orders.dataset.sign = _compactSignature(provider.key, _datasetHash(orders));
        orders.workerpool.sign = _compactSignature(scheduler.key, _workerpoolHash(orders));
        orders.request.sign = _compactSignature(requester.key, _requestHash(orders));

        bytes32 dealid = _match(orders);

        assertEq(hub.viewDeal(dealid).botSize, 1);
    }

    function test_nobody_can_request_in_the_name_of_the_zero_account() public {
        Orders memory orders = _orders();
        orders.request.requester = address(0);
        _sign(orders);
        orders.request.sign = new bytes(65);

        _refusesAsSigned(
            orders, abi.encodeWithSelector(RequestOrderNotSigned.selector, address(0), _requestHash(orders))
        );
    }

    // Assets that change hands

    function test_after_a_sale_the_signature_of_the_former_owner_is_worth_nothing() public {
        Orders memory orders = _signedOrders();
        _give(apps, app, developer.account, stranger);

        _refusesAsSigned(orders, abi.encodeWithSelector(AppOrderNotSigned.selector, stranger, _appHash(orders)));
    }

    function test_after_a_sale_the_new_owner_signs_and_is_written_into_the_deal() public {
        _give(workerpools, workerpool, scheduler.account, sponsor.account);
        Orders memory orders = _signedOrders();
        orders.workerpool.sign = _signature(sponsor, _workerpoolHash(orders));

        bytes32 dealid = _match(orders);

        assertEq(hub.viewDeal(dealid).workerpool.owner, sponsor.account);
        assertEq(hub.frozenOf(sponsor.account), WORKERPOOL_PRICE * 30 / 100);
        assertEq(hub.frozenOf(scheduler.account), 0);
    }

    function test_a_deal_keeps_the_owners_of_its_moment() public {
        bytes32 dealid = _match(_signedOrders());

        _give(apps, app, developer.account, stranger);

        assertEq(hub.viewDeal(dealid).app.owner, developer.account);
    }

    // Approval on chain

    function test_orders_approved_on_chain_need_no_signature() public {
        Orders memory orders = _ordersWithDataset();
        _presign(orders);

        bytes32 dealid = _match(orders);

        assertEq(hub.viewDeal(dealid).botSize, 1);
    }

    function test_orders_approved_on_chain_may_carry_a_signature_that_is_none() public {
        Orders memory orders = _ordersWithDataset();
        _presign(orders);
        orders.app.sign = "none";
        orders.dataset.sign = new bytes(64);
        orders.workerpool.sign = new bytes(65);
        orders.request.sign = new bytes(66);

        bytes32 dealid = _match(orders);

        assertEq(hub.viewDeal(dealid).botSize, 1);
    }

    function test_a_sale_voids_what_the_former_owner_approved_on_chain() public {
        Orders memory orders = _ordersWithDataset();
        _presign(orders);
        _give(datasets, dataset, provider.account, stranger);
        orders.dataset.sign = new bytes(65);

        _refusesAsSigned(orders, abi.encodeWithSelector(DatasetOrderNotSigned.selector, stranger, _datasetHash(orders)));
    }

    function test_what_the_owner_approved_on_chain_counts_again_when_the_asset_is_his_again() public {
        Orders memory orders = _ordersWithDataset();
        _presign(orders);
        _give(datasets, dataset, provider.account, stranger);
        _give(datasets, dataset, stranger, provider.account);

        bytes32 dealid = _match(orders);

        assertEq(hub.viewDeal(dealid).dataset.owner, provider.account);
    }

    function test_the_new_owner_may_approve_on_chain_what_the_former_one_had_approved() public {
        Orders memory orders = _ordersWithDataset();
        _presign(orders);
        _give(datasets, dataset, provider.account, stranger);
        vm.prank(stranger);
        hub.manageDatasetOrder(DatasetOrderOperation(orders.dataset, OrderOperationEnum.SIGN, ""));

        bytes32 dealid = _match(orders);

        assertEq(hub.viewDeal(dealid).dataset.owner, stranger);
    }

    // Owners that are contracts

    function test_an_asset_of_a_contract_is_sold_by_what_the_contract_accepts_as_signature() public {
        ContractAccount account = new ContractAccount(developer.account);
        _give(apps, app, developer.account, address(account));
        Orders memory orders = _signedOrders();
        orders.app.sign = bytes.concat(hex"99", orders.app.sign);

        bytes32 dealid = _match(orders);

        assertEq(hub.viewDeal(dealid).app.owner, address(account));
    }

    function test_a_contract_requests_and_pays_by_what_it_accepts_as_signature() public {
        ContractAccount account = new ContractAccount(requester.account);
        _fund(address(account), DEPOSIT);
        Orders memory orders = _orders();
        orders.request.requester = address(account);
        _sign(orders);
        orders.request.sign = bytes.concat(hex"99", orders.request.sign);

        bytes32 dealid = _match(orders);

        assertEq(hub.viewDeal(dealid).sponsor, address(account));
        assertEq(hub.frozenOf(address(account)), APP_PRICE + WORKERPOOL_PRICE);
    }

    function test_a_contract_that_does_not_accept_the_signature_has_not_signed() public {
        Answers account = new Answers();
        account.answer(IERC1271.isValidSignature.selector, abi.encode(bytes4(0xffffffff)));
        Orders memory orders = _orders();
        orders.request.requester = address(account);

        _refuses(orders, abi.encodeWithSelector(RequestOrderNotSigned.selector, address(account), _requestHash(orders)));
    }

    function test_a_contract_that_signs_is_asked_without_leave_to_change_anything() public {
        Reenters account = new Reenters(address(hub));
        Orders memory orders = _orders();
        orders.request.requester = address(account);

        _refuses(orders, abi.encodeWithSelector(RequestOrderNotSigned.selector, address(account), _requestHash(orders)));
        assertEq(hub.allowance(address(account), address(1)), 0);
    }

    function _compactSignature(uint256 key, bytes32 hash) private pure returns (bytes memory) {
        (bytes32 r, bytes32 vs) = vm.signCompact(key, hash);
        return abi.encodePacked(r, vs);
    }

    function _give(IRegistry registry, address asset, address from, address to) private {
        vm.prank(from);
        registry.transferFrom(from, to, uint256(uint160(asset)));
    }

    function _presign(Orders memory orders) private {
        vm.prank(developer.account);
        hub.manageAppOrder(AppOrderOperation(orders.app, OrderOperationEnum.SIGN, ""));
        vm.prank(provider.account);
        hub.manageDatasetOrder(DatasetOrderOperation(orders.dataset, OrderOperationEnum.SIGN, ""));
        vm.prank(scheduler.account);
        hub.manageWorkerpoolOrder(WorkerpoolOrderOperation(orders.workerpool, OrderOperationEnum.SIGN, ""));
        vm.prank(requester.account);
        hub.manageRequestOrder(RequestOrderOperation(orders.request, OrderOperationEnum.SIGN, ""));
    }
}

/// Signs everything, but tries to approve a spender of its stake first.
contract Reenters {
    address private immutable HUB;

    constructor(address hub) {
        HUB = hub;
    }

    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        (bool done,) = HUB.call(abi.encodeWithSignature("approve(address,uint256)", address(1), 1));
        return done ? this.isValidSignature.selector : bytes4(0);
    }
}
