// SPDX-License-Identifier: Apache-2.0
// Orders approved or cancelled on chain by their owners, and published on chain by anyone.
pragma solidity 0.8.37;

import { OrderLib } from "../libraries/OrderLib.sol";
import { SignatureLib } from "../libraries/SignatureLib.sol";
import {
    AppOrder,
    AppOrderOperation,
    DatasetOrder,
    DatasetOrderOperation,
    OrderOperationEnum,
    RequestOrder,
    RequestOrderOperation,
    WorkerpoolOrder,
    WorkerpoolOrderOperation
} from "../types/Orders.sol";
import { AssetReader } from "./AssetReader.sol";
import { HubState } from "./HubState.sol";

error NotTheOrderSigner(address caller, address owner, bytes32 operationHash);

/// Neither registration nor ranges are looked at here, so that any order can always be closed. What is approved on chain
/// still has to pass every check of matching.
abstract contract OrderManagement is HubState, AssetReader {
    function manageAppOrder(AppOrderOperation calldata _apporderoperation) external nonReentrant {
        (bytes32 hash, bool signed) = _manage(
            _claimedOwner(_apporderoperation.order.app),
            OrderLib.structHash(_apporderoperation.order),
            OrderLib.structHash(_apporderoperation),
            _apporderoperation.operation,
            _apporderoperation.order.volume,
            _apporderoperation.sign
        );
        if (signed) emit SignedAppOrder(hash);
        else emit ClosedAppOrder(hash);
    }

    function manageDatasetOrder(DatasetOrderOperation calldata _datasetorderoperation) external nonReentrant {
        (bytes32 hash, bool signed) = _manage(
            _claimedOwner(_datasetorderoperation.order.dataset),
            OrderLib.structHash(_datasetorderoperation.order),
            OrderLib.structHash(_datasetorderoperation),
            _datasetorderoperation.operation,
            _datasetorderoperation.order.volume,
            _datasetorderoperation.sign
        );
        if (signed) emit SignedDatasetOrder(hash);
        else emit ClosedDatasetOrder(hash);
    }

    function manageWorkerpoolOrder(WorkerpoolOrderOperation calldata _workerpoolorderoperation) external nonReentrant {
        (bytes32 hash, bool signed) = _manage(
            _claimedOwner(_workerpoolorderoperation.order.workerpool),
            OrderLib.structHash(_workerpoolorderoperation.order),
            OrderLib.structHash(_workerpoolorderoperation),
            _workerpoolorderoperation.operation,
            _workerpoolorderoperation.order.volume,
            _workerpoolorderoperation.sign
        );
        if (signed) emit SignedWorkerpoolOrder(hash);
        else emit ClosedWorkerpoolOrder(hash);
    }

    function manageRequestOrder(RequestOrderOperation calldata _requestorderoperation) external nonReentrant {
        (bytes32 hash, bool signed) = _manage(
            _requestorderoperation.order.requester,
            OrderLib.structHash(_requestorderoperation.order),
            OrderLib.structHash(_requestorderoperation),
            _requestorderoperation.operation,
            _requestorderoperation.order.volume,
            _requestorderoperation.sign
        );
        if (signed) emit SignedRequestOrder(hash);
        else emit ClosedRequestOrder(hash);
    }

    function broadcastAppOrder(AppOrder calldata _apporder) external {
        emit BroadcastAppOrder(_apporder);
    }

    function broadcastDatasetOrder(DatasetOrder calldata _datasetorder) external {
        emit BroadcastDatasetOrder(_datasetorder);
    }

    function broadcastWorkerpoolOrder(WorkerpoolOrder calldata _workerpoolorder) external {
        emit BroadcastWorkerpoolOrder(_workerpoolorder);
    }

    function broadcastRequestOrder(RequestOrder calldata _requestorder) external {
        emit BroadcastRequestOrder(_requestorder);
    }

    /// @dev Approves or closes an order for its owner, who calls or has signed the operation.
    function _manage(
        address owner,
        bytes32 orderStruct,
        bytes32 operationStruct,
        OrderOperationEnum operation,
        uint256 volume,
        bytes calldata signature
    ) private returns (bytes32 hash, bool signed) {
        bytes32 separator = OrderLib.domainSeparator();
        bytes32 operationHash = OrderLib.typedDataHash(separator, operationStruct);
        if (msg.sender != owner && !SignatureLib.isSignedBy(owner, operationHash, signature)) {
            revert NotTheOrderSigner(msg.sender, owner, operationHash);
        }
        hash = OrderLib.typedDataHash(separator, orderStruct);
        signed = operation == OrderOperationEnum.SIGN;
        if (signed) _presigned[hash] = owner;
        else _consumed[hash] = volume;
    }
}
