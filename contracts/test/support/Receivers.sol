// SPDX-License-Identifier: Apache-2.0
// Receivers of results, from the well-behaved to the hostile.
pragma solidity 0.8.37;

/// Remembers what it was told.
contract Receiver {
    uint256 public calls;
    bytes32 public id;
    bytes public data;
    uint256 public gasGiven;

    function receiveResult(bytes32 id_, bytes calldata data_) external {
        gasGiven = gasleft();
        ++calls;
        id = id_;
        data = data_;
    }
}

contract RevertingReceiver {
    error NotToday();

    function receiveResult(bytes32, bytes calldata) external pure {
        revert NotToday();
    }
}

/// Burns all the gas that it is given.
contract GreedyReceiver {
    function receiveResult(bytes32, bytes calldata) external pure {
        assembly {
            invalid()
        }
    }
}

/// Answers, or reverts, with as many bytes as its gas pays for.
contract BombReceiver {
    bool private immutable REVERTS;

    constructor(bool reverts) {
        REVERTS = reverts;
    }

    function receiveResult(bytes32, bytes calldata) external view {
        if (REVERTS) {
            assembly {
                revert(0, 150000)
            }
        }
        assembly {
            return(0, 150000)
        }
    }
}

/// Calls somebody, usually the hub back, and remembers what it heard.
contract ReenteringReceiver {
    address private target;
    bytes private message;
    bool public called;
    bool public succeeded;
    bytes public answer;

    function prepare(address target_, bytes calldata message_) external {
        target = target_;
        message = message_;
    }

    function receiveResult(bytes32, bytes calldata) external {
        called = true;
        (succeeded, answer) = target.call(message);
    }
}

/// Needs a certain amount of gas, and is fed only if it got it.
contract HungryReceiver {
    uint256 private immutable NEED;
    bool public fed;

    constructor(uint256 need) {
        NEED = need;
    }

    function receiveResult(bytes32, bytes calldata) external {
        uint256 start = gasleft();
        uint256 spent;
        while (start - gasleft() < NEED) {
            ++spent;
        }
        fed = true;
    }
}

/// Does its work in a call to itself whose failure it catches, as careful consumers do: it never fails, and needs its gas.
contract CarefulReceiver {
    uint256 private constant WORK = 120_000;

    bool public worked;
    bool public failed;

    function receiveResult(bytes32, bytes calldata) external {
        try this.work() {
            worked = true;
        } catch {
            failed = true;
        }
    }

    function work() external view {
        uint256 start = gasleft();
        uint256 sum = 0;
        while (start - gasleft() < WORK) {
            ++sum;
        }
    }
}
