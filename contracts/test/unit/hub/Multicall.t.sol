// SPDX-License-Identifier: Apache-2.0
// Several steps of one caller in one transaction: all or nothing, and each as if it had been called alone.
pragma solidity 0.8.37;

import { FallbackDisabled } from "../../../src/hub/HubState.sol";
import { IDeadlineErrors } from "../../../src/hub/Contributions.sol";
import { NotTheScheduler } from "../../../src/hub/Tasks.sol";
import { IHub } from "../../../src/interfaces/IHub.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { AppOrderOperation, OrderOperationEnum } from "../../../src/types/Orders.sol";
import { TaskStatusEnum } from "../../../src/types/Views.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { Orders } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { Vm, vm } from "../../Vm.sol";

contract MulticallTest is Work {
    function test_one_transaction_starts_and_completes_a_task() public {
        bytes32 dealid = _dealOfTrust(1);
        bytes32 taskid = keccak256(abi.encodePacked(dealid, uint256(0)));

        vm.prank(workers[0].account);
        bytes[] memory answers = hub.multicall(_two(_initialize(dealid), _contributeAndFinalizeCall(taskid)));

        assertEq(answers.length, 2);
        assertEq(abi.decode(answers[0], (bytes32)), taskid);
        assertEq(answers[1].length, 0);
        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
    }

    function test_the_caller_of_a_multicall_is_the_caller_of_each_step() public {
        bytes32 dealid = _dealOfTrust(1);
        bytes32 taskid = keccak256(abi.encodePacked(dealid, uint256(0)));

        vm.prank(workers[0].account);
        hub.multicall(_two(_initialize(dealid), _contributeAndFinalizeCall(taskid)));

        assertEq(hub.viewTask(taskid).contributors[0], workers[0].account);
        _assertAccount(workers[0].account, DEPOSIT + 9_900_000_000, 0);
    }

    function test_many_tasks_are_claimed_in_one_transaction() public {
        bytes32 first = _taskOfTrust(4);
        bytes32 second = _taskOfTrust(4);
        vm.warp(FINAL_DEADLINE);

        vm.prank(stranger.account);
        hub.multicall(_two(abi.encodeCall(IHub.claim, (first)), abi.encodeCall(IHub.claim, (second))));

        _assertStatus(first, TaskStatusEnum.FAILED);
        _assertStatus(second, TaskStatusEnum.FAILED);
        _assertAccount(requester.account, DEPOSIT, 0);
    }

    function test_the_error_of_a_step_is_the_error_of_all() public {
        bytes32 first = _taskOfTrust(4);
        skipTime(1);
        bytes32 second = _taskOfTrust(4);
        vm.warp(FINAL_DEADLINE);

        vm.expectRevert(
            abi.encodeWithSelector(IDeadlineErrors.FinalDeadlineNotReached.selector, FINAL_DEADLINE, FINAL_DEADLINE + 1)
        );
        hub.multicall(_two(abi.encodeCall(IHub.claim, (first)), abi.encodeCall(IHub.claim, (second))));
    }

    function test_a_step_that_fails_undoes_those_before_it() public {
        bytes32 first = _taskOfTrust(4);
        skipTime(1);
        bytes32 second = _taskOfTrust(4);
        vm.warp(FINAL_DEADLINE);
        bytes[] memory steps = _two(abi.encodeCall(IHub.claim, (first)), abi.encodeCall(IHub.claim, (second)));

        (bool done,) = address(hub).call(abi.encodeCall(IHub.multicall, (steps)));

        assertFalse(done);
        _assertStatus(first, TaskStatusEnum.ACTIVE);
        _assertAccount(requester.account, DEPOSIT - 2 * TASK_PRICE, 2 * TASK_PRICE);
    }

    function test_nobody_gains_rights_by_a_multicall() public {
        bytes32 taskid = _revealedTask();
        bytes[] memory steps =
            _two(abi.encodeCall(IHub.viewTask, (taskid)), abi.encodeCall(IHub.finalize, (taskid, "link", "")));

        vm.expectRevert(abi.encodeWithSelector(NotTheScheduler.selector, stranger.account, scheduler.account));
        vm.prank(stranger.account);
        hub.multicall(steps);
    }

    function test_a_match_and_the_start_of_its_task_fit_in_one_transaction() public {
        Orders memory orders = _signedOrders();
        bytes32 requestHash = OrderHash.orderHash(hub, orders.request);
        bytes32 dealid = keccak256(abi.encodePacked(requestHash, uint256(0)));
        bytes memory matching =
            abi.encodeCall(IHub.matchOrders, (orders.app, orders.dataset, orders.workerpool, orders.request));

        bytes[] memory answers = hub.multicall(_two(matching, _initialize(dealid)));

        assertEq(abi.decode(answers[0], (bytes32)), dealid);
        _assertStatus(abi.decode(answers[1], (bytes32)), TaskStatusEnum.ACTIVE);
    }

    function test_the_rarely_called_half_of_the_hub_can_take_part() public {
        Orders memory orders = _orders();
        AppOrderOperation memory operation = AppOrderOperation(orders.app, OrderOperationEnum.CLOSE, "");
        bytes32 orderHash = OrderHash.orderHash(hub, orders.app);

        vm.recordLogs();
        vm.prank(developer.account);
        bytes[] memory answers = hub.multicall(
            _two(abi.encodeCall(IHub.manageAppOrder, (operation)), abi.encodeCall(IHub.viewConsumed, (orderHash)))
        );

        Vm.Log[] memory happened = vm.getRecordedLogs();
        emit IHubEvents.ClosedAppOrder(orderHash);
        _assertLogged(happened);
        assertEq(abi.decode(answers[1], (uint256)), 1);
    }

    function test_a_multicall_may_hold_another() public {
        bytes32 dealid = _dealOfTrust(1);
        bytes32 taskid = keccak256(abi.encodePacked(dealid, uint256(0)));
        bytes memory inner =
            abi.encodeCall(IHub.multicall, (_two(_initialize(dealid), _contributeAndFinalizeCall(taskid))));
        bytes[] memory steps = new bytes[](1);
        steps[0] = inner;

        vm.prank(workers[0].account);
        hub.multicall(steps);

        assertEq(hub.viewTask(taskid).contributors[0], workers[0].account);
    }

    function test_a_multicall_of_nothing_answers_nothing() public {
        assertEq(hub.multicall(new bytes[](0)).length, 0);
    }

    function test_a_step_that_the_hub_does_not_know_is_refused_with_its_selector() public {
        bytes[] memory steps = new bytes[](1);
        steps[0] = hex"12345678";

        vm.expectRevert(abi.encodeWithSelector(FallbackDisabled.selector, bytes4(0x12345678)));
        hub.multicall(steps);
    }

    function test_a_multicall_takes_no_ether() public {
        vm.deal(address(this), 1 ether);

        (bool done,) = address(hub).call{ value: 1 }(abi.encodeCall(IHub.multicall, (new bytes[](0))));

        assertFalse(done);
        assertEq(address(hub).balance, 0);
    }

    function _initialize(bytes32 dealid) private pure returns (bytes memory) {
        return abi.encodeCall(IHub.initialize, (dealid, 0));
    }

    function _contributeAndFinalizeCall(bytes32 taskid) private view returns (bytes memory) {
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, address(0));
        return abi.encodeCall(IHub.contributeAndFinalize, (taskid, _digest(RESULT), "link", "", address(0), "", permit));
    }

    function _two(bytes memory first, bytes memory second) private pure returns (bytes[] memory steps) {
        steps = new bytes[](2);
        (steps[0], steps[1]) = (first, second);
    }
}
