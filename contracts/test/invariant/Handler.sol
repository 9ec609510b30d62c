// SPDX-License-Identifier: Apache-2.0
// A random market: all that anybody may do in it, and how it ends.
pragma solidity 0.8.37;

import { IHub } from "../../src/interfaces/IHub.sol";
import { TaskStatusEnum } from "../../src/types/Views.sol";
import { vm } from "../Vm.sol";
import { AccountActions } from "./AccountActions.sol";
import { Books } from "./Books.sol";
import { OrderActions } from "./OrderActions.sol";
import { TaskActions } from "./TaskActions.sol";

contract Handler is AccountActions, TaskActions {
    constructor(uint256 purse) Books(purse) { }

    function setUp() public override(Books, OrderActions) {
        super.setUp();
    }

    /// Mostly seconds and minutes; sometimes so long that deadlines of all kinds are over.
    function passTime(uint256 seed) external action("passTime") {
        clock += _draw(seed) % 16 == 0 ? _draw(seed) % 4_000 : _draw(seed) % 90;
        _useful();
    }

    /// All actions; what a market lives of stands here several times.
    function actions() external pure returns (bytes4[] memory selectors) {
        bytes4[27] memory all = [
            this.matchNew.selector,
            this.matchNew.selector,
            this.matchOldOffer.selector,
            this.matchOldRequest.selector,
            this.closeOrder.selector,
            this.transferAsset.selector,
            this.changePolicy.selector,
            this.setSettings.selector,
            this.initialize.selector,
            this.initialize.selector,
            this.contribute.selector,
            this.contribute.selector,
            this.contribute.selector,
            this.contributeAndFinalize.selector,
            this.reveal.selector,
            this.reveal.selector,
            this.reopen.selector,
            this.finalize.selector,
            this.finalize.selector,
            this.claim.selector,
            this.initializeAndClaim.selector,
            this.disturbEnded.selector,
            this.deposit.selector,
            this.withdraw.selector,
            this.transfer.selector,
            this.passTime.selector,
            this.passTime.selector
        ];
        bytes4[6] memory more = [
            this.matchAgain.selector,
            this.withdrawTo.selector,
            this.withdrawTooMuch.selector,
            this.transferFrom.selector,
            this.sendAstray.selector,
            this.recover.selector
        ];
        selectors = new bytes4[](all.length + more.length);
        for (uint256 i = 0; i < all.length; ++i) {
            selectors[i] = all[i];
        }
        for (uint256 i = 0; i < more.length; ++i) {
            selectors[all.length + i] = more[i];
        }
    }

    /// A receiver of results was called, tried everything, and nothing of it worked.
    function checkCallbacks() external view {
        assertEq(nosy.breaches(), 0, "a callback acted on the hub");
    }

    function checkEndedTasks() external view {
        _checkAllEnded(TaskStatusEnum.COMPLETED);
        _checkAllEnded(TaskStatusEnum.FAILED);
    }

    /**
     * Past the last deadline a keeper who owns nothing ends every task; then nothing is locked but the kitty, everybody
     * takes home all that he has, and what remains in the hub is exactly what is nobody's.
     */
    function endEverything() external {
        clock += 12_000;
        vm.warp(clock);
        vm.recordLogs();
        while (pending.length > 0) _initializeAndClaim(_take(0));
        _claimAll(TaskStatusEnum.ACTIVE);
        _claimAll(TaskStatusEnum.REVEALING);

        for (uint256 i = 0; i < accounts.length; ++i) {
            address account = accounts[i];
            if (account == KITTY || account == address(hub)) continue;
            assertEq(hub.frozenOf(account), 0, "something stays locked for ever");
            _do(account, abi.encodeCall(IHub.withdraw, (hub.balanceOf(account))), true);
        }
        assertEq(hub.totalSupply(), hub.frozenOf(KITTY) + gifts, "something remains that is somebody's");
        assertEq(rlc.balanceOf(address(hub)), hub.totalSupply() + strays, "the hub lacks RLC");
    }

    function _claimAll(TaskStatusEnum status) private {
        while (tasksIn[status].length > 0) {
            assertTrue(_claimOnce(tasksIn[status][0]), "a task past its final deadline cannot be claimed");
        }
    }

    function _checkAllEnded(TaskStatusEnum status) private view {
        for (uint256 i = 0; i < tasksIn[status].length; ++i) {
            _checkEnded(tasksIn[status][i]);
        }
    }
}
