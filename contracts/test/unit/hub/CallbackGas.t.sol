// SPDX-License-Identifier: Apache-2.0
// result: the receiver of a deal gets exactly its gas, and nobody can starve it of that.
pragma solidity 0.8.37;

import { CallbackGasTooLow } from "../../../src/hub/Settlement.sol";
import { IHub } from "../../../src/interfaces/IHub.sol";
import { TaskStatusEnum } from "../../../src/types/Views.sol";
import { BombReceiver, CarefulReceiver, GreedyReceiver, HungryReceiver, Receiver } from "../../support/Receivers.sol";
import { vm } from "../../Vm.sol";
import { CallbackScene } from "./CallbackScene.sol";

contract CallbackGasTest is CallbackScene {
    function test_nobody_pays_for_the_memory_of_a_bomb_but_the_bomber() public {
        bytes32 greedy = _revealedTaskFor(address(new GreedyReceiver()));
        bytes32 bomb = _revealedTaskFor(address(new BombReceiver(false)));

        assertLe(_gasOfFinalize(bomb), _gasOfFinalize(greedy));
    }

    function test_a_receiver_gets_the_gas_of_the_hub() public {
        Receiver receiver = new Receiver();
        bytes32 taskid = _revealedTaskFor(address(receiver));

        _finalizeWith(taskid, "link", bytes(RESULT));

        _assertGas(receiver, 200_000);
    }

    function test_a_receiver_gets_the_gas_that_was_set_at_the_match() public {
        Receiver receiver = new Receiver();
        _setCallbackGas(1_000_000);
        bytes32 taskid = _revealedTaskFor(address(receiver));
        _setCallbackGas(100_000);

        _finalizeWith(taskid, "link", bytes(RESULT));

        _assertGas(receiver, 1_000_000);
    }

    function test_a_callback_gas_of_zero_tells_nothing_to_a_contract() public {
        Receiver receiver = new Receiver();
        _setCallbackGas(0);
        bytes32 taskid = _revealedTaskFor(address(receiver));

        _finalizeWith(taskid, "link", bytes(RESULT));

        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
        assertEq(receiver.calls(), 0);
    }

    function test_who_finalizes_cannot_starve_the_receiver_of_gas() public {
        _assertNeverStarved(200_000);
    }

    function test_who_finalizes_cannot_starve_a_receiver_of_the_most_gas() public {
        _setCallbackGas(1_000_000);

        _assertNeverStarved(1_000_000);
    }

    function testFuzz_a_receiver_that_catches_its_own_failure_cannot_be_starved_either(uint256 gasLimit) public {
        CarefulReceiver receiver = new CarefulReceiver();
        bytes32 taskid = _revealedTaskFor(address(receiver));

        (bool done,) = _finalizeWithGas(taskid, bound(gasLimit, 150_000, 800_000));

        assertEq(receiver.worked(), done);
        assertFalse(receiver.failed());
    }

    function test_too_little_gas_for_the_receiver_is_refused_with_both_amounts() public {
        bytes32 taskid = _revealedTaskFor(address(new GreedyReceiver()));
        uint256 enough = _leastGas(taskid);

        (bool done, bytes memory answer) = _finalizeWithGas(taskid, enough - 1);

        assertFalse(done);
        assertEq(bytes32(bytes4(answer)), bytes32(CallbackGasTooLow.selector));
        (uint256 left, uint256 required) = _twoNumbers(answer);
        assertEq(required, uint256(200_000) + uint256(200_000) / 63 + 3000);
        assertLt(left, required);
    }

    function test_a_refused_finalize_can_be_repeated_with_more_gas() public {
        HungryReceiver receiver = new HungryReceiver(170_000);
        bytes32 taskid = _revealedTaskFor(address(receiver));
        uint256 enough = _leastGas(taskid);
        (bool done,) = _finalizeWithGas(taskid, enough - 1);
        assertFalse(done);

        (done,) = _finalizeWithGas(taskid, enough);

        assertTrue(done);
        assertTrue(receiver.fed());
    }

    /// Between the code's first instruction and what it was given lie only a few hundred gas.
    function _assertGas(Receiver receiver, uint256 gas) private view {
        assertLe(receiver.gasGiven(), gas);
        assertGe(receiver.gasGiven(), gas - 2_000);
    }

    /// With whatever gas the scheduler sends, either nothing happens or the receiver gets what it needs.
    function _assertNeverStarved(uint256 gas) private {
        HungryReceiver receiver = new HungryReceiver(gas - 30_000);
        bytes32 taskid = _revealedTaskFor(address(receiver));
        uint256 completed;
        uint256 refused;

        for (uint256 given = 100_000; given < 500_000 + 2 * gas; given += gas / 50) {
            uint256 snapshot = vm.snapshotState();
            (bool done, bytes memory answer) = _finalizeWithGas(taskid, given);
            if (done) {
                ++completed;
                assertTrue(receiver.fed(), "completed with a receiver that starved");
            } else if (answer.length > 0) {
                ++refused;
                assertEq(bytes32(bytes4(answer)), bytes32(CallbackGasTooLow.selector));
            }
            vm.revertToStateAndDelete(snapshot);
        }

        assertGt(completed, 0);
        assertGt(refused, 0);
    }

    function _finalizeWithGas(bytes32 taskid, uint256 gas) private returns (bool done, bytes memory answer) {
        bytes memory message = abi.encodeCall(IHub.finalize, (taskid, "link", bytes(RESULT)));
        vm.prank(scheduler.account);
        return address(hub).call{ gas: gas }(message);
    }

    /// The least gas with which a task can be finalized.
    function _leastGas(bytes32 taskid) private returns (uint256 enough) {
        uint256 tooLittle = 50_000;
        enough = 3_000_000;
        while (enough - tooLittle > 1) {
            uint256 middle = (tooLittle + enough) / 2;
            uint256 snapshot = vm.snapshotState();
            (bool done,) = _finalizeWithGas(taskid, middle);
            vm.revertToStateAndDelete(snapshot);
            if (done) enough = middle;
            else tooLittle = middle;
        }
    }

    function _gasOfFinalize(bytes32 taskid) private returns (uint256 used) {
        uint256 before = gasleft();
        _finalizeWith(taskid, "link", bytes(RESULT));
        return before - gasleft();
    }

    function _twoNumbers(bytes memory answer) private pure returns (uint256 left, uint256 right) {
        assembly ("memory-safe") {
            left := mload(add(answer, 0x24))
            right := mload(add(answer, 0x44))
        }
    }
}
