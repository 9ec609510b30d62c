// SPDX-License-Identifier: Apache-2.0
// Who may approve or close the order of an asset: its owner, whoever that is at the moment.
pragma solidity 0.8.37;

import { IERC5313 } from "@openzeppelin/contracts/interfaces/IERC5313.sol";

import { AssetUnreadable } from "../../../src/hub/AssetReader.sol";
import { NotTheOrderSigner } from "../../../src/hub/OrderManagement.sol";
import { Answers, ContractAccount } from "../../support/Answers.sol";
import { vm } from "../../Vm.sol";
import { ManageOrdersTest } from "./ManageOrdersTest.sol";

/// What holds for the three orders whose signer owns an asset.
abstract contract ManageAssetOrdersTest is ManageOrdersTest {
    function test_after_a_sale_the_former_owner_is_refused() public {
        _give(_signer().account, sponsor.account);
        address former = _signer().account;

        bytes memory refusal =
            abi.encodeWithSelector(NotTheOrderSigner.selector, former, sponsor.account, _operationHash(CLOSE));
        bytes memory signature = _signature(_signer(), _operationHash(CLOSE));
        vm.expectRevert(refusal);
        vm.prank(former);
        _manage(CLOSE, signature);
    }

    function test_after_a_sale_the_new_owner_closes_the_orders_of_the_former() public {
        _give(_signer().account, sponsor.account);

        vm.prank(sponsor.account);
        _manage(CLOSE, "");

        assertEq(hub.viewConsumed(_hash()), 1);
    }

    function test_a_sale_voids_the_approval_of_the_former_owner_and_a_new_one_replaces_it() public {
        vm.prank(_signer().account);
        _manage(SIGN, "");
        _give(_signer().account, sponsor.account);
        assertFalse(hub.verifyPresignature(sponsor.account, _hash()));

        vm.prank(sponsor.account);
        _manage(SIGN, "");

        assertTrue(hub.verifyPresignature(sponsor.account, _hash()));
        assertFalse(hub.verifyPresignature(_signer().account, _hash()));
    }

    function test_a_contract_that_owns_an_asset_manages_its_orders_by_its_own_signature() public {
        address account = address(new ContractAccount(provider.account));
        _give(_signer().account, account);

        vm.prank(stranger);
        _manage(SIGN, bytes.concat(hex"99", _signature(provider, _operationHash(SIGN))));

        assertEq(hub.viewPresigned(_hash()), account);
    }

    function test_an_order_of_an_unregistered_asset_is_managed_by_whom_it_names_as_owner() public {
        Answers asset = new Answers();
        asset.answer(IERC5313.owner.selector, abi.encode(stranger));
        _setAsset(address(asset));

        vm.startPrank(stranger);
        _manage(SIGN, "");
        _manage(CLOSE, "");
        vm.stopPrank();

        assertEq(hub.viewPresigned(_hash()), stranger);
        assertEq(hub.viewConsumed(_hash()), 1);
    }

    function test_an_asset_that_names_the_zero_account_has_nobody_who_could_sign() public {
        Answers asset = new Answers();
        asset.answer(IERC5313.owner.selector, abi.encode(address(0)));
        _setAsset(address(asset));

        vm.expectRevert(abi.encodeWithSelector(NotTheOrderSigner.selector, stranger, address(0), _operationHash(SIGN)));
        vm.prank(stranger);
        _manage(SIGN, new bytes(65));
    }

    function test_an_asset_without_code_is_told() public {
        _unreadable(stranger);
        _unreadable(address(0));
    }

    function test_an_asset_that_refuses_to_name_its_owner_is_told() public {
        Answers asset = new Answers();
        _unreadable(address(asset));
        asset.refuse(IERC5313.owner.selector);
        _unreadable(address(asset));
    }

    function test_an_asset_that_answers_less_than_an_owner_is_told() public {
        Answers asset = new Answers();
        asset.answer(IERC5313.owner.selector, "");
        _unreadable(address(asset));
        asset.answer(IERC5313.owner.selector, abi.encodePacked(stranger));
        _unreadable(address(asset));
    }

    function test_an_asset_that_burns_its_gas_is_told() public {
        Answers asset = new Answers();
        asset.burn(IERC5313.owner.selector);
        _setAsset(address(asset));
        bytes memory call = _managementCall(CLOSE, "");

        (bool done, bytes memory answer) = address(hub).call{ gas: 20_000_000 }(call);

        assertFalse(done);
        assertEq(answer, abi.encodeWithSelector(AssetUnreadable.selector, address(asset)));
    }

    function _unreadable(address asset) private {
        _setAsset(asset);

        vm.expectRevert(abi.encodeWithSelector(AssetUnreadable.selector, asset));
        _manage(CLOSE, "");
    }

    function _give(address from, address to) internal virtual;
    function _setAsset(address asset) internal virtual;
}
