// SPDX-License-Identifier: Apache-2.0
// Attacks on weaknesses that such markets have had, by the names of docs/audit.md: each fails here.
pragma solidity 0.8.37;

import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { NotTheToken, TransferFailed } from "../../../src/hub/Deposits.sol";
import { DatasetNotRegistered, RequestOrderNotSigned, WorkerpoolNotRegistered } from "../../../src/hub/Matching.sol";
import { NotTheOrderSigner } from "../../../src/hub/OrderManagement.sol";
import { IHub } from "../../../src/interfaces/IHub.sol";
import { AppOrderOperation, OrderOperationEnum, RequestOrderOperation } from "../../../src/types/Orders.sol";
import { TaskStatusEnum } from "../../../src/types/Views.sol";
import { Answers } from "../../support/Answers.sol";
import { Orders } from "../../support/Market.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { OtherToken } from "../../support/OtherToken.sol";
import { BombReceiver, GreedyReceiver, ReenteringReceiver } from "../../support/Receivers.sol";
import { vm } from "../../Vm.sol";

/// An owner, a signer and a group in one, that says yes to everything, but not before it has tried to act on the hub. It
/// says no as soon as one of its tries succeeds: so a yes proves that none did.
contract Intruder {
    address private immutable HUB;
    bytes[] private tries;

    constructor(address hub) {
        HUB = hub;
    }

    function prepare(bytes calldata message) external {
        tries.push(message);
    }

    function owner() external returns (address) {
        return _intrudes() ? address(0xbad) : address(this);
    }

    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        return _intrudes() ? bytes4(0) : this.isValidSignature.selector;
    }

    function keyHasPurpose(bytes32, uint256) external returns (bool) {
        return !_intrudes();
    }

    /// A write in a static call burns all its gas, so each try gets some only.
    function _intrudes() private returns (bool succeeded) {
        for (uint256 i = 0; i < tries.length; ++i) {
            (bool done,) = HUB.call{ gas: 200_000 }(tries[i]);
            if (done) succeeded = true;
        }
    }
}

contract WeaknessesTest is OtherToken {
    bytes private constant GARBAGE = new bytes(65);

    // W1: the zero account signs everything

    function test_W1_garbage_is_no_signature_of_the_zero_account() public view {
        assertFalse(hub.verifySignature(address(0), "any hash", GARBAGE));
        assertFalse(hub.verifySignature(address(0), "any hash", new bytes(64)));
        assertFalse(hub.verifyPresignature(address(0), "any hash"));
        assertFalse(hub.verifyPresignatureOrSignature(address(0), "any hash", GARBAGE));
    }

    function test_W1_a_sponsor_cannot_forge_a_request_of_nobody() public {
        Orders memory orders = _signedOrders();
        orders.request.requester = address(0);
        orders.request.sign = GARBAGE;
        bytes32 hash = OrderHash.orderHash(hub, orders.request);

        vm.expectRevert(abi.encodeWithSelector(RequestOrderNotSigned.selector, address(0), hash));
        vm.prank(sponsor.account);
        hub.sponsorMatchOrders(orders.app, orders.dataset, orders.workerpool, orders.request);
    }

    function test_W1_nobody_s_request_is_not_approved_on_chain_either() public {
        Orders memory orders = _orders();
        orders.request.requester = address(0);
        bytes32 hash =
            OrderHash.operationHash(hub, OrderHash.REQUEST_OPERATION, OrderHash.structHash(orders.request), 0);

        vm.expectRevert(abi.encodeWithSelector(NotTheOrderSigner.selector, stranger.account, address(0), hash));
        vm.prank(stranger.account);
        hub.manageRequestOrder(RequestOrderOperation(orders.request, OrderOperationEnum.SIGN, GARBAGE));
    }

    // W4: receiveApproval believes its argument

    function test_W4_a_stranger_cannot_turn_an_allowance_and_a_signed_request_into_a_deal() public {
        vm.startPrank(requester.account);
        hub.withdraw(DEPOSIT);
        rlc.approve(address(hub), DEPOSIT);
        vm.stopPrank();
        Orders memory orders = _signedOrders();
        bytes memory data =
            abi.encodeCall(IHub.matchOrders, (orders.app, orders.dataset, orders.workerpool, orders.request));

        vm.expectRevert(abi.encodeWithSelector(NotTheToken.selector, stranger.account, address(rlc), address(rlc)));
        vm.prank(stranger.account);
        hub.receiveApproval(requester.account, TASK_PRICE, address(rlc), data);

        assertEq(rlc.balanceOf(requester.account), DEPOSIT);
    }

    function test_W4_not_even_through_a_multicall() public {
        vm.prank(requester.account);
        rlc.approve(address(hub), DEPOSIT);
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(IHub.receiveApproval, (requester.account, 1, address(rlc), ""));

        vm.expectRevert(abi.encodeWithSelector(NotTheToken.selector, stranger.account, address(rlc), address(rlc)));
        vm.prank(stranger.account);
        hub.multicall(calls);
    }

    // W5: foreign code runs in the middle of a call

    function test_W5_what_the_intruder_tries_would_work_at_any_other_moment() public {
        Intruder intruder = _intruder();

        assertEq(intruder.owner(), address(0xbad));
        assertEq(hub.balanceOf(address(intruder)), 1e9 - 2);
        assertEq(hub.allowance(address(intruder), stranger.account), 1);
    }

    function test_W5_an_owner_that_signs_by_code_cannot_act_while_it_is_asked() public {
        Intruder intruder = _intruder();
        vm.prank(developer.account);
        apps.transferFrom(developer.account, address(intruder), uint160(app));
        Orders memory orders = _signedOrders();
        orders.app.sign = "anything";

        bytes32 dealid = _match(orders);

        assertEq(hub.viewDeal(dealid).app.owner, address(intruder));
        assertEq(hub.balanceOf(address(intruder)), 1e9);
    }

    function test_W5_a_requester_that_signs_by_code_cannot_withdraw_its_price_while_it_is_asked() public {
        Intruder intruder = _intruder();
        _fund(address(intruder), TASK_PRICE - 1e9);
        intruder.prepare(abi.encodeCall(IHub.withdraw, (TASK_PRICE)));
        Orders memory orders = _orders();
        orders.request.requester = address(intruder);
        _sign(orders);
        orders.request.sign = "anything";

        _match(orders);

        _assertAccount(address(intruder), 0, TASK_PRICE);
    }

    function test_W5_a_group_cannot_act_while_it_is_asked() public {
        Intruder intruder = _intruder();
        Orders memory orders = _orders();
        orders.app.requesterrestrict = orders.workerpool.requesterrestrict = address(intruder);
        _sign(orders);

        bytes32 dealid = _match(orders);

        assertEq(hub.viewDeal(dealid).requester, requester.account);
        assertEq(hub.balanceOf(address(intruder)), 1e9);
    }

    function test_W5_an_asset_cannot_act_while_it_is_asked_for_its_owner() public {
        Intruder intruder = _intruder();
        Orders memory orders = _orders();
        orders.app.app = address(intruder);
        bytes32 hash = OrderHash.orderHash(hub, orders.app);

        hub.manageAppOrder(AppOrderOperation(orders.app, OrderOperationEnum.SIGN, "anything"));

        assertEq(hub.viewPresigned(hash), address(intruder));
        assertEq(hub.balanceOf(address(intruder)), 1e9);
    }

    function test_W5_the_owner_of_an_unregistered_dataset_is_never_asked() public {
        Answers foreign = new Answers();
        Orders memory orders = _orders();
        _addDataset(orders);
        orders.dataset.dataset = orders.request.dataset = address(foreign);
        _sign(orders);

        vm.expectCall(address(foreign), abi.encodeWithSelector(Intruder.owner.selector), 0);
        vm.expectRevert(abi.encodeWithSelector(DatasetNotRegistered.selector, address(foreign)));
        _match(orders);
    }

    function test_W5_the_owner_of_an_unregistered_workerpool_is_never_asked() public {
        Answers foreign = new Answers();
        Orders memory orders = _orders();
        orders.workerpool.workerpool = address(foreign);
        _sign(orders);

        vm.expectCall(address(foreign), abi.encodeWithSelector(Intruder.owner.selector), 0);
        vm.expectRevert(abi.encodeWithSelector(WorkerpoolNotRegistered.selector, address(foreign)));
        _match(orders);
    }

    function test_W5_a_receiver_cannot_end_another_task_while_its_own_is_settled() public {
        bytes32 victim = _taskOfTrust(4);
        skipTime(10 * TIMEREF_XS);
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(IHub.claim, (victim));

        _assertRefusedInCallback(abi.encodeCall(IHub.claim, (victim)));
        _assertRefusedInCallback(abi.encodeCall(IHub.multicall, (calls)));

        _assertStatus(victim, TaskStatusEnum.ACTIVE);
    }

    /// Stake that is a receiver's own is not the hub's concern, and the task is settled by then.
    function test_W5_a_receiver_may_move_its_own_free_stake() public {
        ReenteringReceiver receiver = new ReenteringReceiver();
        _fund(address(receiver), 5e9);
        receiver.prepare(address(hub), abi.encodeCall(IHub.transfer, (stranger.account, 5e9)));

        _complete(_taskWithCallback(address(receiver), 1));

        assertTrue(receiver.succeeded());
        _assertAccount(stranger.account, 5e9, 0);
    }

    function test_W5_a_token_that_calls_back_cannot_have_a_withdrawal_twice() public {
        loose.mint(address(loose), 10);
        vm.prank(address(loose));
        looseHub.deposit(10);
        loose.interrupt(address(looseHub), abi.encodeCall(IHub.withdraw, (10)));

        vm.expectRevert(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
        vm.prank(address(loose));
        looseHub.withdraw(10);

        assertEq(looseHub.balanceOf(address(loose)), 10);
    }

    function test_W5_the_guard_of_one_half_of_the_hub_holds_in_the_other() public {
        loose.interrupt(address(looseHub), abi.encodeCall(IHub.claimArray, (new bytes32[](0))));

        vm.expectRevert(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
        looseHub.deposit(0);
    }

    // W6: accounts with a key and code cannot sign with their key

    function test_W6_a_requester_whose_account_delegates_to_code_trades_with_his_key() public {
        vm.etch(requester.account, abi.encodePacked(hex"ef0100", address(new Answers())));

        bytes32 dealid = _match(_signedOrders());

        assertEq(hub.viewDeal(dealid).requester, requester.account);
    }

    function test_W6_a_scheduler_whose_account_delegates_to_code_authorises_with_his_key() public {
        bytes32 taskid = _taskOfTrust(1);
        vm.etch(scheduler.account, abi.encodePacked(hex"ef0100", address(new Answers())));

        _contribute(workers[0], taskid, RESULT);

        _assertStatus(taskid, TaskStatusEnum.REVEALING);
    }

    // W11: the owner of the hub blocks who does not please him

    function test_W11_the_owner_cannot_block_a_settlement_by_the_gas_of_its_callback() public {
        vm.prank(owner.account);
        hub.setCallbackGas(1_000_000);
        bytes32 taskid = _taskWithCallback(address(new GreedyReceiver()), 1);

        uint256 before = gasleft();
        _complete(taskid);

        assertLt(before - gasleft(), 3_000_000);
        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
    }

    function test_W11_whatever_the_owner_sets_a_running_task_ends_and_everybody_takes_his_money() public {
        bytes32 taskid = _revealedTask();
        vm.startPrank(owner.account);
        hub.setTeeBroker(owner.account);
        hub.setCallbackGas(0);
        hub.createCategory("", "", 0);
        hub.recover();
        vm.stopPrank();

        _finalize(taskid);

        for (uint256 i = 0; i < 2; ++i) {
            vm.startPrank(workers[i].account);
            hub.withdraw(hub.balanceOf(workers[i].account));
            vm.stopPrank();
            assertGt(rlc.balanceOf(workers[i].account), DEPOSIT);
        }
        assertEq(rlc.balanceOf(owner.account), 0);
        assertEq(hub.balanceOf(owner.account), 0);
    }

    // W12: a withdrawal whose transfer failed burns the stake

    function test_W12_a_transfer_that_answers_false_leaves_the_stake() public {
        loose.mint(requester.account, 5);
        vm.prank(requester.account);
        looseHub.deposit(5);
        loose.refuse();

        vm.expectRevert(abi.encodeWithSelector(TransferFailed.selector, requester.account, 5));
        vm.prank(requester.account);
        looseHub.withdraw(5);

        assertEq(looseHub.balanceOf(requester.account), 5);
    }

    // Beyond the list

    function test_a_receiver_cannot_make_who_finalizes_pay_for_a_huge_answer() public {
        bytes32 taskid = _taskWithCallback(address(new BombReceiver(false)), 1);

        _complete(taskid);

        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
    }

    function test_the_kitty_s_funds_are_nobody_s_to_move() public {
        _failedTask();
        address kitty = hub.kitty_address();

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, kitty, 0, POOL_STAKE));
        vm.prank(stranger.account);
        hub.transferFrom(kitty, stranger.account, POOL_STAKE);
    }

    function test_what_is_locked_in_the_hub_s_account_is_nobody_s_to_move() public {
        _dealOfTrust(1);

        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, stranger.account, 0, 1)
        );
        vm.prank(stranger.account);
        hub.transferFrom(address(hub), stranger.account, 1);
    }

    /// Has some stake, and tries to withdraw it, to give it away, to approve somebody, and to end what may end.
    function _intruder() private returns (Intruder intruder) {
        intruder = new Intruder(address(hub));
        _fund(address(intruder), 1e9);
        intruder.prepare(abi.encodeCall(IHub.withdraw, (1)));
        intruder.prepare(abi.encodeCall(IHub.transfer, (stranger.account, 1)));
        intruder.prepare(abi.encodeCall(IHub.approve, (stranger.account, 1)));
        intruder.prepare(abi.encodeCall(IHub.deposit, (0)));
        intruder.prepare(abi.encodeCall(IHub.claimArray, (new bytes32[](0))));
        intruder.prepare(abi.encodeCall(IHub.initializeArray, (new bytes32[](0), new uint256[](0))));
    }

    function _assertRefusedInCallback(bytes memory message) private {
        ReenteringReceiver receiver = new ReenteringReceiver();
        receiver.prepare(address(hub), message);

        _complete(_taskWithCallback(address(receiver), 1));

        assertTrue(receiver.called());
        assertFalse(receiver.succeeded());
        assertEq(
            receiver.answer(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }

    /// One worker does it all.
    function _complete(bytes32 taskid) private {
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, address(0));
        vm.prank(workers[0].account);
        hub.contributeAndFinalize(taskid, _digest(RESULT), "", bytes(RESULT), address(0), "", permit);
    }
}
