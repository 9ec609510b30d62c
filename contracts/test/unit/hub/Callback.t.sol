// SPDX-License-Identifier: Apache-2.0
// result: a deal may name a receiver, which is told last and can spoil nothing. And `resultFor`.
pragma solidity 0.8.37;

import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { TaskNotCompleted } from "../../../src/hub/Views.sol";
import { IHub } from "../../../src/interfaces/IHub.sol";
import {
    AppOrderOperation,
    DatasetOrderOperation,
    RequestOrderOperation,
    WorkerpoolOrderOperation
} from "../../../src/types/Orders.sol";
import { Account, Task, TaskStatusEnum } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import {
    BombReceiver,
    GreedyReceiver,
    Receiver,
    ReenteringReceiver,
    RevertingReceiver
} from "../../support/Receivers.sol";
import { vm } from "../../Vm.sol";
import { CallbackScene } from "./CallbackScene.sol";

contract CallbackTest is CallbackScene {
    bytes[] private calls;

    function test_a_receiver_is_told_the_task_and_the_data_once() public {
        Receiver receiver = new Receiver();
        bytes32 taskid = _revealedTaskFor(address(receiver));

        vm.expectCall(address(receiver), abi.encodeCall(Receiver.receiveResult, (taskid, bytes(RESULT))), 1);
        _finalizeWith(taskid, "link", bytes(RESULT));

        assertEq(receiver.calls(), 1);
        assertEq(receiver.id(), taskid);
        assertEq(receiver.data(), bytes(RESULT));
    }

    function test_a_receiver_is_told_after_the_task_is_completed() public {
        ReenteringReceiver receiver = new ReenteringReceiver();
        _setCallbackGas(1_000_000);
        bytes32 taskid = _revealedTaskFor(address(receiver));
        receiver.prepare(address(hub), abi.encodeCall(IHub.viewTask, (taskid)));

        _finalizeWith(taskid, "link", bytes(RESULT));

        assertTrue(receiver.succeeded());
        Task memory seen = abi.decode(receiver.answer(), (Task));
        assertEq(uint256(seen.status), uint256(TaskStatusEnum.COMPLETED));
        assertEq(seen.results, "link");
    }

    function test_a_receiver_is_told_after_everybody_is_paid() public {
        ReenteringReceiver receiver = new ReenteringReceiver();
        bytes32 taskid = _revealedTaskFor(address(receiver));
        receiver.prepare(address(hub), abi.encodeCall(IHub.viewAccount, (workers[0].account)));

        _finalizeWith(taskid, "link", bytes(RESULT));

        Account memory seen = abi.decode(receiver.answer(), (Account));
        assertEq(seen.stake, DEPOSIT + 9_900_000_000);
        assertEq(seen.locked, 0);
    }

    function test_a_receiver_is_told_after_one_transaction_did_it_all() public {
        ReenteringReceiver receiver = new ReenteringReceiver();
        bytes32 taskid = _taskWithCallback(address(receiver), 1);
        receiver.prepare(address(hub), abi.encodeCall(IHub.resultFor, (taskid)));

        _submit(taskid);

        assertEq(abi.decode(receiver.answer(), (bytes)), bytes(RESULT));
    }

    function test_a_plain_account_may_be_the_receiver() public {
        _assertCompletes(stranger.account);
    }

    function test_a_precompile_may_be_the_receiver() public {
        _assertCompletes(address(4));
    }

    function test_the_hub_itself_may_be_the_receiver() public {
        _assertCompletes(address(hub));
    }

    function test_the_token_may_be_the_receiver() public {
        _assertCompletes(address(rlc));
    }

    function test_a_receiver_that_reverts_does_not_stop_the_task() public {
        _assertCompletes(address(new RevertingReceiver()));
    }

    function test_a_receiver_that_burns_all_its_gas_does_not_stop_the_task() public {
        _assertCompletes(address(new GreedyReceiver()));
    }

    function test_a_receiver_that_answers_with_a_bomb_does_not_stop_the_task() public {
        _assertCompletes(address(new BombReceiver(false)));
    }

    function test_a_receiver_that_reverts_with_a_bomb_does_not_stop_the_task() public {
        _assertCompletes(address(new BombReceiver(true)));
    }

    function test_no_guarded_function_can_be_called_by_a_receiver() public {
        _listGuardedCalls();

        for (uint256 i = 0; i < calls.length; ++i) {
            ReenteringReceiver receiver = new ReenteringReceiver();
            receiver.prepare(address(hub), calls[i]);
            bytes32 taskid = _taskWithCallback(address(receiver), 1);
            _submit(taskid);

            string memory which = string.concat("call ", vm.toString(i));
            assertTrue(receiver.called(), which);
            assertFalse(receiver.succeeded(), which);
            assertEq(
                receiver.answer(),
                abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector),
                which
            );
            _assertStatus(taskid, TaskStatusEnum.COMPLETED);
        }
    }

    function test_a_receiver_cannot_deposit_through_the_token_either() public {
        ReenteringReceiver receiver = new ReenteringReceiver();
        receiver.prepare(address(rlc), abi.encodeCall(rlc.approveAndCall, (address(hub), 0, "")));

        _submit(_taskWithCallback(address(receiver), 1));

        assertTrue(receiver.called());
        assertFalse(receiver.succeeded());
        assertEq(
            receiver.answer(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
    }

    function test_the_guard_is_lifted_after_the_callback() public {
        ReenteringReceiver receiver = new ReenteringReceiver();
        receiver.prepare(address(hub), abi.encodeCall(IHub.withdraw, (0)));
        _submit(_taskWithCallback(address(receiver), 1));

        bytes32 taskid = _taskOfTrust(1);

        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
    }

    function test_callback_data_of_thirty_kilobytes_arrive_whole() public {
        Receiver receiver = new Receiver();
        _setCallbackGas(1_000_000);
        bytes32 taskid = _taskWithCallback(address(receiver), 1);
        bytes memory data = new bytes(30_000);
        bytes memory message = abi.encodeCall(Receiver.receiveResult, (taskid, data));
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, address(0));

        vm.expectCall(address(receiver), message, 1);
        vm.prank(workers[0].account);
        hub.contributeAndFinalize(taskid, keccak256(data), "link", data, address(0), "", permit);

        assertEq(hub.resultFor(taskid), data);
    }

    function test_the_result_of_a_completed_task_is_its_callback_data() public {
        bytes32 taskid = _revealedTaskFor(address(new Receiver()));
        _finalizeWith(taskid, "link", bytes(RESULT));

        assertEq(hub.resultFor(taskid), bytes(RESULT));
    }

    function test_the_result_of_a_completed_task_without_callback_data_is_empty() public {
        bytes32 taskid = _completedTask();

        assertEq(hub.resultFor(taskid), "");
    }

    function test_a_task_that_was_not_started_has_no_result() public {
        _assertNoResult(keccak256("no task"), TaskStatusEnum.UNSET);
    }

    function test_an_active_task_has_no_result() public {
        _assertNoResult(_taskOfTrust(4), TaskStatusEnum.ACTIVE);
    }

    function test_a_revealing_task_has_no_result() public {
        _assertNoResult(_revealedTask(), TaskStatusEnum.REVEALING);
    }

    function test_a_failed_task_has_no_result() public {
        _assertNoResult(_failedTask(), TaskStatusEnum.FAILED);
    }

    function _submit(bytes32 taskid) private {
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, address(0));
        vm.prank(workers[0].account);
        hub.contributeAndFinalize(taskid, _digest(RESULT), "link", bytes(RESULT), address(0), "", permit);
    }

    /// On both paths, the task is completed, everybody is paid, and the callback data are kept.
    function _assertCompletes(address receiver) private {
        bytes32 stepwise = _revealedTaskFor(receiver);
        bytes32 atOnce = _taskWithCallback(receiver, 1);

        _finalizeWith(stepwise, "link", bytes(RESULT));
        _submit(atOnce);

        _assertStatus(stepwise, TaskStatusEnum.COMPLETED);
        _assertStatus(atOnce, TaskStatusEnum.COMPLETED);
        assertEq(hub.resultFor(stepwise), bytes(RESULT));
        _assertAccount(workers[0].account, DEPOSIT + 2 * 9_900_000_000, 0);
        _assertAccount(address(hub), 0, 0);
    }

    function _assertNoResult(bytes32 taskid, TaskStatusEnum status) private {
        vm.expectRevert(abi.encodeWithSelector(TaskNotCompleted.selector, taskid, status));
        hub.resultFor(taskid);
    }

    function _listGuardedCalls() private {
        bytes32 id = bytes32(0);
        calls.push(abi.encodeCall(IHub.initialize, (id, 0)));
        calls.push(abi.encodeCall(IHub.contribute, (id, id, id, address(0), "", "")));
        calls.push(abi.encodeCall(IHub.contributeAndFinalize, (id, id, "", "", address(0), "", "")));
        calls.push(abi.encodeCall(IHub.reveal, (id, id)));
        calls.push(abi.encodeCall(IHub.reopen, (id)));
        calls.push(abi.encodeCall(IHub.finalize, (id, "", "")));
        calls.push(abi.encodeCall(IHub.claim, (id)));
        calls.push(abi.encodeCall(IHub.initializeArray, (new bytes32[](0), new uint256[](0))));
        calls.push(abi.encodeCall(IHub.claimArray, (new bytes32[](0))));
        calls.push(abi.encodeCall(IHub.initializeAndClaimArray, (new bytes32[](0), new uint256[](0))));
        calls.push(abi.encodeCall(IHub.deposit, (0)));
        calls.push(abi.encodeCall(IHub.depositFor, (0, stranger.account)));
        calls.push(abi.encodeCall(IHub.depositForArray, (new uint256[](0), new address[](0))));
        calls.push(abi.encodeCall(IHub.withdraw, (0)));
        calls.push(abi.encodeCall(IHub.withdrawTo, (0, stranger.account)));
        _listOrderCalls();
        bytes[] memory inner = new bytes[](1);
        inner[0] = calls[0];
        calls.push(abi.encodeCall(IHub.multicall, (inner)));
    }

    function _listOrderCalls() private {
        Orders memory orders = _signedOrders();
        calls.push(abi.encodeCall(IHub.matchOrders, (orders.app, orders.dataset, orders.workerpool, orders.request)));
        calls.push(
            abi.encodeCall(IHub.sponsorMatchOrders, (orders.app, orders.dataset, orders.workerpool, orders.request))
        );
        AppOrderOperation memory appOperation;
        calls.push(abi.encodeCall(IHub.manageAppOrder, (appOperation)));
        DatasetOrderOperation memory datasetOperation;
        calls.push(abi.encodeCall(IHub.manageDatasetOrder, (datasetOperation)));
        WorkerpoolOrderOperation memory workerpoolOperation;
        calls.push(abi.encodeCall(IHub.manageWorkerpoolOrder, (workerpoolOperation)));
        RequestOrderOperation memory requestOperation;
        calls.push(abi.encodeCall(IHub.manageRequestOrder, (requestOperation)));
    }
}
