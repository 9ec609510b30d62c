// SPDX-License-Identifier: Apache-2.0
// The second half of the hub's code is a contract of its own; who calls it directly reaches nothing of the hub.
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import { FallbackDisabled, HubConfig } from "../../../src/hub/HubState.sol";
import { ExtensionMismatch, Hub } from "../../../src/hub/Hub.sol";
import { HubExtension } from "../../../src/hub/HubExtension.sol";
import { IHub } from "../../../src/interfaces/IHub.sol";
import { AppOrderOperation, OrderOperationEnum } from "../../../src/types/Orders.sol";
import { Category } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { Work } from "../../support/Work.sol";
import { vm } from "../../Vm.sol";

contract ExtensionTest is Work {
    /// The extension of `hub`, spoken to as if it were a hub.
    IHub private extension;

    function setUp() public override {
        super.setUp();
        HubConfig memory config = HubConfig(owner.account, IERC20(address(rlc)), apps, datasets, workerpools);
        extension = IHub(address(new HubExtension(config)));
        Category[] memory categories = new Category[](1);
        categories[0] = Category("XS", '""', TIMEREF_XS);
        hub = IHub(address(new Hub(config, address(extension), categories)));
        _fund(requester.account, DEPOSIT);
        _fund(scheduler.account, DEPOSIT);
        rlc.transfer(requester.account, DEPOSIT);
    }

    function test_the_extension_knows_no_account_of_the_hub() public view {
        assertEq(extension.viewAccount(requester.account).stake, 0);
        assertEq(extension.countCategory(), 0);
        assertEq(extension.callbackgas(), 0);
    }

    function test_a_hub_takes_no_extension_of_another_token() public {
        HubConfig memory config = HubConfig(owner.account, IERC20(address(rlc)), apps, datasets, workerpools);
        HubConfig memory other = HubConfig(owner.account, IERC20(accountOf("token")), apps, datasets, workerpools);
        address foreign = address(new HubExtension(other));

        vm.expectRevert(abi.encodeWithSelector(ExtensionMismatch.selector, foreign));
        new Hub(config, foreign, new Category[](0));
    }

    function test_a_hub_takes_no_extension_of_other_registries() public {
        HubConfig memory config = HubConfig(owner.account, IERC20(address(rlc)), apps, datasets, workerpools);
        HubConfig memory other = HubConfig(owner.account, IERC20(address(rlc)), apps, workerpools, datasets);
        address foreign = address(new HubExtension(other));

        vm.expectRevert(abi.encodeWithSelector(ExtensionMismatch.selector, foreign));
        new Hub(config, foreign, new Category[](0));
    }

    function test_a_hub_takes_no_extension_without_code() public {
        HubConfig memory config = HubConfig(owner.account, IERC20(address(rlc)), apps, datasets, workerpools);

        vm.expectRevert(abi.encodeWithSelector(ExtensionMismatch.selector, stranger.account));
        new Hub(config, stranger.account, new Category[](0));
    }

    function test_it_pays_out_nothing_of_the_hub() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, requester.account, 0, 1));
        vm.prank(requester.account);
        extension.withdraw(1);
    }

    function test_it_spends_no_allowance_that_was_given_to_the_hub() public {
        vm.prank(requester.account);
        rlc.approve(address(hub), DEPOSIT);

        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(extension), 0, 1)
        );
        vm.prank(requester.account);
        extension.deposit(1);
    }

    function test_who_deposits_there_by_mistake_takes_it_out_again() public {
        vm.startPrank(requester.account);
        rlc.approveAndCall(address(extension), 5e9, "");
        assertEq(hub.balanceOf(requester.account), DEPOSIT);

        extension.withdraw(5e9);

        assertEq(rlc.balanceOf(requester.account), DEPOSIT);
    }

    function test_nobody_else_takes_out_what_was_deposited_there_by_mistake() public {
        vm.prank(requester.account);
        rlc.approveAndCall(address(extension), 5e9, "");

        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, stranger.account, 0, 5e9)
        );
        vm.prank(stranger.account);
        extension.withdraw(5e9);
        vm.prank(owner.account);
        assertEq(extension.recover(), 0);
    }

    function test_nothing_is_matched_there_not_even_with_a_deposit() public {
        Orders memory orders = _signedOrders();
        bytes memory data =
            abi.encodeCall(IHub.matchOrders, (orders.app, orders.dataset, orders.workerpool, orders.request));

        vm.expectRevert(abi.encodeWithSelector(FallbackDisabled.selector, IHub.matchOrders.selector));
        vm.prank(requester.account);
        rlc.approveAndCall(address(extension), TASK_PRICE, data);
    }

    function test_no_task_lives_there() public {
        bytes4[6] memory selectors = [
            IHub.initialize.selector,
            IHub.contribute.selector,
            IHub.reveal.selector,
            IHub.finalize.selector,
            IHub.claim.selector,
            IHub.transfer.selector
        ];
        for (uint256 i = 0; i < selectors.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(FallbackDisabled.selector, selectors[i]));
            (bool done,) = address(extension).call(abi.encodePacked(selectors[i], new bytes(512)));
            done;
        }
    }

    function test_an_order_that_is_closed_there_is_still_open_at_the_hub() public {
        Orders memory orders = _signedOrders();
        bytes32 hashThere = OrderHash.orderHash(extension, orders.app);

        vm.prank(developer.account);
        extension.manageAppOrder(AppOrderOperation(orders.app, OrderOperationEnum.CLOSE, ""));

        assertEq(extension.viewConsumed(hashThere), 1);
        assertEq(hub.viewConsumed(OrderHash.orderHash(hub, orders.app)), 0);
        assertEq(hub.viewConsumed(hashThere), 0);
        assertEq(hub.viewDeal(_match(orders)).botSize, 1);
    }

    function test_a_signature_for_the_hub_is_none_for_the_extension() public view {
        assertNotEq(extension.eip712domain_separator(), hub.eip712domain_separator());
    }

    function test_what_the_owner_sets_there_reaches_nothing_of_the_hub() public {
        vm.startPrank(owner.account);
        extension.setTeeBroker(broker.account);
        extension.setCallbackGas(7);
        extension.createCategory("there", "", 1);
        extension.transferOwnership(stranger.account);
        vm.stopPrank();
        vm.prank(stranger.account);
        extension.acceptOwnership();

        assertEq(hub.teebroker(), address(0));
        assertEq(hub.callbackgas(), 200_000);
        assertEq(hub.countCategory(), 1);
        assertEq(hub.owner(), owner.account);
    }

    function test_it_takes_no_ether() public {
        vm.deal(stranger.account, 1 ether);

        vm.prank(stranger.account);
        (bool done,) = address(extension).call{ value: 1 }("");

        assertFalse(done);
    }
}
