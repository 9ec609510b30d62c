// SPDX-License-Identifier: Apache-2.0
// Bytes that a stranger may store are never taken for a deal, and never take the place of another task's result.
pragma solidity 0.8.37;

import { DealNotFound } from "../../../src/hub/Tasks.sol";
import { Deal, TaskStatusEnum } from "../../../src/types/Views.sol";
import { Market, Orders, Person } from "../../support/Market.sol";
import { vm } from "../../Vm.sol";

contract ForgeryTest is Market {
    Person private thief = _person("thief");

    function test_a_result_that_spells_out_a_deal_is_not_a_deal() public {
        bytes32 taskid = _taskOfTrust(1);
        _publish(taskid, _forgedDeal(bytes32(0)));

        vm.expectRevert(abi.encodeWithSelector(DealNotFound.selector, taskid));
        hub.initialize(taskid, 0);
    }

    function test_a_result_that_spells_out_a_deal_reads_as_no_deal() public {
        bytes32 taskid = _taskOfTrust(1);

        _publish(taskid, _forgedDeal(bytes32(0)));

        Deal memory deal = hub.viewDeal(taskid);
        assertEq(deal.requester, address(0));
        assertEq(deal.startTime, 0);
    }

    function test_the_tail_of_a_long_result_is_not_a_deal() public {
        bytes32 taskid = _taskOfTrust(1);
        bytes32 chunk = keccak256(abi.encodePacked(taskid, uint256(1), uint8(1)));
        bytes memory head = new bytes(24_575 - 4);
        _publish(taskid, bytes.concat(head, hex"00", _forgedDeal(chunk)));

        vm.expectRevert(abi.encodeWithSelector(DealNotFound.selector, chunk));
        hub.initialize(chunk, 0);
    }

    function test_long_params_do_not_take_the_place_of_a_result() public {
        Orders memory orders = _orders();
        orders.request.params = string(new bytes(30_000));
        _setVolume(orders, 2);
        _sign(orders);
        bytes32 dealid = _match(orders);
        bytes32 taskid = hub.initialize(dealid, 1);
        assertEq(hub.viewTask(taskid).results, "");

        _publish(taskid, "result");

        assertTrue(hub.viewTask(taskid).status == TaskStatusEnum.COMPLETED);
        assertEq(hub.viewTask(taskid).results, "result");
        assertEq(bytes(hub.viewDeal(dealid).params).length, 30_000);
    }

    /// The terms of a deal in which the requester pays the thief a fortune, as the hub would store them.
    function _forgedDeal(bytes32 id) private view returns (bytes memory) {
        bytes memory parties = abi.encodePacked(
            id, app, thief.account, uint96(0), workerpool, thief.account, uint96(1e9), requester.account
        );
        return bytes.concat(
            parties,
            abi.encodePacked(
                uint64(1), uint32(0), uint40(START), uint32(300), uint64(0), uint64(1), uint96(0), uint8(100)
            )
        );
    }

    function _publish(bytes32 taskid, bytes memory results) private {
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, address(0));
        vm.prank(workers[0].account);
        hub.contributeAndFinalize(taskid, _digest("result"), results, "", address(0), "", permit);
    }
}
