// SPDX-License-Identifier: Apache-2.0
// One transaction at the token deposits, and matches the sender's own request if he says so.
pragma solidity 0.8.37;

import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {
    CallerIsNotTheRequester,
    NotTheToken,
    OperationFailed,
    SelectorMissing,
    UnsupportedOperation
} from "../../../src/hub/Deposits.sol";
import { InsufficientStake } from "../../../src/hub/Escrow.sol";
import { IHub } from "../../../src/interfaces/IHub.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { IMatchErrors } from "../../../src/libraries/MatchLib.sol";
import { Orders } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { vm } from "../../Vm.sol";

contract ReceiveApprovalTest is Work {
    address private sender;

    function setUp() public override {
        super.setUp();
        sender = requester.account;
        vm.startPrank(sender);
        hub.withdraw(DEPOSIT);
        vm.stopPrank();
    }

    // Deposit

    function test_an_approval_at_the_token_is_a_deposit() public {
        uint256 supply = hub.totalSupply();

        vm.expectEmit(address(hub));
        emit IHubEvents.Transfer(address(0), sender, 7e9);
        _approveAndCall(7e9, "");

        _assertAccount(sender, 7e9, 0);
        assertEq(rlc.balanceOf(sender), DEPOSIT - 7e9);
        assertEq(rlc.allowance(sender, address(hub)), 0);
        assertEq(rlc.balanceOf(address(hub)), supply + 7e9);
        assertEq(hub.totalSupply(), supply + 7e9);
    }

    function test_the_token_is_answered_true() public {
        vm.prank(sender);
        rlc.approve(address(hub), 7e9);

        vm.prank(address(rlc));
        assertTrue(hub.receiveApproval(sender, 7e9, address(rlc), ""));
    }

    function test_an_approval_of_nothing_is_fine() public {
        _approveAndCall(0, "");

        _assertAccount(sender, 0, 0);
    }

    function test_more_than_the_sender_has_is_refused_by_the_token() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, sender, DEPOSIT, DEPOSIT + 1)
        );
        _approveAndCall(DEPOSIT + 1, "");
    }

    // W4: nobody but the token may speak for the token

    function test_a_stranger_cannot_deposit_what_others_have_allowed() public {
        vm.prank(sender);
        rlc.approve(address(hub), DEPOSIT);

        vm.expectRevert(abi.encodeWithSelector(NotTheToken.selector, stranger.account, address(rlc), address(rlc)));
        vm.prank(stranger.account);
        hub.receiveApproval(sender, 1, address(rlc), "");

        assertEq(rlc.balanceOf(sender), DEPOSIT);
    }

    function test_not_even_the_sender_himself_can_speak_for_the_token() public {
        vm.startPrank(sender);
        rlc.approve(address(hub), DEPOSIT);

        vm.expectRevert(abi.encodeWithSelector(NotTheToken.selector, sender, address(rlc), address(rlc)));
        hub.receiveApproval(sender, 1, address(rlc), "");
    }

    function test_another_token_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(NotTheToken.selector, stranger.account, stranger.account, address(rlc)));
        vm.prank(stranger.account);
        hub.receiveApproval(sender, 1, stranger.account, "");
    }

    function test_the_token_cannot_speak_for_another() public {
        vm.expectRevert(abi.encodeWithSelector(NotTheToken.selector, address(rlc), stranger.account, address(rlc)));
        vm.prank(address(rlc));
        hub.receiveApproval(sender, 0, stranger.account, "");
    }

    function test_staked_rlc_is_not_rlc() public {
        vm.expectRevert(abi.encodeWithSelector(NotTheToken.selector, address(hub), address(hub), address(rlc)));
        vm.prank(sender);
        hub.approveAndCall(address(hub), 0, "");
    }

    // Deposit and match

    function test_an_approval_can_pay_for_the_senders_own_deal_at_once() public {
        Orders memory orders = _signedOrders();

        _approveAndCall(TASK_PRICE + 5, _matchCall(orders));

        _assertAccount(sender, 5, TASK_PRICE);
        _assertAccount(scheduler.account, DEPOSIT - POOL_STAKE, POOL_STAKE);
        assertEq(rlc.balanceOf(sender), DEPOSIT - TASK_PRICE - 5);
    }

    function test_a_deal_made_so_is_the_deal_that_a_match_makes() public {
        Orders memory orders = _signedOrders();
        uint256 here = vm.snapshotState();
        _fund(sender, TASK_PRICE);
        bytes32 dealid = _match(orders);
        bytes32 deal = keccak256(abi.encode(hub.viewDeal(dealid)));
        vm.revertToState(here);

        _approveAndCall(TASK_PRICE, _matchCall(orders));

        assertEq(keccak256(abi.encode(hub.viewDeal(dealid))), deal);
        assertEq(hub.viewDeal(dealid).sponsor, sender);
    }

    function test_a_deposit_comes_before_the_events_of_its_deal() public {
        Orders memory orders = _signedOrders();

        vm.expectEmit(address(hub));
        emit IHubEvents.Transfer(address(0), sender, TASK_PRICE);
        vm.expectEmit(address(hub));
        emit IHubEvents.Transfer(sender, address(hub), TASK_PRICE);
        vm.expectEmit(address(hub));
        emit IHubEvents.Lock(sender, TASK_PRICE);
        vm.expectEmit(address(hub));
        emit IHubEvents.Transfer(scheduler.account, address(hub), POOL_STAKE);
        vm.expectEmit(address(hub));
        emit IHubEvents.Lock(scheduler.account, POOL_STAKE);
        _approveAndCall(TASK_PRICE, _matchCall(orders));
    }

    function test_a_deposit_of_nothing_still_matches_what_the_account_can_pay() public {
        _fund(sender, TASK_PRICE);

        _approveAndCall(0, _matchCall(_signedOrders()));

        _assertAccount(sender, 0, TASK_PRICE);
    }

    function test_a_deal_that_the_deposit_does_not_cover_undoes_the_deposit() public {
        bytes memory data = _matchCall(_signedOrders());

        vm.expectRevert(abi.encodeWithSelector(InsufficientStake.selector, sender, TASK_PRICE - 1, TASK_PRICE));
        _approveAndCall(TASK_PRICE - 1, data);

        _assertAccount(sender, 0, 0);
        assertEq(rlc.balanceOf(sender), DEPOSIT);
    }

    function test_what_the_match_refuses_is_passed_on_word_for_word() public {
        Orders memory orders = _orders();
        orders.request.category = 1;
        _sign(orders);

        vm.expectRevert(abi.encodeWithSelector(IMatchErrors.CategoryMismatch.selector, 1, 0));
        _approveAndCall(TASK_PRICE, _matchCall(orders));
    }

    function test_the_request_of_somebody_else_is_refused() public {
        rlc.transfer(stranger.account, TASK_PRICE);
        bytes memory data = _matchCall(_signedOrders());

        vm.expectRevert(abi.encodeWithSelector(CallerIsNotTheRequester.selector));
        vm.prank(stranger.account);
        rlc.approveAndCall(address(hub), TASK_PRICE, data);
    }

    function test_an_operation_of_no_bytes_is_a_plain_deposit_and_one_of_four_bytes_has_to_be_a_match() public {
        vm.expectRevert(abi.encodeWithSelector(UnsupportedOperation.selector, bytes4(0)));
        _approveAndCall(1, hex"00000000");
    }

    function test_one_to_three_bytes_are_no_selector() public {
        for (uint256 length = 1; length < 4; ++length) {
            vm.expectRevert(abi.encodeWithSelector(SelectorMissing.selector, length));
            _approveAndCall(1, new bytes(length));
        }
    }

    function test_no_other_function_can_be_called_so() public {
        bytes4[5] memory selectors = [
            IHub.sponsorMatchOrders.selector,
            IHub.withdraw.selector,
            IHub.transfer.selector,
            IHub.receiveApproval.selector,
            IHub.multicall.selector
        ];
        for (uint256 i = 0; i < selectors.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(UnsupportedOperation.selector, selectors[i]));
            _approveAndCall(1, abi.encodePacked(selectors[i], new bytes(512)));
        }
    }

    function testFuzz_any_selector_but_that_of_a_match_is_refused_with_it(bytes4 selector) public {
        vm.assume(selector != IHub.matchOrders.selector);

        vm.expectRevert(abi.encodeWithSelector(UnsupportedOperation.selector, selector));
        _approveAndCall(1, abi.encodePacked(selector));
    }

    // What is no encoding of four orders

    function test_orders_that_cannot_be_decoded_fail_with_a_word() public {
        bytes memory data = _matchCall(_signedOrders());
        // The offset of the app order now points far beyond all data.
        _write(data, 4, type(uint256).max);

        vm.expectRevert(abi.encodeWithSelector(OperationFailed.selector));
        _approveAndCall(TASK_PRICE, data);
    }

    function test_a_requester_with_dirty_bits_is_no_requester() public {
        bytes memory data = _matchCall(_signedOrders());
        uint256 request = 4 + _read(data, 4 + 0x60);
        _write(data, request + 0xc0, uint256(uint160(sender)) | (uint256(1) << 160));

        vm.expectRevert(abi.encodeWithSelector(OperationFailed.selector));
        _approveAndCall(TASK_PRICE, data);
    }

    function test_orders_that_end_too_early_are_refused() public {
        bytes memory data = _matchCall(_signedOrders());
        uint256 request = _read(data, 4 + 0x60);
        // All of the request but its last fixed word.
        bytes memory cut = new bytes(4 + request + 15 * 32);
        for (uint256 i = 0; i < cut.length; ++i) {
            cut[i] = data[i];
        }

        vm.expectRevert(abi.encodeWithSelector(OperationFailed.selector));
        _approveAndCall(TASK_PRICE, cut);
    }

    function test_a_bare_selector_names_no_requester() public {
        vm.expectRevert(abi.encodeWithSelector(CallerIsNotTheRequester.selector));
        _approveAndCall(1, abi.encodePacked(IHub.matchOrders.selector));
    }

    /// The request whose requester is compared is the request that is matched, wherever its offset points.
    function testFuzz_no_offset_lets_a_stranger_match_the_request_of_somebody_else(uint256 offset) public {
        _fund(sender, 10 * TASK_PRICE);
        rlc.transfer(stranger.account, TASK_PRICE);
        bytes memory data = _matchCall(_signedOrders());
        // Behind the orders stands a word that names the stranger, for offsets to find.
        data = bytes.concat(data, abi.encode(stranger.account));
        _write(data, 4 + 0x60, offset % (data.length + 32));

        vm.prank(stranger.account);
        (bool done,) = address(rlc).call(abi.encodeCall(rlc.approveAndCall, (address(hub), TASK_PRICE, data)));

        assertFalse(done);
        assertEq(hub.frozenOf(sender), 0);
    }

    function test_an_offset_to_a_word_that_names_the_caller_finds_no_signed_request_there() public {
        _fund(sender, 10 * TASK_PRICE);
        rlc.transfer(stranger.account, TASK_PRICE);
        bytes memory data = bytes.concat(_matchCall(_signedOrders()), abi.encode(stranger.account), new bytes(512));
        _write(data, 4 + 0x60, data.length - 512 - 32 - 4 - 0xc0);

        vm.prank(stranger.account);
        (bool done, bytes memory answer) =
            address(rlc).call(abi.encodeCall(rlc.approveAndCall, (address(hub), TASK_PRICE, data)));

        // The requester was the caller, so the match began; what it read there was no request.
        assertFalse(done);
        assertNotEq(bytes32(answer), bytes32(CallerIsNotTheRequester.selector));
        assertEq(hub.frozenOf(sender), 0);
    }

    function _approveAndCall(uint256 amount, bytes memory data) private {
        vm.prank(sender);
        rlc.approveAndCall(address(hub), amount, data);
    }

    function _matchCall(Orders memory orders) private pure returns (bytes memory) {
        return abi.encodeCall(IHub.matchOrders, (orders.app, orders.dataset, orders.workerpool, orders.request));
    }

    function _read(bytes memory data, uint256 place) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), place))
        }
    }

    function _write(bytes memory data, uint256 place, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(add(data, 0x20), place), word)
        }
    }
}
