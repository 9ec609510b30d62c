// SPDX-License-Identifier: Apache-2.0
// A deal is written once and never changes, so it is kept as the code of a contract of its own: reading all of it costs one EXTCODECOPY.
// This file says how its terms become bytes and how they are read back.
pragma solidity 0.8.37;

import { requireAtMost } from "./Refusal.sol";

/// @notice Everything that matching fixed. Amounts are nRLC, times are seconds.
/// @dev `teebroker` and `callbackGas` are copies of the hub's settings at that moment: no later setting reaches a running deal.
struct Terms {
    bytes32 id;
    address app;
    address appOwner;
    uint256 appPrice;
    address workerpool;
    address workerpoolOwner;
    uint256 workerpoolPrice;
    address requester;
    uint256 trust;
    uint256 category;
    uint256 startTime;
    uint256 timeref;
    uint256 botFirst;
    uint256 botSize;
    uint256 workerStake;
    uint256 schedulerRewardRatio;
    bytes32 tag;
    address dataset;
    address datasetOwner;
    uint256 datasetPrice;
    address beneficiary;
    address sponsor;
    address callback;
    uint256 callbackGas;
    address teebroker;
}

/// @notice Terms that the orders allow but a deal cannot hold: the value, then the most that fits.
interface IRangeErrors {
    error AppPriceOutOfRange(uint256 price, uint256 max);
    error DatasetPriceOutOfRange(uint256 price, uint256 max);
    error WorkerpoolPriceOutOfRange(uint256 price, uint256 max);
    error TrustOutOfRange(uint256 trust, uint256 max);
    /// @notice The request order would be consumed beyond what a task index holds.
    error VolumeOutOfRange(uint256 consumed, uint256 max);
    error WorkerStakeOutOfRange(uint256 stake, uint256 max);
    error RewardRatioOutOfRange(uint256 ratio, uint256 max);
}

/// Layout: flags 1 ‖ fixed part 206 ‖ [tag 32] ‖ [dataset 20, owner 20, price 12] ‖ [beneficiary 20] ‖ [sponsor 20]
/// ‖ [callback 20, gas 4] ‖ [teebroker 20] ‖ params. A part in brackets is there when its flag is set; without it
/// the value is zero, or the requester for beneficiary and sponsor.
library DealLib {
    uint256 private constant TAG = 1;
    uint256 private constant DATASET = 2;
    uint256 private constant BENEFICIARY = 4;
    uint256 private constant SPONSOR = 8;
    uint256 private constant CALLBACK = 16;
    uint256 private constant TEEBROKER = 32;

    uint256 private constant FIXED = 207;
    uint256 private constant LONGEST = 375;

    uint256 internal constant CONTRIBUTION_DEADLINE_RATIO = 7;
    uint256 internal constant REVEAL_DEADLINE_RATIO = 2;
    uint256 internal constant FINAL_DEADLINE_RATIO = 10;
    uint256 internal constant WORKERPOOL_STAKE_RATIO = 30;

    /// @notice Refuses terms that do not fit their packed form, before anything is written.
    function requireInRange(Terms memory deal) internal pure {
        requireAtMost(IRangeErrors.AppPriceOutOfRange.selector, deal.appPrice, type(uint96).max);
        requireAtMost(IRangeErrors.DatasetPriceOutOfRange.selector, deal.datasetPrice, type(uint96).max);
        requireAtMost(IRangeErrors.WorkerpoolPriceOutOfRange.selector, deal.workerpoolPrice, type(uint96).max);
        requireAtMost(IRangeErrors.TrustOutOfRange.selector, deal.trust, type(uint64).max);
        // No overflow: consumption and volume together are at most the volume of the request order.
        requireAtMost(IRangeErrors.VolumeOutOfRange.selector, deal.botFirst + deal.botSize, type(uint64).max);
        requireAtMost(IRangeErrors.WorkerStakeOutOfRange.selector, deal.workerStake, type(uint96).max);
        requireAtMost(IRangeErrors.RewardRatioOutOfRange.selector, deal.schedulerRewardRatio, 100);
    }

    /// @notice The bytes to store: terms, then the request's params as they are.
    function pack(Terms memory deal, string calldata params) internal pure returns (bytes memory packed) {
        uint256 flags = (deal.tag != 0 ? TAG : 0) | (deal.dataset != address(0) ? DATASET : 0)
            | (deal.beneficiary != deal.requester ? BENEFICIARY : 0) | (deal.sponsor != deal.requester ? SPONSOR : 0)
            | (deal.callback != address(0) ? CALLBACK : 0) | (deal.teebroker != address(0) ? TEEBROKER : 0);
        // Every field is written as a whole word, so the last one needs room for the rest of it.
        packed = new bytes(LONGEST + 32 + bytes(params).length);
        _put(packed, 0, 1, flags);
        _put(packed, 1, 32, uint256(deal.id));
        _put(packed, 33, 20, _word(deal.app));
        _put(packed, 53, 20, _word(deal.appOwner));
        _put(packed, 73, 12, deal.appPrice);
        _put(packed, 85, 20, _word(deal.workerpool));
        _put(packed, 105, 20, _word(deal.workerpoolOwner));
        _put(packed, 125, 12, deal.workerpoolPrice);
        _put(packed, 137, 20, _word(deal.requester));
        _put(packed, 157, 8, deal.trust);
        _put(packed, 165, 4, deal.category);
        _put(packed, 169, 5, deal.startTime);
        _put(packed, 174, 4, deal.timeref);
        _put(packed, 178, 8, deal.botFirst);
        _put(packed, 186, 8, deal.botSize);
        _put(packed, 194, 12, deal.workerStake);
        _put(packed, 206, 1, deal.schedulerRewardRatio);
        uint256 offset = flags == 0 ? FIXED : _packOptions(packed, deal, flags);
        assembly ("memory-safe") {
            calldatacopy(add(add(packed, 32), offset), params.offset, params.length)
            mstore(packed, add(offset, params.length))
        }
    }

    function _packOptions(bytes memory packed, Terms memory deal, uint256 flags) private pure returns (uint256 offset) {
        offset = FIXED;
        if (flags & TAG != 0) offset = _put(packed, offset, 32, uint256(deal.tag));
        if (flags & DATASET != 0) {
            offset = _put(packed, offset, 20, _word(deal.dataset));
            offset = _put(packed, offset, 20, _word(deal.datasetOwner));
            offset = _put(packed, offset, 12, deal.datasetPrice);
        }
        if (flags & BENEFICIARY != 0) offset = _put(packed, offset, 20, _word(deal.beneficiary));
        if (flags & SPONSOR != 0) offset = _put(packed, offset, 20, _word(deal.sponsor));
        if (flags & CALLBACK != 0) {
            offset = _put(packed, offset, 20, _word(deal.callback));
            offset = _put(packed, offset, 4, deal.callbackGas);
        }
        if (flags & TEEBROKER != 0) offset = _put(packed, offset, 20, _word(deal.teebroker));
    }

    /// @notice Reads the terms of the deal that lives at `pointer`.
    function read(address pointer) internal view returns (Terms memory deal) {
        bytes memory header = new bytes(LONGEST);
        assembly ("memory-safe") {
            // The first byte of the code is a STOP; what lies beyond the end of the code reads as zero.
            extcodecopy(pointer, add(header, 32), 1, LONGEST)
        }
        unpack(header, deal);
    }

    /// @notice Fills `deal` from its bytes and says where the params begin.
    function unpack(bytes memory packed, Terms memory deal) internal pure returns (uint256 offset) {
        deal.id = bytes32(_uint(packed, 1, 32));
        deal.app = _address(packed, 33);
        deal.appOwner = _address(packed, 53);
        deal.appPrice = _uint(packed, 73, 12);
        deal.workerpool = _address(packed, 85);
        deal.workerpoolOwner = _address(packed, 105);
        deal.workerpoolPrice = _uint(packed, 125, 12);
        deal.requester = _address(packed, 137);
        deal.trust = _uint(packed, 157, 8);
        deal.category = _uint(packed, 165, 4);
        deal.startTime = _uint(packed, 169, 5);
        deal.timeref = _uint(packed, 174, 4);
        deal.botFirst = _uint(packed, 178, 8);
        deal.botSize = _uint(packed, 186, 8);
        deal.workerStake = _uint(packed, 194, 12);
        deal.schedulerRewardRatio = _uint(packed, 206, 1);
        deal.beneficiary = deal.sponsor = deal.requester;

        uint256 flags = _uint(packed, 0, 1);
        offset = FIXED;
        if (flags == 0) return offset;
        if (flags & TAG != 0) {
            deal.tag = bytes32(_uint(packed, offset, 32));
            offset += 32;
        }
        if (flags & DATASET != 0) {
            deal.dataset = _address(packed, offset);
            deal.datasetOwner = _address(packed, offset + 20);
            deal.datasetPrice = _uint(packed, offset + 40, 12);
            offset += 52;
        }
        if (flags & BENEFICIARY != 0) {
            deal.beneficiary = _address(packed, offset);
            offset += 20;
        }
        if (flags & SPONSOR != 0) {
            deal.sponsor = _address(packed, offset);
            offset += 20;
        }
        if (flags & CALLBACK != 0) {
            deal.callback = _address(packed, offset);
            deal.callbackGas = _uint(packed, offset + 20, 4);
            offset += 24;
        }
        if (flags & TEEBROKER != 0) {
            deal.teebroker = _address(packed, offset);
            offset += 20;
        }
    }

    /// @notice From this second on nobody can contribute to the deal's tasks any more.
    function contributionDeadline(Terms memory deal) internal pure returns (uint256) {
        return deal.startTime + CONTRIBUTION_DEADLINE_RATIO * deal.timeref;
    }

    /// @notice From this second on anyone may claim an unfinished task of the deal.
    function finalDeadline(Terms memory deal) internal pure returns (uint256) {
        return deal.startTime + FINAL_DEADLINE_RATIO * deal.timeref;
    }

    /// @notice What the workerpool's owner stakes on one task; rounded down before it is multiplied by a volume.
    function workerpoolStake(Terms memory deal) internal pure returns (uint256) {
        return deal.workerpoolPrice * WORKERPOOL_STAKE_RATIO / 100;
    }

    /// @notice What the sponsor pays for one task.
    function taskPrice(Terms memory deal) internal pure returns (uint256) {
        return deal.appPrice + deal.datasetPrice + deal.workerpoolPrice;
    }

    function _address(bytes memory packed, uint256 offset) private pure returns (address) {
        return address(uint160(_uint(packed, offset, 20)));
    }

    /// @dev Big-endian number of `size` bytes at `offset`; callers stay inside `packed`.
    function _uint(bytes memory packed, uint256 offset, uint256 size) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, size)), mload(add(add(packed, 32), offset)))
        }
    }

    /// @dev Writes `value` as `size` big-endian bytes at `offset`, and zeros over what follows in the same word.
    function _put(bytes memory packed, uint256 offset, uint256 size, uint256 value) private pure returns (uint256 end) {
        assembly ("memory-safe") {
            mstore(add(add(packed, 32), offset), shl(sub(256, shl(3, size)), value))
            end := add(offset, size)
        }
    }

    function _word(address account) private pure returns (uint256) {
        return uint160(account);
    }
}
