// SPDX-License-Identifier: Apache-2.0
// People move their money: in, out, and among themselves.
pragma solidity 0.8.37;

import { IHub } from "../../src/interfaces/IHub.sol";
import { Person } from "../support/Market.sol";
import { vm } from "../Vm.sol";
import { Books } from "./Books.sol";

abstract contract AccountActions is Books {
    function deposit(uint256 seed) external action("deposit") {
        Person memory from = _anybody(_draw(seed));
        address to = accounts[_draw(seed) % accounts.length];
        uint256 amount = _draw(seed) % (PURSE / 4) * 2;
        bool covered = amount <= rlc.balanceOf(from.account);
        // A stake in the kitty's name would be out of everybody's reach; the kitty's account is the hub's business.
        if (to == KITTY) to = from.account;

        if (_draw(seed) % 2 == 0) {
            _do(from.account, abi.encodeCall(IHub.depositFor, (amount, to)), covered);
        } else {
            _do(
                from.account, abi.encodeCall(IHub.depositForArray, (_two(amount / 2), _both(from.account, to))), covered
            );
            amount = amount / 2;
        }
        if (to == address(hub) && covered) gifts += amount;
        if (covered) _useful();
    }

    /// Free stake can be taken home at any time, all of it, whatever happens in the market.
    function withdraw(uint256 seed) external action("withdraw") {
        Person memory person = _anybody(_draw(seed));
        uint256 amount = _part(seed, free[person.account]);
        uint256 before = rlc.balanceOf(person.account);

        _do(person.account, abi.encodeCall(IHub.withdraw, (amount)), true);

        assertEq(rlc.balanceOf(person.account), before + amount, "a withdrawal did not arrive");
        if (amount > 0) _useful();
    }

    /// To somebody else, or back into the hub, where it then belongs to nobody.
    function withdrawTo(uint256 seed) external action("withdrawTo") {
        Person memory person = _anybody(_draw(seed));
        address to = _draw(seed) % 8 == 0 ? address(hub) : _anybody(_draw(seed)).account;
        uint256 amount = _part(seed, free[person.account]) / 4;

        _do(person.account, abi.encodeCall(IHub.withdrawTo, (amount, to)), true);

        if (to == address(hub)) strays += amount;
        if (amount > 0) _useful();
    }

    function withdrawTooMuch(uint256 seed) external action("withdrawTooMuch") {
        Person memory person = _anybody(_draw(seed));

        _do(person.account, abi.encodeCall(IHub.withdraw, (free[person.account] + 1 + _draw(seed) % 1e9)), false);
        _useful();
    }

    function transfer(uint256 seed) external action("transfer") {
        Person memory person = _anybody(_draw(seed));
        address to = _draw(seed) % 16 == 0 ? address(hub) : _anybody(_draw(seed)).account;
        uint256 amount = _part(seed, free[person.account]) / 4;

        _do(person.account, abi.encodeCall(IHub.transfer, (to, amount)), true);

        if (to == address(hub)) gifts += amount;
        if (amount > 0) _useful();
    }

    function transferFrom(uint256 seed) external action("transferFrom") {
        Person memory from = _anybody(_draw(seed));
        Person memory spender = _anybody(_draw(seed));
        uint256 amount = _part(seed, free[from.account]) / 4;
        if (_draw(seed) % 2 == 0) _do(from.account, abi.encodeCall(IHub.approve, (spender.account, amount)), true);
        bool covered = amount <= allowed[from.account][spender.account];

        _do(
            spender.account,
            abi.encodeCall(IHub.transferFrom, (from.account, _anybody(_draw(seed)).account, amount)),
            covered
        );
        if (covered) _useful();
    }

    /// RLC sent to the hub without a deposit is nobody's, until the hub's owner recovers it.
    function sendAstray(uint256 seed) external action("sendAstray") {
        uint256 amount = _draw(seed) % 10e9;

        rlc.transfer(address(hub), amount);

        strays += amount;
        _useful();
    }

    function recover(uint256 seed) external action("recover") {
        uint256 before = free[owner.account];
        if (_draw(seed) % 2 == 0) {
            _do(_anybody(_draw(seed)).account, abi.encodeCall(IHub.recover, ()), false);
            return;
        }

        _do(owner.account, abi.encodeCall(IHub.recover, ()), true);

        assertEq(free[owner.account], before + strays, "the owner recovered what was not his");
        if (strays > 0) _useful();
        strays = 0;
    }

    /// Mostly a part, now and then nothing or all of it.
    function _part(uint256 seed, uint256 whole) private returns (uint256) {
        uint256 drawn = _draw(seed) % 16;
        if (drawn == 0) return 0;
        return drawn == 1 ? whole : _draw(seed) % (whole / 4 + 1);
    }

    function _two(uint256 amount) private pure returns (uint256[] memory amounts) {
        amounts = new uint256[](2);
        amounts[0] = amounts[1] = amount;
    }

    function _both(address left, address right) private pure returns (address[] memory targets) {
        targets = new address[](2);
        (targets[0], targets[1]) = (left, right);
    }
}
