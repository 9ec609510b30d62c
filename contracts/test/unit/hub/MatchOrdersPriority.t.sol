// SPDX-License-Identifier: Apache-2.0
// matchOrders: when several things are wrong at once, the one that is told is the first in the promised order of checks.
pragma solidity 0.8.37;

import { IWorkerpool } from "../../../src/interfaces/IWorkerpool.sol";
import { InsufficientStake } from "../../../src/hub/Escrow.sol";
import {
    AppNotRegistered,
    AppOrderNotSigned,
    DatasetNotRegistered,
    DatasetOrderNotSigned,
    NothingLeftToMatch,
    RequestOrderNotSigned,
    WorkerpoolNotRegistered,
    WorkerpoolOrderNotSigned
} from "../../../src/hub/Matching.sol";
import { IRangeErrors } from "../../../src/libraries/DealLib.sol";
import { IMatchErrors } from "../../../src/libraries/MatchLib.sol";
import { Orders } from "../../support/Market.sol";
import { vm } from "../../Vm.sol";
import { MatchTest } from "./MatchTest.sol";

contract MatchOrdersPriorityTest is MatchTest {
    uint256 private constant REASONS = 37;

    bytes4[] private selectors;

    function setUp() public override {
        super.setUp();
        _listTerms();
        _listRestrictions();
        _listApprovals();
        _listRanges();
    }

    /// For each place in the list: this and everything after it is wrong. So of any two misfits the earlier is told.
    function test_of_any_two_misfits_the_earlier_in_the_order_of_checks_is_told() public {
        assertEq(selectors.length, REASONS);
        for (uint256 first = 0; first < REASONS; ++first) {
            _tells(first, type(uint256).max << first);
        }
    }

    function test_each_misfit_alone_is_told() public {
        for (uint256 reason = 0; reason < REASONS; ++reason) {
            _tells(reason, 1 << reason);
        }
    }

    function testFuzz_of_any_set_of_misfits_the_earliest_is_told(uint256 first, uint256 others) public {
        first = bound(first, 0, REASONS - 1);

        _tells(first, (1 << first) | (others << first << 1));
    }

    function test_when_neither_side_can_pay_the_sponsor_is_told_first() public {
        Orders memory orders = _signedOrders();
        _empty(requester.account);
        _empty(scheduler.account);

        _refusesAsSigned(
            orders,
            abi.encodeWithSelector(
                InsufficientStake.selector, requester.account, uint256(0), APP_PRICE + WORKERPOOL_PRICE
            )
        );
    }

    function _tells(uint256 reason, uint256 misfits) private {
        uint256 before = vm.snapshotState();
        Orders memory orders = _ordersWithDataset();
        _spoil(orders, misfits);

        vm.expectPartialRevert(selectors[reason]);
        _match(orders);

        vm.clearMockedCalls();
        assertTrue(vm.revertToStateAndDelete(before));
    }

    /// Makes everything wrong whose bit is set. What an earlier misfit changes, it changes on top of the later ones.
    function _spoil(Orders memory orders, uint256 misfits) private {
        _spoilRanges(orders, misfits >> 28);
        if (misfits & (1 << 27) != 0) orders.request.volume = 0;
        _spoilRegistration(orders, misfits >> 20);
        _spoilRestrictions(orders, misfits >> 10);
        _spoilTerms(orders, misfits);
        _signAsSpoilt(orders, misfits >> 20);
    }

    function _spoilTerms(Orders memory orders, uint256 misfits) private view {
        if (misfits & (1 << 9) != 0) orders.request.dataset = stranger;
        if (misfits & (1 << 8) != 0) orders.request.app = stranger;
        if (misfits & (1 << 7) != 0) orders.request.tag = orders.workerpool.tag = TEE;
        if (misfits & (1 << 6) != 0) orders.request.tag |= GPU;
        if (misfits & (1 << 5) != 0) ++orders.workerpool.workerpoolprice;
        if (misfits & (1 << 4) != 0) ++orders.dataset.datasetprice;
        if (misfits & (1 << 3) != 0) ++orders.app.appprice;
        if (misfits & (1 << 2) != 0) orders.workerpool.trust = orders.request.trust - 1;
        if (misfits & (1 << 1) != 0) orders.request.category = orders.workerpool.category = 2;
        if (misfits & (1 << 0) != 0) ++orders.request.category;
    }

    function _spoilRestrictions(Orders memory orders, uint256 misfits) private view {
        if (misfits & (1 << 0) != 0) orders.request.workerpool = stranger;
        if (misfits & (1 << 1) != 0) orders.app.datasetrestrict = stranger;
        if (misfits & (1 << 2) != 0) orders.app.workerpoolrestrict = stranger;
        if (misfits & (1 << 3) != 0) orders.app.requesterrestrict = stranger;
        if (misfits & (1 << 4) != 0) orders.dataset.apprestrict = stranger;
        if (misfits & (1 << 5) != 0) orders.dataset.workerpoolrestrict = stranger;
        if (misfits & (1 << 6) != 0) orders.dataset.requesterrestrict = stranger;
        if (misfits & (1 << 7) != 0) orders.workerpool.apprestrict = stranger;
        if (misfits & (1 << 8) != 0) orders.workerpool.datasetrestrict = stranger;
        if (misfits & (1 << 9) != 0) orders.workerpool.requesterrestrict = stranger;
    }

    /// Even bits: the asset is in no registry. Each asset of another kind is registered, only elsewhere.
    function _spoilRegistration(Orders memory orders, uint256 misfits) private view {
        if (misfits & (1 << 0) != 0) orders.app.app = orders.request.app = dataset;
        if (misfits & (1 << 2) != 0) orders.dataset.dataset = orders.request.dataset = workerpool;
        if (misfits & (1 << 4) != 0) orders.workerpool.workerpool = app;
    }

    /// Odd bits, and the sixth: the owner has not signed.
    function _signAsSpoilt(Orders memory orders, uint256 misfits) private view {
        _sign(orders);
        if (misfits & (1 << 1) != 0) orders.app.sign = _signature(sponsor, _appHash(orders));
        if (misfits & (1 << 3) != 0) orders.dataset.sign = _signature(sponsor, _datasetHash(orders));
        if (misfits & (1 << 5) != 0) orders.workerpool.sign = _signature(sponsor, _workerpoolHash(orders));
        if (misfits & (1 << 6) != 0) orders.request.sign = _signature(sponsor, _requestHash(orders));
    }

    function _spoilRanges(Orders memory orders, uint256 misfits) private {
        if (misfits & (1 << 0) != 0) orders.app.appprice = orders.request.appmaxprice = 1 << 96;
        if (misfits & (1 << 1) != 0) orders.dataset.datasetprice = orders.request.datasetmaxprice = 1 << 96;
        if (misfits & (1 << 2) != 0) orders.workerpool.workerpoolprice = orders.request.workerpoolmaxprice = 1 << 96;
        if (misfits & (1 << 3) != 0) orders.request.trust = orders.workerpool.trust = 1 << 64;
        if (misfits & (1 << 4) != 0) _setVolume(orders, 1 << 64);
        if (misfits & (1 << 5) != 0) _setStakeRatio(1 << 96);
        if (misfits & (1 << 6) != 0) _mockRewardRatio(101);
        if (misfits & (1 << 7) != 0) _empty(requester.account);
        if (misfits & (1 << 8) != 0) _empty(scheduler.account);
    }

    function _setStakeRatio(uint256 ratio) private {
        vm.prank(scheduler.account);
        IWorkerpool(workerpool).changePolicy(ratio, 1);
    }

    function _mockRewardRatio(uint256 ratio) private {
        vm.mockCall(
            workerpool, abi.encodeWithSelector(IWorkerpool.m_schedulerRewardRatioPolicy.selector), abi.encode(ratio)
        );
    }

    function _empty(address account) private {
        uint256 balance = hub.balanceOf(account);
        vm.prank(account);
        hub.transfer(stranger, balance);
    }

    function _listTerms() private {
        selectors.push(IMatchErrors.CategoryMismatch.selector);
        selectors.push(IMatchErrors.UnknownCategory.selector);
        selectors.push(IMatchErrors.TrustTooLow.selector);
        selectors.push(IMatchErrors.AppPriceTooHigh.selector);
        selectors.push(IMatchErrors.DatasetPriceTooHigh.selector);
        selectors.push(IMatchErrors.WorkerpoolPriceTooHigh.selector);
        selectors.push(IMatchErrors.WorkerpoolLacksTag.selector);
        selectors.push(IMatchErrors.AppLacksTee.selector);
        selectors.push(IMatchErrors.AppMismatch.selector);
        selectors.push(IMatchErrors.DatasetMismatch.selector);
    }

    function _listRestrictions() private {
        selectors.push(IMatchErrors.WorkerpoolRefusedByRequest.selector);
        selectors.push(IMatchErrors.DatasetRefusedByApp.selector);
        selectors.push(IMatchErrors.WorkerpoolRefusedByApp.selector);
        selectors.push(IMatchErrors.RequesterRefusedByApp.selector);
        selectors.push(IMatchErrors.AppRefusedByDataset.selector);
        selectors.push(IMatchErrors.WorkerpoolRefusedByDataset.selector);
        selectors.push(IMatchErrors.RequesterRefusedByDataset.selector);
        selectors.push(IMatchErrors.AppRefusedByWorkerpool.selector);
        selectors.push(IMatchErrors.DatasetRefusedByWorkerpool.selector);
        selectors.push(IMatchErrors.RequesterRefusedByWorkerpool.selector);
    }

    function _listApprovals() private {
        selectors.push(AppNotRegistered.selector);
        selectors.push(AppOrderNotSigned.selector);
        selectors.push(DatasetNotRegistered.selector);
        selectors.push(DatasetOrderNotSigned.selector);
        selectors.push(WorkerpoolNotRegistered.selector);
        selectors.push(WorkerpoolOrderNotSigned.selector);
        selectors.push(RequestOrderNotSigned.selector);
    }

    function _listRanges() private {
        selectors.push(NothingLeftToMatch.selector);
        selectors.push(IRangeErrors.AppPriceOutOfRange.selector);
        selectors.push(IRangeErrors.DatasetPriceOutOfRange.selector);
        selectors.push(IRangeErrors.WorkerpoolPriceOutOfRange.selector);
        selectors.push(IRangeErrors.TrustOutOfRange.selector);
        selectors.push(IRangeErrors.VolumeOutOfRange.selector);
        selectors.push(IRangeErrors.WorkerStakeOutOfRange.selector);
        selectors.push(IRangeErrors.RewardRatioOutOfRange.selector);
        selectors.push(InsufficientStake.selector);
        selectors.push(InsufficientStake.selector);
    }
}
