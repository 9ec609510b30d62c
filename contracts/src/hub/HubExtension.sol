// SPDX-License-Identifier: Apache-2.0
// The hub's second half: deposits and withdrawals, allowances, views, orders managed on chain, the relay, and what the owner
// may set. The hub's fallback runs it by delegatecall on the hub's storage; its own storage means nothing to the hub.
pragma solidity 0.8.37;

import { Administration } from "./Administration.sol";
import { Allowances } from "./Allowances.sol";
import { Deposits } from "./Deposits.sol";
import { FallbackDisabled, HubConfig, HubState } from "./HubState.sol";
import { OrderManagement } from "./OrderManagement.sol";
import { Views } from "./Views.sol";

contract HubExtension is Views, OrderManagement, Administration, Deposits, Allowances {
    constructor(HubConfig memory config) HubState(config) { }

    /// @dev Neither the hub nor its extension knows this selector.
    fallback() external {
        revert FallbackDisabled(msg.sig);
    }
}
