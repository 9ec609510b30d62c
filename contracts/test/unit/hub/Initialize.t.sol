// SPDX-License-Identifier: Apache-2.0
// deal → task: anybody starts a task of a deal, once, at any time.
pragma solidity 0.8.37;

import { ArrayLengthMismatch } from "../../../src/hub/Escrow.sol";
import { DealNotFound, IndexOutOfDeal, TaskAlreadyInitialized } from "../../../src/hub/Tasks.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { Task, TaskStatusEnum } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { Vm, vm } from "../../Vm.sol";

contract InitializeTest is Work {
    function test_anybody_starts_a_task_under_an_id_that_follows_from_deal_and_index() public {
        bytes32 dealid = _dealOfTrust(4);
        bytes32 expected = keccak256(abi.encodePacked(dealid, uint256(0)));

        vm.recordLogs();
        vm.prank(stranger.account);
        bytes32 taskid = hub.initialize(dealid, 0);

        Vm.Log[] memory happened = vm.getRecordedLogs();
        emit IHubEvents.TaskInitialize(expected, workerpool);
        _assertLogged(happened);
        assertEq(taskid, expected);
        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
    }

    function test_a_started_task_knows_its_deal_its_index_and_its_deadlines() public {
        bytes32 dealid = _dealOfTrust(4);
        skipTime(100);

        bytes32 taskid = hub.initialize(dealid, 0);

        Task memory task = hub.viewTask(taskid);
        assertEq(task.dealid, dealid);
        assertEq(task.idx, 0);
        assertEq(task.timeref, TIMEREF_XS);
        assertEq(task.contributionDeadline, CONTRIBUTION_DEADLINE);
        assertEq(task.revealDeadline, 0);
        assertEq(task.finalDeadline, FINAL_DEADLINE);
    }

    function test_starting_a_task_moves_no_funds() public {
        bytes32 dealid = _dealOfTrust(4);

        hub.initialize(dealid, 0);

        _assertAccount(requester.account, DEPOSIT - TASK_PRICE, TASK_PRICE);
        _assertAccount(scheduler.account, DEPOSIT - POOL_STAKE, POOL_STAKE);
        _assertAccount(address(hub), TASK_PRICE + POOL_STAKE, 0);
    }

    function test_a_deal_that_does_not_exist_has_no_tasks() public {
        bytes32 dealid = keccak256("no deal");

        vm.expectRevert(abi.encodeWithSelector(DealNotFound.selector, dealid));
        hub.initialize(dealid, 0);
    }

    function test_the_zero_id_is_no_deal() public {
        vm.expectRevert(abi.encodeWithSelector(DealNotFound.selector, bytes32(0)));
        hub.initialize(bytes32(0), 0);
    }

    function test_a_task_is_no_deal() public {
        bytes32 taskid = _completedTask();

        vm.expectRevert(abi.encodeWithSelector(DealNotFound.selector, taskid));
        hub.initialize(taskid, 0);
    }

    function test_the_first_and_the_last_index_of_a_deal_are_tasks() public {
        bytes32 dealid = _dealFromTwoToFour();

        hub.initialize(dealid, 2);
        hub.initialize(dealid, 4);

        assertEq(hub.viewTask(keccak256(abi.encodePacked(dealid, uint256(2)))).idx, 2);
        assertEq(hub.viewTask(keccak256(abi.encodePacked(dealid, uint256(4)))).idx, 4);
    }

    function test_the_index_before_the_first_of_a_deal_is_no_task() public {
        bytes32 dealid = _dealFromTwoToFour();

        vm.expectRevert(abi.encodeWithSelector(IndexOutOfDeal.selector, 1, 2, 3));
        hub.initialize(dealid, 1);
    }

    function test_the_index_after_the_last_of_a_deal_is_no_task() public {
        bytes32 dealid = _dealFromTwoToFour();

        vm.expectRevert(abi.encodeWithSelector(IndexOutOfDeal.selector, 5, 2, 3));
        hub.initialize(dealid, 5);
    }

    function testFuzz_no_index_outside_the_deal_is_a_task(uint256 index) public {
        bytes32 dealid = _dealFromTwoToFour();
        vm.assume(index < 2 || index > 4);

        vm.expectRevert(abi.encodeWithSelector(IndexOutOfDeal.selector, index, 2, 3));
        hub.initialize(dealid, index);
    }

    function test_an_active_task_is_not_started_again() public {
        bytes32 dealid = _dealOfTrust(4);
        bytes32 taskid = hub.initialize(dealid, 0);

        vm.expectRevert(abi.encodeWithSelector(TaskAlreadyInitialized.selector, taskid));
        hub.initialize(dealid, 0);
    }

    function test_a_revealing_task_is_not_started_again() public {
        bytes32 taskid = _revealingTask();
        bytes32 dealid = hub.viewTask(taskid).dealid;

        vm.expectRevert(abi.encodeWithSelector(TaskAlreadyInitialized.selector, taskid));
        hub.initialize(dealid, 0);
    }

    function test_a_completed_task_is_not_started_again() public {
        bytes32 taskid = _completedTask();
        bytes32 dealid = hub.viewTask(taskid).dealid;

        vm.expectRevert(abi.encodeWithSelector(TaskAlreadyInitialized.selector, taskid));
        hub.initialize(dealid, 0);
    }

    function test_a_failed_task_is_not_started_again() public {
        bytes32 taskid = _failedTask();
        bytes32 dealid = hub.viewTask(taskid).dealid;

        vm.expectRevert(abi.encodeWithSelector(TaskAlreadyInitialized.selector, taskid));
        hub.initialize(dealid, 0);
    }

    function test_a_task_can_be_started_long_after_its_final_deadline() public {
        bytes32 dealid = _dealOfTrust(4);
        skipTime(365 days);

        bytes32 taskid = hub.initialize(dealid, 0);

        Task memory task = hub.viewTask(taskid);
        assertEq(uint256(task.status), uint256(TaskStatusEnum.ACTIVE));
        assertEq(task.contributionDeadline, CONTRIBUTION_DEADLINE);
        assertEq(task.finalDeadline, FINAL_DEADLINE);
    }

    function test_many_tasks_are_started_at_once_in_the_given_order() public {
        bytes32 bag = _dealFromTwoToFour();
        bytes32 single = _dealOfTrust(4);
        (bytes32[] memory dealids, uint256[] memory indexes) = _three(bag, 4, single, 0, bag, 2);

        vm.recordLogs();
        vm.prank(stranger.account);
        bool done = hub.initializeArray(dealids, indexes);

        Vm.Log[] memory happened = vm.getRecordedLogs();
        for (uint256 i = 0; i < 3; ++i) {
            emit IHubEvents.TaskInitialize(keccak256(abi.encodePacked(dealids[i], indexes[i])), workerpool);
        }
        _assertLogged(happened);
        assertTrue(done);
    }

    function test_one_bad_index_undoes_all_the_tasks_that_were_to_be_started() public {
        bytes32 bag = _dealFromTwoToFour();
        (bytes32[] memory dealids, uint256[] memory indexes) = _three(bag, 2, bag, 3, bag, 5);

        vm.expectRevert(abi.encodeWithSelector(IndexOutOfDeal.selector, 5, 2, 3));
        hub.initializeArray(dealids, indexes);

        _assertStatus(keccak256(abi.encodePacked(bag, uint256(2))), TaskStatusEnum.UNSET);
    }

    function test_the_same_task_is_not_started_twice_at_once() public {
        bytes32 bag = _dealFromTwoToFour();
        (bytes32[] memory dealids, uint256[] memory indexes) = _three(bag, 2, bag, 3, bag, 2);

        vm.expectRevert(
            abi.encodeWithSelector(TaskAlreadyInitialized.selector, keccak256(abi.encodePacked(bag, uint256(2))))
        );
        hub.initializeArray(dealids, indexes);
    }

    function test_every_deal_needs_its_index() public {
        vm.expectRevert(abi.encodeWithSelector(ArrayLengthMismatch.selector, 2, 1));
        hub.initializeArray(new bytes32[](2), new uint256[](1));
    }

    function test_every_index_needs_its_deal() public {
        vm.expectRevert(abi.encodeWithSelector(ArrayLengthMismatch.selector, 0, 1));
        hub.initializeArray(new bytes32[](0), new uint256[](1));
    }

    function test_to_start_nothing_is_fine() public {
        vm.recordLogs();
        bool done = hub.initializeArray(new bytes32[](0), new uint256[](0));

        assertTrue(done);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    /// The second deal of one request order: indexes 2, 3 and 4.
    function _dealFromTwoToFour() private returns (bytes32 dealid) {
        Orders memory orders = _orders();
        _setVolume(orders, 5);
        orders.workerpool.volume = 2;
        _sign(orders);
        _match(orders);
        orders.workerpool.volume = 3;
        _sign(orders);
        return _match(orders);
    }

    function _three(bytes32 deal0, uint256 index0, bytes32 deal1, uint256 index1, bytes32 deal2, uint256 index2)
        private
        pure
        returns (bytes32[] memory dealids, uint256[] memory indexes)
    {
        dealids = new bytes32[](3);
        indexes = new uint256[](3);
        (dealids[0], dealids[1], dealids[2]) = (deal0, deal1, deal2);
        (indexes[0], indexes[1], indexes[2]) = (index0, index1, index2);
    }
}
