// SPDX-License-Identifier: Apache-2.0
// What is true of the market whatever anybody does in it.
pragma solidity 0.8.37;

import { Test } from "../Test.sol";
import { vm } from "../Vm.sol";
import { Use } from "./Books.sol";
import { Handler } from "./Handler.sol";

/// Every action checks what concerns it: what must succeed does, what must be refused is, and tasks, orders and
/// settlements are as the sentences in `Books`, `OrderActions` and `Work` say. After every action the accounts are
/// checked, and at the end of every run all orders and tasks, and that everybody can go home with his money.
abstract contract MarketInvariants is Test {
    Handler internal handler;

    function _purse() internal pure virtual returns (uint256);

    function setUp() public {
        handler = new Handler(_purse());
        handler.setUp();
        targetContract(address(handler));
        targetSelectors(address(handler), handler.actions());
    }

    function afterInvariant() public {
        handler.checkCallbacks();
        handler.checkOrders();
        handler.checkDeals();
        handler.checkEndedTasks();
        handler.endEverything();
        handler.checkAccounts();
        handler.checkOrders();
        handler.checkDeals();
        handler.checkEndedTasks();
    }
}

/// Everybody can pay everything.
contract WealthyMarketTest is MarketInvariants {
    function _purse() internal pure override returns (uint256) {
        return 10_000e9;
    }

    function invariant_wealthy_every_nRLC_is_in_one_account_and_everything_ends_with_everybody_paid() public view {
        handler.checkAccounts();
    }
}

/// Money is so short that prices and stakes often cannot be paid.
contract PoorMarketTest is MarketInvariants {
    function _purse() internal pure override returns (uint256) {
        return 40e9;
    }

    function invariant_poor_every_nRLC_is_in_one_account_and_everything_ends_with_everybody_paid() public view {
        handler.checkAccounts();
    }
}

/// A market in which nothing happens would keep every promise: so each action has to do something often enough, and
/// every kind of story has to happen.
contract UsefulActionsTest is Test {
    event log_named_string(string key, string val);

    uint256 private constant CALLS = 2000;

    function test_every_action_does_something_in_a_fair_share_of_its_calls() public {
        Use[] memory uses = _run(10_000e9).usesOfActions();

        for (uint256 i = 0; i < uses.length; ++i) {
            string memory share = string.concat(vm.toString(uses[i].useful), " of ", vm.toString(uses[i].tried));
            emit log_named_string(uses[i].name, share);
        }
        for (uint256 i = 0; i < uses.length; ++i) {
            assertGe(uses[i].useful * 100, uses[i].tried * 15, uses[i].name);
        }
    }

    function test_every_kind_of_story_happens() public {
        string[14] memory stories = [
            "several workers agreed",
            "a winner kept silent and the others were paid",
            "a reopened task was completed",
            "a worker lost his stake",
            "the kitty gave something",
            "a lie won",
            "an enclave contributed",
            "a receiver was called",
            "a task with votes failed",
            "a sponsor paid",
            "a dataset was used",
            "a request was matched twice",
            "an asset changed hands and its orders died",
            "somebody could not pay"
        ];

        Handler handler = _run(50e9);

        for (uint256 i = 0; i < stories.length; ++i) {
            emit log_named_string(stories[i], vm.toString(handler.told(stories[i])));
        }
        for (uint256 i = 0; i < stories.length; ++i) {
            assertGt(handler.told(stories[i]), 0, stories[i]);
        }
    }

    function _run(uint256 purse) private returns (Handler handler) {
        handler = new Handler(purse);
        handler.setUp();
        bytes4[] memory selectors = handler.actions();
        for (uint256 i = 0; i < CALLS; ++i) {
            uint256 drawn = uint256(keccak256(abi.encode("useful", i)));
            (bool done,) = address(handler).call(abi.encodeWithSelector(selectors[drawn % selectors.length], drawn));
            assertTrue(done, "an action failed");
        }
    }
}
