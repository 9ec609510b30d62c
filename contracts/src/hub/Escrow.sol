// SPDX-License-Identifier: Apache-2.0
// The accounts: who has staked how much, and what of it is locked. Locked funds sit in the hub's own account.
pragma solidity 0.8.37;

import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import { AccountSlot, HubState } from "./HubState.sol";

error InsufficientStake(address account, uint256 free, uint256 needed);
error AmountOutOfRange(uint256 amount, uint256 max);
error ArrayLengthMismatch(uint256 left, uint256 right);

/// Always true: the hub's stake covers the sum of all locked amounts; all stakes together are `totalSupply`; and the hub
/// holds at least `totalSupply` of the token. So no 96-bit sum below can overflow, and none is checked.
abstract contract Escrow is HubState, IERC20Errors {
    function _requireSameLength(uint256 left, uint256 right) internal pure {
        if (left != right) revert ArrayLengthMismatch(left, right);
    }

    function _mint(address to, uint256 amount) internal {
        if (to == address(0)) revert ERC20InvalidReceiver(to);
        uint256 room = type(uint96).max - _totalSupply;
        if (amount > room) revert AmountOutOfRange(amount, room);

        unchecked {
            _totalSupply += amount;
            _accounts[to].stake += uint96(amount);
        }
        emit Transfer(address(0), to, amount);
    }

    function _burn(address from, uint256 amount) internal {
        _debit(from, amount);
        unchecked {
            _totalSupply -= amount;
        }
        emit Transfer(from, address(0), amount);
    }

    function _transfer(address from, address to, uint256 amount) internal {
        if (to == address(0)) revert ERC20InvalidReceiver(to);

        _debit(from, amount);
        _credit(to, amount);
        emit Transfer(from, to, amount);
    }

    function _approve(address owner, address spender, uint256 value) internal {
        if (spender == address(0)) revert ERC20InvalidSpender(spender);

        _allowances[owner][spender] = value;
        emit Approval(owner, spender, value);
    }

    /// @dev Reserves free stake: it moves to the hub's account and counts as locked.
    function _lock(address account, uint256 amount) internal {
        AccountSlot storage slot = _accounts[account];
        uint256 free = slot.stake;
        if (amount > free) revert InsufficientStake(account, free, amount);

        unchecked {
            slot.stake = uint96(free - amount);
            slot.locked += uint96(amount);
        }
        _credit(address(this), amount);
        emit Transfer(account, address(this), amount);
        emit Lock(account, amount);
    }

    /// @dev Gives locked funds back. Checked: to unlock more than is locked would mean that the books are wrong.
    function _unlock(address account, uint256 amount) internal {
        AccountSlot storage slot = _accounts[account];
        uint96 locked = slot.locked - uint96(amount);
        unchecked {
            slot.stake += uint96(amount);
            slot.locked = locked;
        }
        _debitHub(amount);
        emit Transfer(address(this), account, amount);
        emit Unlock(account, amount);
    }

    /// @dev Pays out of what was seized before.
    function _reward(address account, uint256 amount, bytes32 ref) internal {
        _debitHub(amount);
        _credit(account, amount);
        emit Transfer(address(this), account, amount);
        emit Reward(account, amount, ref);
    }

    /// @dev Takes locked funds away. They stay in the hub's account until they are somebody's reward.
    function _seize(address account, uint256 amount, bytes32 ref) internal {
        _accounts[account].locked -= uint96(amount);
        emit Seize(account, amount, ref);
    }

    function _debit(address from, uint256 amount) private {
        uint256 free = _accounts[from].stake;
        if (amount > free) revert ERC20InsufficientBalance(from, free, amount);
        unchecked {
            _accounts[from].stake = uint96(free - amount);
        }
    }

    function _debitHub(uint256 amount) private {
        _accounts[address(this)].stake -= uint96(amount);
    }

    function _credit(address to, uint256 amount) private {
        unchecked {
            _accounts[to].stake += uint96(amount);
        }
    }
}
