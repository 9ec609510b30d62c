// SPDX-License-Identifier: Apache-2.0
// A hub over a token that is not RLC: one that mints without limit, or answers false where RLC would revert.
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { Hub } from "../../src/hub/Hub.sol";
import { HubExtension } from "../../src/hub/HubExtension.sol";
import { HubConfig } from "../../src/hub/HubState.sol";
import { IHub } from "../../src/interfaces/IHub.sol";
import { Category } from "../../src/types/Views.sol";
import { Work } from "./Work.sol";

/// Gives everybody what he asks for; can refuse without reverting; can call somebody in the middle of a transfer.
contract LooseToken {
    mapping(address account => uint256) public balanceOf;
    bool public refuses;
    address public interrupted;
    bytes private interruption;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    /// From now on every transfer answers false and moves nothing.
    function refuse() external {
        refuses = true;
    }

    /// From now on every transfer makes this call first, as whoever owns the token's code would like.
    function interrupt(address target, bytes calldata message) external {
        (interrupted, interruption) = (target, message);
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        return _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        if (interrupted != address(0)) {
            (bool done, bytes memory answer) = interrupted.call(interruption);
            if (!done) {
                assembly ("memory-safe") {
                    revert(add(answer, 0x20), mload(answer))
                }
            }
        }
        if (refuses) return false;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        return true;
    }
}

abstract contract OtherToken is Work {
    LooseToken internal loose;
    /// The hub whose token is `loose`.
    IHub internal looseHub;

    function setUp() public virtual override {
        super.setUp();
        loose = new LooseToken();
        HubConfig memory config = HubConfig(owner.account, IERC20(address(loose)), apps, datasets, workerpools);
        looseHub = IHub(address(new Hub(config, address(new HubExtension(config)), new Category[](0))));
    }
}
