// SPDX-License-Identifier: Apache-2.0
// What the tests of callbacks share: a task that waits for nothing but its end, and the gas of callbacks.
pragma solidity 0.8.37;

import { Work } from "../../support/Work.sol";
import { vm } from "../../Vm.sol";

abstract contract CallbackScene is Work {
    /// A task of trust 1 that the first worker has done and revealed.
    function _revealedTaskFor(address receiver) internal returns (bytes32 taskid) {
        taskid = _taskWithCallback(receiver, 1);
        _contribute(workers[0], taskid, RESULT);
        _reveal(workers[0], taskid, RESULT);
    }

    function _setCallbackGas(uint256 gas) internal {
        vm.prank(owner.account);
        hub.setCallbackGas(gas);
    }
}
