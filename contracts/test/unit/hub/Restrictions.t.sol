// SPDX-License-Identifier: Apache-2.0
// Whom a restriction lets in: everybody, the one it names, or the members of the group at its address (ERC-734).
pragma solidity 0.8.37;

import { IMatchErrors } from "../../../src/libraries/MatchLib.sol";
import { IERC734 } from "../../../src/libraries/SignatureLib.sol";
import { Answers, Group } from "../../support/Answers.sol";
import { Orders } from "../../support/Market.sol";
import { vm } from "../../Vm.sol";
import { MatchTest } from "./MatchTest.sol";

contract RestrictionsTest is MatchTest {
    bytes4 private constant QUESTION = IERC734.keyHasPurpose.selector;

    function test_no_restriction_lets_everybody_in() public {
        _letsIn(address(0));
    }

    function test_a_restriction_lets_in_the_one_that_it_names() public {
        _letsIn(requester.account);
    }

    function test_a_restriction_to_an_account_without_code_keeps_everybody_else_out() public {
        _keepsOut(stranger);
    }

    function test_a_group_lets_its_members_in() public {
        Group group = new Group();
        group.add(requester.account, 4);

        _letsIn(address(group));
    }

    function test_a_group_keeps_out_who_is_no_member() public {
        Group group = new Group();
        group.add(stranger, 4);

        _keepsOut(address(group));
    }

    function test_a_group_keeps_out_who_has_a_key_for_another_purpose() public {
        Group group = new Group();
        for (uint256 purpose = 0; purpose < 10; ++purpose) {
            if (purpose != 4) group.add(requester.account, purpose);
        }

        _keepsOut(address(group));
    }

    function test_a_group_is_asked_for_the_purpose_of_its_members() public {
        Answers group = _answers(abi.encode(true));
        bytes32 key = bytes32(uint256(uint160(requester.account)));

        vm.expectCall(address(group), abi.encodeCall(IERC734.keyHasPurpose, (key, 4)), 1);
        _letsIn(address(group));
        assertEq(hub.groupmember_purpose(), 4);
    }

    function test_a_group_that_says_no_keeps_out() public {
        _keepsOut(address(_answers(abi.encode(false))));
    }

    function test_a_group_that_says_anything_but_true_keeps_out() public {
        _keepsOut(address(_answers(abi.encode(2))));
        _keepsOut(address(_answers(abi.encode(type(uint256).max))));
        _keepsOut(address(_answers(abi.encode(uint256(1) << 255))));
    }

    function test_a_group_that_reverts_keeps_out() public {
        Answers group = new Answers();
        _keepsOut(address(group));
        group.refuse(QUESTION);
        _keepsOut(address(group));
    }

    function test_a_group_that_answers_nothing_keeps_out() public {
        _keepsOut(address(_answers("")));
    }

    function test_a_group_that_answers_with_less_than_a_word_keeps_out() public {
        _keepsOut(address(_answers(hex"01")));
        _keepsOut(address(_answers(bytes.concat(new bytes(30), hex"01"))));
    }

    function test_the_yes_of_one_group_is_never_taken_for_the_silence_of_the_next() public {
        address silent = address(_answers(""));
        Orders memory orders = _restricted(silent);
        orders.app.workerpoolrestrict = address(_answers(abi.encode(true)));

        _refuses(orders, _compared(IMatchErrors.RequesterRefusedByApp.selector, silent, requester.account));
    }

    function test_a_group_that_answers_with_more_than_a_word_is_understood() public {
        _letsIn(address(_answers(abi.encode(true, false, "and a long story"))));
        _keepsOut(address(_answers(abi.encode(false, true))));
    }

    function test_a_group_that_burns_its_gas_keeps_out() public {
        Answers group = new Answers();
        group.burn(QUESTION);

        _keepsOut(address(group));
    }

    function test_a_group_cannot_change_anything_when_it_is_asked() public {
        CountsQuestions group = new CountsQuestions();

        _keepsOut(address(group));
        assertEq(group.asked(), 0);
    }

    function test_an_asset_at_the_place_of_a_group_keeps_everybody_else_out() public {
        _keepsOut(app);
        _keepsOut(address(hub));
    }

    function test_who_leaves_a_group_is_kept_out_from_then_on() public {
        Answers group = _answers(abi.encode(true));
        _letsIn(address(group));

        group.answer(QUESTION, abi.encode(false));

        _keepsOut(address(group));
    }

    function _letsIn(address restriction) private {
        _accepts(_restricted(restriction));
    }

    function _keepsOut(address restriction) private {
        Orders memory orders = _restricted(restriction);
        _sign(orders);

        vm.expectRevert(_compared(IMatchErrors.RequesterRefusedByApp.selector, restriction, requester.account));
        hub.matchOrders{ gas: 20_000_000 }(orders.app, orders.dataset, orders.workerpool, orders.request);
    }

    function _restricted(address restriction) private returns (Orders memory orders) {
        orders = _orders();
        orders.app.requesterrestrict = restriction;
    }

    function _answers(bytes memory answer) private returns (Answers group) {
        group = new Answers();
        group.answer(QUESTION, answer);
    }
}

/// A group that wants to remember every question, which it may not.
contract CountsQuestions {
    uint256 public asked;

    function keyHasPurpose(bytes32, uint256) external returns (bool) {
        ++asked;
        return true;
    }
}
