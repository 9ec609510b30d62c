// SPDX-License-Identifier: Apache-2.0
// The one contract that holds the market's money and state. Deals, tasks and the account token are here; what is called
// more rarely lives in `HubExtension`, which the fallback runs on this contract's storage.
pragma solidity 0.8.37;

import { Multicall } from "@openzeppelin/contracts/utils/Multicall.sol";

import { IHub } from "../interfaces/IHub.sol";
import { AppOrder, DatasetOrder, RequestOrder, WorkerpoolOrder } from "../types/Orders.sol";
import { Category } from "../types/Views.sol";
import { Categories } from "./Categories.sol";
import { FallbackDisabled, HubConfig, HubState } from "./HubState.sol";
import { Matching } from "./Matching.sol";
import { Tasks } from "./Tasks.sol";
import { Token } from "./Token.sol";

/// @notice The hub holds no ether.
error EtherRefused(uint256 value);
/// @notice This is no extension of a hub with this token and these registries.
error ExtensionMismatch(address extension);

contract Hub is Matching, Tasks, Token, Categories, Multicall {
    address private immutable EXTENSION;

    /// @param categories the first categories, so that a new hub can be traded on without an act of its owner
    constructor(HubConfig memory config, address extension, Category[] memory categories) HubState(config) {
        _requireExtension(config, extension);
        EXTENSION = extension;
        _settings.callbackgas = 200_000;
        for (uint256 i = 0; i < categories.length; ++i) {
            _createCategory(categories[i].name, categories[i].description, categories[i].workClockTimeRef);
        }
    }

    /// @dev Refuses plain transfers of ether, and hands every other selector to the extension.
    fallback() external payable {
        if (msg.value != 0) revert EtherRefused(msg.value);
        address extension = EXTENSION;
        assembly {
            calldatacopy(0, 0, calldatasize())
            let done := delegatecall(gas(), extension, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            switch done
            case 0 { revert(0, returndatasize()) }
            default { return(0, returndatasize()) }
        }
    }

    receive() external payable {
        if (msg.value == 0) revert FallbackDisabled(bytes4(0));
        revert EtherRefused(msg.value);
    }

    function matchOrders(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external nonReentrant returns (bytes32) {
        return _matchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder, requestOrder.requester);
    }

    function sponsorMatchOrders(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external nonReentrant returns (bytes32 dealid) {
        dealid = _matchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder, msg.sender);
        emit DealSponsored(dealid, msg.sender);
    }

    function initialize(bytes32 dealId, uint256 index) external nonReentrant returns (bytes32) {
        return _initialize(dealId, index);
    }

    function contribute(
        bytes32 taskId,
        bytes32 resultHash,
        bytes32 resultSeal,
        address enclaveChallenge,
        bytes calldata enclaveSign,
        bytes calldata authorizationSign
    ) external nonReentrant {
        _contribute(taskId, resultHash, resultSeal, enclaveChallenge, enclaveSign, authorizationSign);
    }

    function contributeAndFinalize(
        bytes32 taskId,
        bytes32 resultDigest,
        bytes calldata results,
        bytes calldata resultsCallback,
        address enclaveChallenge,
        bytes calldata enclaveSign,
        bytes calldata authorizationSign
    ) external nonReentrant {
        _contributeAndFinalize(
            taskId, resultDigest, results, resultsCallback, enclaveChallenge, enclaveSign, authorizationSign
        );
    }

    function reveal(bytes32 taskId, bytes32 resultDigest) external nonReentrant {
        _reveal(taskId, resultDigest);
    }

    function reopen(bytes32 taskId) external nonReentrant {
        _reopen(taskId);
    }

    function finalize(bytes32 taskId, bytes calldata results, bytes calldata resultsCallback) external nonReentrant {
        _finalize(taskId, results, resultsCallback);
    }

    function claim(bytes32 taskId) external nonReentrant {
        _claim(taskId);
    }

    function initializeArray(bytes32[] calldata dealIds, uint256[] calldata indexes)
        external
        nonReentrant
        returns (bool)
    {
        _requireSameLength(dealIds.length, indexes.length);
        for (uint256 i = 0; i < dealIds.length; ++i) {
            _initialize(dealIds[i], indexes[i]);
        }
        return true;
    }

    function claimArray(bytes32[] calldata taskIds) external nonReentrant returns (bool) {
        for (uint256 i = 0; i < taskIds.length; ++i) {
            _claim(taskIds[i]);
        }
        return true;
    }

    function initializeAndClaimArray(bytes32[] calldata dealIds, uint256[] calldata indexes)
        external
        nonReentrant
        returns (bool)
    {
        _requireSameLength(dealIds.length, indexes.length);
        for (uint256 i = 0; i < dealIds.length; ++i) {
            _claim(_initialize(dealIds[i], indexes[i]));
        }
        return true;
    }

    /// @dev Both parts have the token and the registries in their code, and nothing could mend a hub whose parts differ.
    function _requireExtension(HubConfig memory config, address extension) private view {
        if (extension.code.length == 0) revert ExtensionMismatch(extension);
        IHub other = IHub(extension);
        if (
            other.token() != address(config.token) || other.appregistry() != address(config.appregistry)
                || other.datasetregistry() != address(config.datasetregistry)
                || other.workerpoolregistry() != address(config.workerpoolregistry)
        ) revert ExtensionMismatch(extension);
    }
}
