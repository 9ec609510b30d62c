// SPDX-License-Identifier: Apache-2.0
// The hub as everybody outside sees it: one address that answers for both parts of its code.
pragma solidity 0.8.37;

import {
    AppOrder,
    AppOrderOperation,
    DatasetOrder,
    DatasetOrderOperation,
    RequestOrder,
    RequestOrderOperation,
    WorkerpoolOrder,
    WorkerpoolOrderOperation
} from "../types/Orders.sol";
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
import { IHubEvents } from "./IHubEvents.sol";

/**
 * @title The hub: where orders become deals, deals become tasks, and everybody is paid.
 * @notice Amounts are nRLC (10^-9 RLC), times are seconds, ids and hashes are 32 bytes.
 * @dev Every refusal is a custom error that carries the compared values; `protocol` turns each into a sentence. While the
 * hub calls a receiver of results, no function that is marked *guarded*, and no other form of one, can be called again.
 */
interface IHub is IHubEvents {
    // ---------------------------------------------------------------------------------------- escrow and account token

    /// @notice The RLC token, whose deposits are the accounts.
    function token() external view returns (address);

    function name() external view returns (string memory);

    function symbol() external view returns (string memory);

    function decimals() external view returns (uint8);

    /// @notice All free stakes together, the hub's own included, which holds what is locked.
    function totalSupply() external view returns (uint256);

    /// @notice The free stake of an account.
    function balanceOf(address account) external view returns (uint256);

    /// @notice What of an account is locked in running deals and tasks.
    function frozenOf(address account) external view returns (uint256);

    function viewAccount(address account) external view returns (Account memory);

    function viewAccountABILegacy(address _user) external view returns (uint256, uint256);

    function allowance(address account, address spender) external view returns (uint256);

    /// @dev Moves free stake of the caller.
    function transfer(address to, uint256 value) external returns (bool);

    /// @dev Moves free stake of `from`, out of an allowance that always shrinks by it.
    function transferFrom(address from, address to, uint256 value) external returns (bool);

    function approve(address spender, uint256 value) external returns (bool);

    function increaseAllowance(address spender, uint256 added) external returns (bool);

    function decreaseAllowance(address spender, uint256 subtracted) external returns (bool);

    /// @notice Approves, then calls `receiveApproval(caller, value, hub, data)` on the spender, which has to answer true.
    function approveAndCall(address spender, uint256 value, bytes calldata data) external returns (bool);

    /// @notice Turns RLC of the caller, who has approved it, into stake.
    /// @dev Guarded. Moves RLC of the caller to the hub.
    function deposit(uint256 amount) external returns (bool);

    /// @notice The same, for somebody else's account.
    function depositFor(uint256 amount, address target) external returns (bool);

    /// @notice The same, for many accounts at once: all or nothing.
    function depositForArray(uint256[] calldata amounts, address[] calldata targets) external returns (bool);

    /// @notice Turns free stake of the caller back into RLC.
    /// @dev Guarded. Moves RLC of the hub to the caller.
    function withdraw(uint256 amount) external returns (bool);

    /// @notice The same, to somebody else's address.
    function withdrawTo(uint256 amount, address target) external returns (bool);

    /// @notice What the RLC token calls at the end of `approveAndCall`: deposits for `sender`, and, when `data` encodes a
    /// `matchOrders` of his own request, matches it.
    /// @dev Guarded. Only the token may call. Moves RLC of `sender` to the hub.
    function receiveApproval(address sender, uint256 amount, address token, bytes calldata data) external returns (bool);

    /// @notice Credits the owner of the hub with RLC that was sent to it without a deposit, and that no account holds.
    /// @dev Guarded. Owner only. Moves nothing of any account.
    function recover() external returns (uint256);

    // ------------------------------------------------------------------------------------------------ orders on chain

    /// @notice Approves (SIGN) or cancels (CLOSE) an app order; by the owner of the app, or anybody with his signature.
    /// @dev Guarded. Any order can be closed, whatever its fields hold; closing is final for its hash.
    function manageAppOrder(AppOrderOperation calldata _apporderoperation) external;

    function manageDatasetOrder(DatasetOrderOperation calldata _datasetorderoperation) external;

    function manageWorkerpoolOrder(WorkerpoolOrderOperation calldata _workerpoolorderoperation) external;

    function manageRequestOrder(RequestOrderOperation calldata _requestorderoperation) external;

    /// @notice Publishes an order as an event, unchecked, for every order book that follows the chain.
    function broadcastAppOrder(AppOrder calldata _apporder) external;

    function broadcastDatasetOrder(DatasetOrder calldata _datasetorder) external;

    function broadcastWorkerpoolOrder(WorkerpoolOrder calldata _workerpoolorder) external;

    function broadcastRequestOrder(RequestOrder calldata _requestorder) external;

    /// @notice How much of an order is matched; all of it once it is closed.
    function viewConsumed(bytes32 _id) external view returns (uint256 consumed);

    /// @notice Who has approved an order on chain, or zero.
    function viewPresigned(bytes32 _id) external view returns (address signer);

    /// @notice Whether a signature is an account's: ECDSA (65 bytes, or 64 after EIP-2098), then ERC-1271 if it has code.
    function verifySignature(address account, bytes32 hash, bytes calldata signature) external view returns (bool);

    function verifyPresignature(address account, bytes32 hash) external view returns (bool);

    function verifyPresignatureOrSignature(address account, bytes32 hash, bytes calldata signature)
        external
        view
        returns (bool);

    /// @notice The EIP-712 domain of orders.
    function domain() external view returns (EIP712Domain memory);

    function eip712domain_separator() external view returns (bytes32);

    /// @notice Has nothing to do: the separator always follows the chain id.
    function updateDomainSeparator() external;

    // ----------------------------------------------------------------------------------------------------------- deals

    /// @notice Makes one deal of four orders that fit. The dataset order is all zeros when there is none.
    /// @dev Guarded. Anybody may call. Locks the price of all tasks of the requester, and 30 % of the workerpool's price
    /// of the workerpool's owner.
    function matchOrders(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external returns (bytes32);

    /// @notice The same, paid by the caller.
    /// @dev Guarded. Locks the price of the caller instead of the requester.
    function sponsorMatchOrders(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external returns (bytes32);

    /// @notice How many tasks these four orders still allow together, whether or not they fit.
    function computeDealVolume(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external view returns (uint256);

    /// @notice Refuses with `IncompatibleDatasetOrder(reason)` when this dataset could not be used by that deal.
    function assertDatasetDealCompatibility(DatasetOrder calldata datasetOrder, bytes32 dealId) external view;

    function viewDeal(bytes32 id) external view returns (Deal memory);

    function viewDealABILegacy_pt1(bytes32 _id)
        external
        view
        returns (address, address, uint256, address, address, uint256, address, address, uint256);

    function viewDealABILegacy_pt2(bytes32 _id)
        external
        view
        returns (uint256, bytes32, address, address, address, string memory);

    function viewConfigABILegacy(bytes32 _id)
        external
        view
        returns (uint256, uint256, uint256, uint256, uint256, uint256);

    // ----------------------------------------------------------------------------------------------------------- tasks

    /// @notice Starts one task of a deal.
    /// @dev Guarded. Anybody may call, at any time. Moves nothing.
    function initialize(bytes32 dealId, uint256 index) external returns (bytes32);

    /// @notice A worker's sealed vote for a result, with the scheduler's authorisation.
    /// @dev Guarded. Locks the worker's stake.
    function contribute(
        bytes32 taskId,
        bytes32 resultHash,
        bytes32 resultSeal,
        address enclaveChallenge,
        bytes calldata enclaveSign,
        bytes calldata authorizationSign
    ) external;

    /// @notice Vote, reveal and result in one, for a deal of trust 1.
    /// @dev Guarded. Pays app, dataset, worker and scheduler out of the sponsor's lock, and unlocks the workerpool's stake.
    function contributeAndFinalize(
        bytes32 taskId,
        bytes32 resultDigest,
        bytes calldata results,
        bytes calldata resultsCallback,
        address enclaveChallenge,
        bytes calldata enclaveSign,
        bytes calldata authorizationSign
    ) external;

    /// @notice Proves the caller's vote for the consensus by the digest behind it.
    /// @dev Guarded. Moves nothing.
    function reveal(bytes32 taskId, bytes32 resultDigest) external;

    /// @notice Rejects a consensus that nobody has revealed in time, and lets workers contribute again.
    /// @dev Guarded. The scheduler only. Moves nothing yet: the rejected lose their stake when the task is finalized.
    function reopen(bytes32 taskId) external;

    /// @notice Publishes the result and settles the task.
    /// @dev Guarded. The scheduler only. Pays app, dataset, workers and scheduler out of the sponsor's lock and the losers'
    /// stakes, and unlocks the workerpool's and the winners' stakes.
    function finalize(bytes32 taskId, bytes calldata results, bytes calldata resultsCallback) external;

    /// @notice Ends a task that was not finalized before its final deadline.
    /// @dev Guarded. Anybody may call. Unlocks the sponsor's price and the workers' stakes; the workerpool's stake goes to
    /// the kitty.
    function claim(bytes32 taskId) external;

    function initializeArray(bytes32[] calldata dealIds, uint256[] calldata indexes) external returns (bool);

    function claimArray(bytes32[] calldata taskIds) external returns (bool);

    function initializeAndClaimArray(bytes32[] calldata dealIds, uint256[] calldata indexes) external returns (bool);

    /// @notice Several calls of the caller in one transaction: all or nothing.
    function multicall(bytes[] calldata data) external returns (bytes[] memory results);

    function viewTask(bytes32 id) external view returns (Task memory);

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
        );

    function viewContribution(bytes32 _taskid, address _worker) external view returns (Contribution memory);

    function viewContributionABILegacy(bytes32 _taskid, address _worker)
        external
        view
        returns (ContributionStatusEnum, bytes32, bytes32, address);

    /// @notice How reliable a worker has been: plus one per accurate contribution to a task of several workers, minus a third per faulty one.
    function viewScore(address _worker) external view returns (uint256);

    /// @notice ERC-1154: the callback data of a completed task.
    function resultFor(bytes32 id) external view returns (bytes memory);

    // ---------------------------------------------------------------------------------------------------------- assets

    function appregistry() external view returns (address);

    function datasetregistry() external view returns (address);

    function workerpoolregistry() external view returns (address);

    function viewApp(address app) external view returns (AppInfo memory);

    function viewDataset(address dataset) external view returns (DatasetInfo memory);

    function viewWorkerpool(address workerpool) external view returns (WorkerpoolInfo memory);

    // --------------------------------------------------------------------------------------------------- configuration

    /// @notice Adds a class of run time; its id is the number of those before it. Owner only.
    function createCategory(string calldata name, string calldata description, uint256 workClockTimeRef)
        external
        returns (uint256);

    function countCategory() external view returns (uint256);

    function viewCategory(uint256 _catid) external view returns (Category memory);

    function viewCategoryABILegacy(uint256 _catid) external view returns (string memory, string memory, uint256);

    /// @notice Who authorises contributions with an enclave instead of the scheduler, in deals to come. Owner only.
    function setTeeBroker(address _teebroker) external;

    function teebroker() external view returns (address);

    /// @notice How much gas a receiver of results gets, in deals to come. Owner only, bounded.
    function setCallbackGas(uint256 _callbackgas) external;

    function callbackgas() external view returns (uint256);

    function contribution_deadline_ratio() external view returns (uint256);

    function reveal_deadline_ratio() external view returns (uint256);

    function final_deadline_ratio() external view returns (uint256);

    function workerpool_stake_ratio() external view returns (uint256);

    function kitty_ratio() external view returns (uint256);

    function kitty_min() external view returns (uint256);

    function kitty_address() external view returns (address);

    function groupmember_purpose() external view returns (uint256);

    function owner() external view returns (address);

    function pendingOwner() external view returns (address);

    /// @notice Offers the hub to a new owner, who has to accept it. Owner only.
    function transferOwnership(address newOwner) external;

    function acceptOwnership() external;

    /// @notice Always refused.
    function renounceOwnership() external;
}
