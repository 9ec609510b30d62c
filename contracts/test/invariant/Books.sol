// SPDX-License-Identifier: Apache-2.0
// The people of a random market, and the books that are kept of their money from nothing but the hub's events.
pragma solidity 0.8.37;

import { IHubEvents } from "../../src/interfaces/IHubEvents.sol";
import { Market, Person } from "../support/Market.sol";
import { Vm, vm } from "../Vm.sol";

/// What one call moved, as its events tell it.
struct Tally {
    uint256 unlocked;
    uint256 rewarded;
    uint256 seized;
    uint256 seizedOfKitty;
}

/// How often an action was tried, and how often it did something.
struct Use {
    string name;
    uint256 tried;
    uint256 useful;
}

abstract contract Books is Market {
    address internal constant KITTY = 0x99c2268479b93fDe36232351229815DF80837e23;
    uint256 internal constant RICH = 1_000_000e9;

    /// Everybody can play every part: who requests here may work there, and own a workerpool elsewhere.
    Person[] internal people;
    mapping(address account => uint256) internal keyOf;
    /// All who may ever hold stake: the people, the hub itself, the kitty, and the hub's owner.
    address[] internal accounts;

    mapping(address account => uint256) internal free;
    mapping(address account => uint256) internal locked;
    mapping(address owner => mapping(address spender => uint256)) internal allowed;
    /// RLC that lies in the hub, and that no account holds.
    uint256 internal strays;
    /// Stake that somebody gave to the hub's own account; nobody gets it back.
    uint256 internal gifts;

    /// What has happened at all, and how often.
    mapping(string story => uint256) public told;

    uint256 internal clock;
    Use[] internal uses;
    mapping(bytes4 selector => uint256 place) private placeOfUse;
    uint256 private turns;

    uint256 internal immutable PURSE;

    /// @param purse what everybody has deposited at the start
    constructor(uint256 purse) {
        PURSE = purse;
    }

    /// Each action runs at the time of the market, and is counted.
    modifier action(string memory name) {
        vm.warp(clock);
        vm.recordLogs();
        if (placeOfUse[msg.sig] == 0) {
            uses.push(Use(name, 0, 0));
            placeOfUse[msg.sig] = uses.length;
        }
        ++uses[placeOfUse[msg.sig] - 1].tried;
        _;
    }

    function setUp() public virtual override {
        super.setUp();
        clock = START;
        Person[5] memory named = [developer, provider, scheduler, requester, sponsor];
        for (uint256 i = 0; i < named.length; ++i) {
            _settle(named[i]);
        }
        for (uint256 i = 0; i < workers.length; ++i) {
            _settle(workers[i]);
        }
        accounts.push(address(hub));
        accounts.push(KITTY);
        accounts.push(owner.account);
        for (uint256 i = 0; i < accounts.length; ++i) {
            free[accounts[i]] = hub.balanceOf(accounts[i]);
        }
    }

    /// Gives a person RLC in the pocket, and exactly the purse on the account.
    function _settle(Person memory person) private {
        people.push(person);
        accounts.push(person.account);
        keyOf[person.account] = person.key;
        rlc.transfer(person.account, RICH);
        uint256 stake = hub.balanceOf(person.account);
        vm.startPrank(person.account);
        rlc.approve(address(hub), type(uint256).max);
        hub.withdraw(stake);
        hub.deposit(PURSE);
        vm.stopPrank();
    }

    /// The action did something.
    function _useful() internal {
        ++uses[placeOfUse[msg.sig] - 1].useful;
    }

    function _tell(string memory story, bool happened) internal {
        if (happened) ++told[story];
    }

    /// A fresh number for every decision: what the fuzzer gives, mixed with how many were drawn before.
    function _draw(uint256 seed) internal returns (uint256) {
        return uint256(keccak256(abi.encode(seed, ++turns)));
    }

    function _anybody(uint256 seed) internal view returns (Person memory) {
        return people[seed % people.length];
    }

    function _personOf(address account) internal view returns (Person memory) {
        return Person(account, keyOf[account]);
    }

    /// Calls the hub. A call that must succeed may not fail, and one that must be refused may not succeed.
    function _do(address who, bytes memory data, bool must) internal returns (bytes memory answer, Tally memory tally) {
        bool done;
        vm.prank(who);
        (done, answer) = address(hub).call(data);
        if (done != must) {
            if (done) vm.assertTrue(false, "the hub did what it has to refuse");
            _passOn(answer);
        }
        tally = _write(done);
    }

    function _passOn(bytes memory reason) private pure {
        if (reason.length == 0) vm.assertTrue(false, "a refusal without a reason");
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }

    /// Enters what the hub's events say into the books. (Of a refused call nothing is.)
    function _write(bool done) private returns (Tally memory tally) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (!done) return tally;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == address(hub)) _enter(logs[i].topics, logs[i].data, tally);
        }
    }

    function _enter(bytes32[] memory topics, bytes memory data, Tally memory tally) private {
        bytes32 topic = topics[0];
        if (topic == IHubEvents.Transfer.selector) {
            uint256 value = abi.decode(data, (uint256));
            if (topics[1] != 0) free[_account(topics[1])] -= value;
            if (topics[2] != 0) free[_account(topics[2])] += value;
        } else if (topic == IHubEvents.Lock.selector) {
            (address account, uint256 amount) = abi.decode(data, (address, uint256));
            locked[account] += amount;
        } else if (topic == IHubEvents.Unlock.selector) {
            (address account, uint256 amount) = abi.decode(data, (address, uint256));
            locked[account] -= amount;
            tally.unlocked += amount;
        } else if (topic == IHubEvents.Seize.selector) {
            (address account, uint256 amount) = abi.decode(data, (address, uint256));
            locked[account] -= amount;
            tally.seized += amount;
            if (account == KITTY) tally.seizedOfKitty += amount;
        } else if (topic == IHubEvents.Reward.selector) {
            (, uint256 amount) = abi.decode(data, (address, uint256));
            tally.rewarded += amount;
        } else if (topic == IHubEvents.Approval.selector) {
            allowed[_account(topics[1])][_account(topics[2])] = abi.decode(data, (uint256));
        }
    }

    function _account(bytes32 topic) private pure returns (address) {
        return address(uint160(uint256(topic)));
    }

    /// The hub holds the RLC of all accounts and what lies there by accident; all stakes together are the supply; the
    /// hub's own account covers all that is locked; and the events alone tell every account.
    function checkAccounts() external view {
        uint256 stakes = 0;
        uint256 locks = 0;
        for (uint256 i = 0; i < accounts.length; ++i) {
            (uint256 stake, uint256 lock) = hub.viewAccountABILegacy(accounts[i]);
            if (stake != free[accounts[i]]) assertEq(stake, free[accounts[i]], "a stake is not what the events tell");
            if (lock != locked[accounts[i]]) assertEq(lock, locked[accounts[i]], "a lock is not what the events tell");
            stakes += stake;
            locks += lock;
        }
        assertEq(stakes, hub.totalSupply(), "all stakes together are not the supply");
        assertEq(rlc.balanceOf(address(hub)), stakes + strays, "the hub does not hold the RLC of all stakes");
        assertEq(free[address(hub)], locks + gifts, "the hub's own account is not what is locked");
    }

    function usesOfActions() external view returns (Use[] memory) {
        return uses;
    }
}
