// SPDX-License-Identifier: Apache-2.0
// verifySignature, verifyPresignature and verifyPresignatureOrSignature: who has signed what, by key, by code or on chain.
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import { InvalidSignatureLength } from "../../../src/libraries/SignatureLib.sol";
import { OrderOperationEnum, RequestOrder, RequestOrderOperation } from "../../../src/types/Orders.sol";
import { Answers, ContractAccount, Delegate } from "../../support/Answers.sol";
import { Market, Person } from "../../support/Market.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { vm } from "../../Vm.sol";

contract SignaturesTest is Market {
    bytes32 private constant HASH = keccak256("what is signed");
    uint256 private constant CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    // Keys

    function testFuzz_the_signature_of_a_key_is_its_account_s(uint256 key, bytes32 hash) public view {
        Person memory person = _personOf(bound(key, 1, CURVE_ORDER - 1));

        assertTrue(hub.verifySignature(person.account, hash, _signature(person, hash)));
        assertTrue(hub.verifyPresignatureOrSignature(person.account, hash, _signature(person, hash)));
    }

    function testFuzz_a_compact_signature_of_a_key_is_its_account_s(uint256 key, bytes32 hash) public view {
        Person memory person = _personOf(bound(key, 1, CURVE_ORDER - 1));

        assertTrue(hub.verifySignature(person.account, hash, _compact(person, hash)));
        assertTrue(hub.verifyPresignatureOrSignature(person.account, hash, _compact(person, hash)));
    }

    function testFuzz_the_signature_of_a_key_is_nobody_else_s(address account, bytes32 hash) public view {
        vm.assume(account != requester.account && account.code.length == 0);

        assertFalse(hub.verifySignature(account, hash, _signature(requester, hash)));
        assertFalse(hub.verifySignature(account, hash, _compact(requester, hash)));
    }

    function testFuzz_a_signature_over_another_hash_is_worth_nothing(bytes32 hash) public view {
        vm.assume(hash != HASH);

        assertFalse(hub.verifySignature(requester.account, hash, _signature(requester, HASH)));
    }

    function test_the_twin_of_a_signature_with_a_high_s_is_refused() public view {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(requester.key, HASH);
        bytes memory twin = abi.encodePacked(r, bytes32(CURVE_ORDER - uint256(s)), uint8(55 - v));

        assertEq(ecrecover(HASH, 55 - v, r, bytes32(CURVE_ORDER - uint256(s))), requester.account);
        assertFalse(hub.verifySignature(requester.account, HASH, twin));
    }

    function test_only_27_and_28_are_a_v() public view {
        (uint8 right, bytes32 r, bytes32 s) = vm.sign(requester.key, HASH);

        for (uint256 v = 0; v < 256; ++v) {
            assertEq(hub.verifySignature(requester.account, HASH, abi.encodePacked(r, s, uint8(v))), v == right);
        }
    }

    function test_any_other_length_is_refused_with_it() public {
        for (uint256 length = 0; length <= 130; ++length) {
            if (length == 64 || length == 65) continue;

            vm.expectRevert(abi.encodeWithSelector(InvalidSignatureLength.selector, length));
            hub.verifySignature(requester.account, HASH, new bytes(length));
        }
    }

    function test_a_signature_with_one_more_byte_is_refused_with_its_length() public {
        bytes memory signature = bytes.concat(_signature(requester, HASH), hex"00");

        vm.expectRevert(abi.encodeWithSelector(InvalidSignatureLength.selector, uint256(66)));
        hub.verifySignature(requester.account, HASH, signature);
    }

    function test_any_other_length_is_refused_with_it_where_an_approval_on_chain_would_do() public {
        vm.expectRevert(abi.encodeWithSelector(InvalidSignatureLength.selector, uint256(0)));
        hub.verifyPresignatureOrSignature(requester.account, HASH, "");
    }

    // The zero account

    function testFuzz_the_zero_account_never_signs(bytes32 hash, bytes32 r, bytes32 s, uint8 v) public view {
        assertFalse(hub.verifySignature(address(0), hash, abi.encodePacked(r, s, v)));
        assertFalse(hub.verifySignature(address(0), hash, abi.encodePacked(r, s)));
        assertFalse(hub.verifyPresignatureOrSignature(address(0), hash, abi.encodePacked(r, s, v)));
    }

    function test_the_zero_account_has_not_signed_when_the_recovery_fails() public view {
        assertEq(ecrecover(HASH, 0, 0, 0), address(0));
        assertFalse(hub.verifySignature(address(0), HASH, new bytes(65)));
        assertFalse(hub.verifySignature(address(0), HASH, new bytes(64)));
    }

    function test_the_zero_account_has_approved_nothing_on_chain() public view {
        assertEq(hub.viewPresigned(HASH), address(0));
        assertFalse(hub.verifyPresignature(address(0), HASH));
    }

    // Contracts

    function test_a_contract_signs_by_saying_so() public {
        Answers account = _answers(abi.encode(IERC1271.isValidSignature.selector));

        assertTrue(hub.verifySignature(address(account), HASH, "anything"));
        assertTrue(hub.verifyPresignatureOrSignature(address(account), HASH, ""));
    }

    function test_a_contract_is_asked_about_this_hash_and_these_bytes() public {
        Answers account = _answers(abi.encode(IERC1271.isValidSignature.selector));

        vm.expectCall(address(account), abi.encodeCall(IERC1271.isValidSignature, (HASH, hex"001122")));
        hub.verifySignature(address(account), HASH, hex"001122");
    }

    function test_a_contract_judges_signatures_of_any_length() public {
        ContractAccount account = new ContractAccount(requester.account);
        bytes memory signature = bytes.concat(hex"99", _signature(requester, HASH));

        assertTrue(hub.verifySignature(address(account), HASH, signature));
        assertFalse(hub.verifySignature(address(account), HASH, _signature(requester, HASH)));
        assertFalse(hub.verifySignature(address(account), keccak256("else"), signature));
    }

    function test_a_contract_that_says_no_has_not_signed() public {
        _assertNotSigned(_answers(abi.encode(bytes4(0xffffffff))));
        _assertNotSigned(_answers(abi.encode(true)));
        _assertNotSigned(_answers(abi.encode(false)));
    }

    function test_a_contract_that_reverts_has_not_signed() public {
        Answers account = new Answers();
        _assertNotSigned(account);
        account.refuse(IERC1271.isValidSignature.selector);
        _assertNotSigned(account);
    }

    function test_a_contract_that_answers_nothing_has_not_signed() public {
        _assertNotSigned(_answers(""));
    }

    function test_a_contract_that_answers_with_less_than_a_word_has_not_signed() public {
        _assertNotSigned(_answers(abi.encodePacked(IERC1271.isValidSignature.selector)));
        _assertNotSigned(_answers(abi.encodePacked(IERC1271.isValidSignature.selector, bytes27(0))));
    }

    function test_a_contract_that_answers_with_more_than_the_four_bytes_has_not_signed() public {
        _assertNotSigned(_answers(abi.encode(uint256(bytes32(IERC1271.isValidSignature.selector)) | 1)));
    }

    function test_a_contract_that_answers_the_four_bytes_at_the_wrong_end_has_not_signed() public {
        _assertNotSigned(_answers(abi.encode(uint32(IERC1271.isValidSignature.selector))));
    }

    function test_a_contract_that_burns_its_gas_has_not_signed() public {
        Answers account = new Answers();
        account.burn(IERC1271.isValidSignature.selector);

        assertFalse(hub.verifySignature{ gas: 1_000_000 }(address(account), HASH, "anything"));
    }

    function test_a_contract_with_an_answer_of_great_length_is_understood() public {
        Answers account = _answers(bytes.concat(abi.encode(IERC1271.isValidSignature.selector), new bytes(10_000)));

        assertTrue(hub.verifySignature(address(account), HASH, ""));
    }

    // Accounts with both a key and code (EIP-7702)

    function test_an_account_that_delegates_to_code_keeps_signing_with_its_key() public {
        _delegate(requester.account, address(new Delegate()));

        assertTrue(hub.verifySignature(requester.account, HASH, _signature(requester, HASH)));
        assertTrue(hub.verifySignature(requester.account, HASH, _compact(requester, HASH)));
        assertTrue(hub.verifyPresignatureOrSignature(requester.account, HASH, _signature(requester, HASH)));
    }

    function test_an_account_that_delegates_to_code_signs_with_its_code_too() public {
        _delegate(requester.account, address(new Delegate()));

        assertTrue(hub.verifySignature(requester.account, HASH, "delegate"));
        assertFalse(hub.verifySignature(requester.account, HASH, "nobody"));
    }

    function test_an_account_that_delegates_to_code_which_reverts_keeps_signing_with_its_key() public {
        _delegate(requester.account, address(new Answers()));

        assertTrue(hub.verifySignature(requester.account, HASH, _signature(requester, HASH)));
        assertFalse(hub.verifySignature(requester.account, HASH, _signature(provider, HASH)));
        assertFalse(hub.verifySignature(requester.account, HASH, ""));
    }

    function test_an_account_whose_delegate_has_no_code_keeps_signing_with_its_key() public {
        _delegate(requester.account, address(0xdead));

        assertTrue(hub.verifySignature(requester.account, HASH, _signature(requester, HASH)));
        assertFalse(hub.verifySignature(requester.account, HASH, _signature(provider, HASH)));
    }

    // Approval on chain

    function test_what_is_approved_on_chain_is_signed_by_who_approved_it_and_nobody_else() public {
        bytes32 hash = _presigned();

        assertTrue(hub.verifyPresignature(requester.account, hash));
        assertFalse(hub.verifyPresignature(provider.account, hash));
        assertFalse(hub.verifyPresignature(address(0), hash));
        assertFalse(hub.verifyPresignature(requester.account, HASH));
    }

    function test_what_is_approved_on_chain_needs_no_signature() public {
        bytes32 hash = _presigned();

        assertTrue(hub.verifyPresignatureOrSignature(requester.account, hash, ""));
        assertTrue(hub.verifyPresignatureOrSignature(requester.account, hash, new bytes(64)));
        assertTrue(hub.verifyPresignatureOrSignature(requester.account, hash, new bytes(65)));
        assertTrue(hub.verifyPresignatureOrSignature(requester.account, hash, "no signature at all"));
    }

    function test_an_approval_on_chain_is_no_signature() public {
        bytes32 hash = _presigned();

        assertFalse(hub.verifySignature(requester.account, hash, new bytes(65)));
    }

    function test_an_account_with_code_needs_no_further_answer_for_what_it_approved_on_chain() public {
        bytes32 hash = _presigned();
        _delegate(requester.account, address(new Answers()));

        assertTrue(hub.verifyPresignatureOrSignature(requester.account, hash, ""));
    }

    function _assertNotSigned(Answers account) private view {
        assertFalse(hub.verifySignature(address(account), HASH, "anything"));
        assertFalse(hub.verifyPresignatureOrSignature(address(account), HASH, new bytes(65)));
    }

    function _answers(bytes memory answer) private returns (Answers account) {
        account = new Answers();
        account.answer(IERC1271.isValidSignature.selector, answer);
    }

    function _delegate(address account, address code) private {
        vm.etch(account, abi.encodePacked(hex"ef0100", code));
    }

    function _presigned() private returns (bytes32) {
        RequestOrder memory order = _orders().request;
        vm.prank(requester.account);
        hub.manageRequestOrder(RequestOrderOperation(order, OrderOperationEnum.SIGN, ""));
        return OrderHash.orderHash(hub, order);
    }

    function _compact(Person memory person, bytes32 hash) private pure returns (bytes memory) {
        (bytes32 r, bytes32 vs) = vm.signCompact(person.key, hash);
        return abi.encodePacked(r, vs);
    }

    function _personOf(uint256 key) private pure returns (Person memory) {
        return Person(vm.addr(key), key);
    }
}
