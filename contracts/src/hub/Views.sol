// SPDX-License-Identifier: Apache-2.0
// Everything that can be asked of the hub without changing it, in the shapes of the kept interface.
pragma solidity 0.8.37;

import { IApp } from "../interfaces/IApp.sol";
import { IDataset } from "../interfaces/IDataset.sol";
import { IWorkerpool } from "../interfaces/IWorkerpool.sol";
import { DealLib, Terms } from "../libraries/DealLib.sol";
import { IMatchErrors, MatchLib } from "../libraries/MatchLib.sol";
import { OrderLib } from "../libraries/OrderLib.sol";
import { SignatureLib } from "../libraries/SignatureLib.sol";
import { AppOrder, DatasetOrder, RequestOrder, WorkerpoolOrder } from "../types/Orders.sol";
import {
    Account,
    AppInfo,
    Category,
    Contribution,
    ContributionStatusEnum,
    DatasetInfo,
    Deal,
    EIP712Domain,
    Task,
    TaskStatusEnum,
    WorkerpoolInfo
} from "../types/Views.sol";
import { AssetReader } from "./AssetReader.sol";
import { CategorySlot } from "./HubState.sol";
import { Orders, Remaining } from "./Orders.sol";
import { TaskReader } from "./TaskReader.sol";

error TaskNotCompleted(bytes32 taskid, TaskStatusEnum status);
error IncompatibleDatasetOrder(string reason);

abstract contract Views is Orders, TaskReader, AssetReader {
    // The account token

    string public constant name = "Staked RLC";
    string public constant symbol = "SRLC";
    uint8 public constant decimals = 9;

    function token() external view returns (address) {
        return address(TOKEN);
    }

    function frozenOf(address account) external view returns (uint256) {
        return _accounts[account].locked;
    }

    function viewAccount(address account) external view returns (Account memory) {
        return Account(_accounts[account].stake, _accounts[account].locked);
    }

    function viewAccountABILegacy(address _user) external view returns (uint256, uint256) {
        return (_accounts[_user].stake, _accounts[_user].locked);
    }

    function viewScore(address _worker) external view returns (uint256) {
        return _accounts[_worker].score;
    }

    // Orders

    function domain() external view returns (EIP712Domain memory) {
        return EIP712Domain(OrderLib.NAME, OrderLib.VERSION, block.chainid, address(this));
    }

    function eip712domain_separator() external view returns (bytes32) {
        return OrderLib.domainSeparator();
    }

    /// @dev The separator is computed at every use, so it is always up to date.
    function updateDomainSeparator() external { }

    function verifySignature(address account, bytes32 hash, bytes calldata signature) external view returns (bool) {
        SignatureLib.requireReadable(account, signature);
        return SignatureLib.isSignedBy(account, hash, signature);
    }

    function verifyPresignature(address account, bytes32 hash) external view returns (bool) {
        return _isPresigned(account, hash);
    }

    function verifyPresignatureOrSignature(address account, bytes32 hash, bytes calldata signature)
        external
        view
        returns (bool)
    {
        if (_isPresigned(account, hash)) return true;
        SignatureLib.requireReadable(account, signature);
        return SignatureLib.isSignedBy(account, hash, signature);
    }

    function viewConsumed(bytes32 _id) external view returns (uint256 consumed) {
        return _consumed[_id];
    }

    function viewPresigned(bytes32 _id) external view returns (address signer) {
        return _presigned[_id];
    }

    function computeDealVolume(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external view returns (uint256) {
        Remaining memory left = _remaining(
            _hashOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder),
            appOrder.volume,
            datasetOrder.volume,
            workerpoolOrder.volume,
            requestOrder.volume
        );
        return _volumeOf(left);
    }

    function assertDatasetDealCompatibility(DatasetOrder calldata datasetOrder, bytes32 dealId) external view {
        bytes32 hash = OrderLib.typedDataHash(OrderLib.domainSeparator(), OrderLib.structHash(datasetOrder));
        if (_consumed[hash] >= datasetOrder.volume) {
            _refuseDataset("Dataset order is revoked or fully consumed");
        }
        address owner = _claimedOwner(datasetOrder.dataset);
        if (!_isApproved(owner, hash, datasetOrder.sign)) {
            _refuseDataset("Invalid dataset order signature");
        }
        (Terms memory deal,) = _readDeal(dealId);
        if (deal.requester == address(0)) _refuseDataset("Deal not found");
        if (deal.dataset != address(0)) _refuseDataset("Deal already has a dataset");
        if (!SignatureLib.isAllowed(datasetOrder.apprestrict, deal.app)) {
            _refuseDataset("App restriction not satisfied");
        }
        if (!SignatureLib.isAllowed(datasetOrder.workerpoolrestrict, deal.workerpool)) {
            _refuseDataset("Workerpool restriction not satisfied");
        }
        if (!SignatureLib.isAllowed(datasetOrder.requesterrestrict, deal.requester)) {
            _refuseDataset("Requester restriction not satisfied");
        }
        bytes32 tag = MatchLib.bindingTag(datasetOrder.tag);
        if (deal.tag & tag != tag) _refuseDataset("Tag compatibility not satisfied");
    }

    // Assets

    function viewApp(address app) external view returns (AppInfo memory info) {
        info.owner = _claimedOwner(app);
        info.m_appName = _textOf(app, IApp.m_appName.selector);
        info.m_appType = _textOf(app, IApp.m_appType.selector);
        info.m_appMultiaddr = _bytesOf(app, IApp.m_appMultiaddr.selector);
        info.m_appChecksum = bytes32(_wordOf(app, IApp.m_appChecksum.selector));
        info.m_appMREnclave = _bytesOf(app, IApp.m_appMREnclave.selector);
    }

    function viewDataset(address dataset) external view returns (DatasetInfo memory info) {
        info.owner = _claimedOwner(dataset);
        info.m_datasetName = _textOf(dataset, IDataset.m_datasetName.selector);
        info.m_datasetMultiaddr = _bytesOf(dataset, IDataset.m_datasetMultiaddr.selector);
        info.m_datasetChecksum = bytes32(_wordOf(dataset, IDataset.m_datasetChecksum.selector));
    }

    function viewWorkerpool(address workerpool) external view returns (WorkerpoolInfo memory info) {
        info.owner = _claimedOwner(workerpool);
        info.m_workerpoolDescription = _textOf(workerpool, IWorkerpool.m_workerpoolDescription.selector);
        info.m_workerStakeRatioPolicy = _wordOf(workerpool, IWorkerpool.m_workerStakeRatioPolicy.selector);
        info.m_schedulerRewardRatioPolicy = _wordOf(workerpool, IWorkerpool.m_schedulerRewardRatioPolicy.selector);
    }

    // Deals

    function viewDeal(bytes32 id) external view returns (Deal memory deal) {
        return _viewDeal(id);
    }

    function viewDealABILegacy_pt1(bytes32 _id)
        external
        view
        returns (address, address, uint256, address, address, uint256, address, address, uint256)
    {
        (Terms memory deal,) = _readDeal(_id);
        return (
            deal.app,
            deal.appOwner,
            deal.appPrice,
            deal.dataset,
            deal.datasetOwner,
            deal.datasetPrice,
            deal.workerpool,
            deal.workerpoolOwner,
            deal.workerpoolPrice
        );
    }

    function viewDealABILegacy_pt2(bytes32 _id)
        external
        view
        returns (uint256, bytes32, address, address, address, string memory)
    {
        (Terms memory deal, string memory params) = _readDeal(_id);
        return (deal.trust, deal.tag, deal.requester, deal.beneficiary, deal.callback, params);
    }

    function viewConfigABILegacy(bytes32 _id)
        external
        view
        returns (uint256, uint256, uint256, uint256, uint256, uint256)
    {
        (Terms memory deal,) = _readDeal(_id);
        return (deal.category, deal.startTime, deal.botFirst, deal.botSize, deal.workerStake, deal.schedulerRewardRatio);
    }

    // Tasks

    function viewTask(bytes32 id) external view returns (Task memory) {
        return _viewTask(id);
    }

    function viewTaskABILegacy(bytes32 _taskid)
        external
        view
        returns (
            TaskStatusEnum,
            bytes32,
            uint256,
            uint256,
            uint256,
            uint256,
            uint256,
            bytes32,
            uint256,
            uint256,
            address[] memory,
            bytes memory
        )
    {
        Task memory task = _viewTask(_taskid);
        return (
            task.status,
            task.dealid,
            task.idx,
            task.timeref,
            task.contributionDeadline,
            task.revealDeadline,
            task.finalDeadline,
            task.consensusValue,
            task.revealCounter,
            task.winnerCounter,
            task.contributors,
            task.results
        );
    }

    function viewContribution(bytes32 _taskid, address _worker) external view returns (Contribution memory) {
        return _viewContribution(_taskid, _worker);
    }

    function viewContributionABILegacy(bytes32 _taskid, address _worker)
        external
        view
        returns (ContributionStatusEnum, bytes32, bytes32, address)
    {
        Contribution memory contribution = _viewContribution(_taskid, _worker);
        return (contribution.status, contribution.resultHash, contribution.resultSeal, contribution.enclaveChallenge);
    }

    /// @notice ERC-1154: the callback data of a completed task.
    function resultFor(bytes32 id) external view returns (bytes memory) {
        TaskStatusEnum status = _statusOf(_tasks[id]);
        if (status != TaskStatusEnum.COMPLETED) revert TaskNotCompleted(id, status);
        (, bytes memory resultsCallback) = _readResults(id);
        return resultsCallback;
    }

    // Categories and configuration

    function countCategory() external view returns (uint256) {
        return _settings.categories;
    }

    function viewCategory(uint256 _catid) external view returns (Category memory) {
        return _viewCategory(_catid);
    }

    function viewCategoryABILegacy(uint256 _catid) external view returns (string memory, string memory, uint256) {
        Category memory category = _viewCategory(_catid);
        return (category.name, category.description, category.workClockTimeRef);
    }

    function appregistry() external view returns (address) {
        return address(APP_REGISTRY);
    }

    function datasetregistry() external view returns (address) {
        return address(DATASET_REGISTRY);
    }

    function workerpoolregistry() external view returns (address) {
        return address(WORKERPOOL_REGISTRY);
    }

    function teebroker() external view returns (address) {
        return _settings.teebroker;
    }

    function callbackgas() external view returns (uint256) {
        return _settings.callbackgas;
    }

    uint256 public constant contribution_deadline_ratio = DealLib.CONTRIBUTION_DEADLINE_RATIO;
    uint256 public constant reveal_deadline_ratio = DealLib.REVEAL_DEADLINE_RATIO;
    uint256 public constant final_deadline_ratio = DealLib.FINAL_DEADLINE_RATIO;
    uint256 public constant workerpool_stake_ratio = DealLib.WORKERPOOL_STAKE_RATIO;
    uint256 public constant kitty_ratio = KITTY_RATIO;
    uint256 public constant kitty_min = KITTY_MIN;
    address public constant kitty_address = KITTY_ADDRESS;
    uint256 public constant groupmember_purpose = SignatureLib.GROUPMEMBER_PURPOSE;

    function _refuseDataset(string memory reason) private pure {
        revert IncompatibleDatasetOrder(reason);
    }

    function _viewCategory(uint256 id) private view returns (Category memory) {
        uint256 count = _settings.categories;
        if (id >= count) revert IMatchErrors.UnknownCategory(id, count);
        CategorySlot storage category = _categories[id];
        return Category(category.name, category.description, category.workClockTimeRef);
    }
}
