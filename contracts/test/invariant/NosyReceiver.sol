// SPDX-License-Identifier: Apache-2.0
// A receiver of results that wants more than results.
pragma solidity 0.8.37;

import { IHub } from "../../src/interfaces/IHub.sol";
import { IOracleConsumer } from "../../src/hub/Settlement.sol";

/// Tries to act on the hub while the hub settles its task, and counts how often that worked.
contract NosyReceiver is IOracleConsumer {
    IHub private immutable HUB;

    uint256 public visits;
    uint256 public breaches;

    constructor(IHub hub) {
        HUB = hub;
    }

    function receiveResult(bytes32 id, bytes calldata data) external {
        ++visits;
        _try(abi.encodeCall(IHub.claim, (id)));
        _try(abi.encodeCall(IHub.finalize, (id, data, data)));
        _try(abi.encodeCall(IHub.withdraw, (0)));
        _try(abi.encodeCall(IHub.deposit, (0)));
        _try(abi.encodeCall(IHub.claimArray, (new bytes32[](0))));
    }

    function _try(bytes memory call) private {
        (bool done,) = address(HUB).call(call);
        if (done) ++breaches;
    }
}
