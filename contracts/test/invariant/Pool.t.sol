// SPDX-License-Identifier: Apache-2.0
// What stolen keys of operators can never do to the cold owner of a pool.
pragma solidity 0.8.37;

import { Test } from "../Test.sol";
import { vm } from "../Vm.sol";
import { PoolThief } from "./PoolThief.sol";

contract PoolInvariantTest is Test {
    PoolThief private thief;

    function setUp() public {
        thief = new PoolThief();
        thief.setUp();
        targetContract(address(thief));
        targetSelectors(address(thief), thief.actions());
    }

    /// forge-config: default.invariant.runs = 32
    /// forge-config: default.invariant.depth = 100
    function invariant_stolen_keys_cost_the_owner_only_stakes_that_deals_within_the_limits_lock() public view {
        thief.check();
    }

    function afterInvariant() public {
        thief.takeAll();
        thief.check();
    }
}

/// A thief who achieves nothing would prove nothing.
contract PoolThiefTest is Test {
    function test_the_thief_sells_fails_and_succeeds() public {
        PoolThief thief = new PoolThief();
        thief.setUp();
        bytes4[] memory selectors = thief.actions();
        for (uint256 i = 0; i < 500; ++i) {
            bytes memory drawn;
            for (uint256 j = 0; j < 4; ++j) {
                drawn = bytes.concat(drawn, keccak256(abi.encode("thief", i, j)));
            }
            uint256 action = uint256(keccak256(drawn)) % selectors.length;
            // Booleans and narrow numbers are read from whole words.
            if (selectors[action] == thief.fail.selector) drawn = abi.encode(i, i % 2 == 0);
            if (selectors[action] == thief.changeLimits.selector) drawn = abi.encode(i * 1e9, i);
            (bool done,) = address(thief).call(bytes.concat(selectors[action], drawn));
            assertTrue(done, vm.toString(i));
        }
        thief.check();

        assertGt(thief.matches(), 10, "matches");
        assertGt(thief.refusals(), 10, "refusals");
        assertGt(thief.successes(), 10, "successes");
        assertGt(thief.failures(), 10, "failures");
        assertGt(thief.withdrawn(), 0, "withdrawn");
    }
}
