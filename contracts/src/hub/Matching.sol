// SPDX-License-Identifier: Apache-2.0
// order → deal: four orders that fit, each approved by its owner, become one deal, and the funds of both sides are locked.
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

import { IRegistry } from "../interfaces/IRegistry.sol";
import { IWorkerpool } from "../interfaces/IWorkerpool.sol";
import { DealLib, IRangeErrors, Terms } from "../libraries/DealLib.sol";
import { IMatchErrors, MatchLib } from "../libraries/MatchLib.sol";
import { AppOrder, DatasetOrder, RequestOrder, WorkerpoolOrder } from "../types/Orders.sol";
import { AssetReader } from "./AssetReader.sol";
import { Escrow } from "./Escrow.sol";
import { Settings } from "./HubState.sol";
import { OrderHashes, Orders, Remaining } from "./Orders.sol";

error AppNotRegistered(address app);
error DatasetNotRegistered(address dataset);
error WorkerpoolNotRegistered(address workerpool);
error AppOrderNotSigned(address owner, bytes32 orderHash);
error DatasetOrderNotSigned(address owner, bytes32 orderHash);
error WorkerpoolOrderNotSigned(address owner, bytes32 orderHash);
error RequestOrderNotSigned(address requester, bytes32 orderHash);
error NothingLeftToMatch(uint256 app, uint256 dataset, uint256 workerpool, uint256 request);

abstract contract Matching is Orders, Escrow, AssetReader, IMatchErrors, IRangeErrors {
    function _matchOrders(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata workerpool,
        RequestOrder calldata request,
        address sponsor
    ) internal returns (bytes32) {
        Terms memory deal;
        Settings memory settings = _settings;
        deal.tag = MatchLib.requireFit(app, dataset, workerpool, request, settings.categories);
        OrderHashes memory hashes = _hashOrders(app, dataset, workerpool, request);
        _requireApproved(deal, hashes, app, dataset, workerpool, request);
        deal.botSize = _requireVolume(_remaining(hashes, app.volume, dataset.volume, workerpool.volume, request.volume));

        deal.sponsor = sponsor;
        deal.callback = request.callback;
        deal.callbackGas = settings.callbackgas;
        deal.teebroker = settings.teebroker;
        _setTerms(deal, hashes.request, app, dataset, workerpool, request);
        DealLib.requireInRange(deal);
        _consume(hashes, deal.botSize);
        _writeBlob(_dealKey(deal.id), DealLib.pack(deal, request.params));

        _lock(sponsor, DealLib.taskPrice(deal) * deal.botSize);
        _lock(deal.workerpoolOwner, DealLib.workerpoolStake(deal) * deal.botSize);
        emit SchedulerNotice(deal.workerpool, deal.id);
        emit OrdersMatched(deal.id, hashes.app, hashes.dataset, hashes.workerpool, hashes.request, deal.botSize);
        return deal.id;
    }

    /// @dev Checks registration and signature of each asset, and the requester's signature; leaves the owners in `deal`.
    function _requireApproved(
        Terms memory deal,
        OrderHashes memory hashes,
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata workerpool,
        RequestOrder calldata request
    ) private view {
        address owner = _registeredOwner(APP_REGISTRY, app.app);
        if (owner == address(0)) revert AppNotRegistered(app.app);
        if (!_isApproved(owner, hashes.app, app.sign)) revert AppOrderNotSigned(owner, hashes.app);
        deal.appOwner = owner;

        if (hashes.dataset != 0) {
            owner = _registeredOwner(DATASET_REGISTRY, dataset.dataset);
            if (owner == address(0)) revert DatasetNotRegistered(dataset.dataset);
            if (!_isApproved(owner, hashes.dataset, dataset.sign)) revert DatasetOrderNotSigned(owner, hashes.dataset);
            deal.datasetOwner = owner;
        }

        owner = _registeredOwner(WORKERPOOL_REGISTRY, workerpool.workerpool);
        if (owner == address(0)) revert WorkerpoolNotRegistered(workerpool.workerpool);
        if (!_isApproved(owner, hashes.workerpool, workerpool.sign)) {
            revert WorkerpoolOrderNotSigned(owner, hashes.workerpool);
        }
        deal.workerpoolOwner = owner;

        if (!_isApproved(request.requester, hashes.request, request.sign)) {
            revert RequestOrderNotSigned(request.requester, hashes.request);
        }
    }

    /// @dev The owner of a registered entry, or zero. The registry answers for its own entries in one call; only an entry
    /// of the registry before it, which `isRegistered` vouches for, is asked itself. No stranger's code is called.
    function _registeredOwner(IRegistry registry, address entry) private view returns (address) {
        try registry.ownerOf(uint256(uint160(entry))) returns (address owner) {
            return owner;
        } catch {
            return registry.isRegistered(entry) ? _claimedOwner(entry) : address(0);
        }
    }

    function _requireVolume(Remaining memory left) private pure returns (uint256 volume) {
        volume = _volumeOf(left);
        if (volume == 0) revert NothingLeftToMatch(left.app, left.dataset, left.workerpool, left.request);
    }

    function _setTerms(
        Terms memory deal,
        bytes32 requestHash,
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata workerpool,
        RequestOrder calldata request
    ) private view {
        deal.botFirst = _consumed[requestHash];
        deal.id = keccak256(abi.encodePacked(requestHash, deal.botFirst));
        deal.app = app.app;
        deal.appPrice = app.appprice;
        if (deal.datasetOwner != address(0)) {
            deal.dataset = dataset.dataset;
            deal.datasetPrice = dataset.datasetprice;
        }
        deal.workerpool = workerpool.workerpool;
        deal.workerpoolPrice = workerpool.workerpoolprice;
        deal.requester = request.requester;
        deal.beneficiary = request.beneficiary;
        deal.trust = Math.max(request.trust, 1);
        deal.category = request.category;
        deal.startTime = block.timestamp;
        deal.timeref = _categories[request.category].workClockTimeRef;
        deal.schedulerRewardRatio = _wordOf(deal.workerpool, IWorkerpool.m_schedulerRewardRatioPolicy.selector);
        uint256 stakeRatio = _wordOf(deal.workerpool, IWorkerpool.m_workerStakeRatioPolicy.selector);
        deal.workerStake = Math.saturatingMul(deal.workerpoolPrice, stakeRatio) / 100;
    }

    function _consume(OrderHashes memory hashes, uint256 volume) private {
        _consumed[hashes.app] += volume;
        if (hashes.dataset != 0) _consumed[hashes.dataset] += volume;
        _consumed[hashes.workerpool] += volume;
        _consumed[hashes.request] += volume;
    }
}
