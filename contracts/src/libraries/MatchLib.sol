// SPDX-License-Identifier: Apache-2.0
// Whether four orders want the same thing. Only what the orders say is looked at here: no ownership, signature or consumption.
pragma solidity 0.8.37;

import { AppOrder, DatasetOrder, RequestOrder, WorkerpoolOrder } from "../types/Orders.sol";
import { requireAtMost, revertWith } from "./Refusal.sol";
import { SignatureLib } from "./SignatureLib.sol";

/// @notice Why four orders do not fit: what the one side wants, then what the other side has.
interface IMatchErrors {
    error CategoryMismatch(uint256 requested, uint256 offered);
    error UnknownCategory(uint256 category, uint256 count);
    error TrustTooLow(uint256 wanted, uint256 offered);
    error AppPriceTooHigh(uint256 asked, uint256 offered);
    error DatasetPriceTooHigh(uint256 asked, uint256 offered);
    error WorkerpoolPriceTooHigh(uint256 asked, uint256 offered);
    error WorkerpoolLacksTag(bytes32 required, bytes32 offered);
    error AppLacksTee(bytes32 required, bytes32 offered);
    error AppMismatch(address requested, address offered);
    error DatasetMismatch(address requested, address offered);
    error WorkerpoolRefusedByRequest(address allowed, address actual);
    error DatasetRefusedByApp(address allowed, address actual);
    error WorkerpoolRefusedByApp(address allowed, address actual);
    error RequesterRefusedByApp(address allowed, address actual);
    error AppRefusedByDataset(address allowed, address actual);
    error WorkerpoolRefusedByDataset(address allowed, address actual);
    error RequesterRefusedByDataset(address allowed, address actual);
    error AppRefusedByWorkerpool(address allowed, address actual);
    error DatasetRefusedByWorkerpool(address allowed, address actual);
    error RequesterRefusedByWorkerpool(address allowed, address actual);
}

library MatchLib {
    bytes32 internal constant TEE_BIT = bytes32(uint256(1));
    /// @dev Scone, Gramine and TDX: which enclave a dataset was prepared for does not bind the deal.
    bytes32 private constant TEE_FRAMEWORK_BITS = bytes32(uint256(0x0E));

    /// @notice The part of a dataset order's tag that binds a deal.
    function bindingTag(bytes32 datasetTag) internal pure returns (bytes32) {
        return datasetTag & ~TEE_FRAMEWORK_BITS;
    }

    /// @notice Refuses with the first misfit, in the order in which the interface promises them.
    /// @return tag everything that the app, the dataset and the request demand together
    function requireFit(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata workerpool,
        RequestOrder calldata request,
        uint256 categories
    ) internal view returns (bytes32 tag) {
        _requireTermsFit(app, dataset, workerpool, request, categories);
        tag = _requireTagFits(app.tag, dataset.tag, workerpool.tag, request.tag);
        _requireEqual(IMatchErrors.AppMismatch.selector, _word(request.app), _word(app.app));
        _requireEqual(IMatchErrors.DatasetMismatch.selector, _word(request.dataset), _word(dataset.dataset));
        _requireRestrictions(app, dataset, workerpool, request);
    }

    function _requireTermsFit(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata workerpool,
        RequestOrder calldata request,
        uint256 categories
    ) private pure {
        _requireEqual(IMatchErrors.CategoryMismatch.selector, request.category, workerpool.category);
        if (request.category >= categories) {
            revertWith(IMatchErrors.UnknownCategory.selector, request.category, categories);
        }
        requireAtMost(IMatchErrors.TrustTooLow.selector, request.trust, workerpool.trust);
        requireAtMost(IMatchErrors.AppPriceTooHigh.selector, app.appprice, request.appmaxprice);
        requireAtMost(IMatchErrors.DatasetPriceTooHigh.selector, dataset.datasetprice, request.datasetmaxprice);
        requireAtMost(
            IMatchErrors.WorkerpoolPriceTooHigh.selector, workerpool.workerpoolprice, request.workerpoolmaxprice
        );
    }

    function _requireTagFits(bytes32 appTag, bytes32 datasetTag, bytes32 workerpoolTag, bytes32 requestTag)
        private
        pure
        returns (bytes32 tag)
    {
        tag = appTag | bindingTag(datasetTag) | requestTag;
        if (tag & ~workerpoolTag != 0) {
            revertWith(IMatchErrors.WorkerpoolLacksTag.selector, uint256(tag), uint256(workerpoolTag));
        }
        if ((tag ^ appTag) & TEE_BIT != 0) {
            revertWith(IMatchErrors.AppLacksTee.selector, uint256(tag), uint256(appTag));
        }
    }

    function _requireRestrictions(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata pool,
        RequestOrder calldata request
    ) private view {
        _requireAllowed(IMatchErrors.WorkerpoolRefusedByRequest.selector, request.workerpool, pool.workerpool);
        _requireAllowed(IMatchErrors.DatasetRefusedByApp.selector, app.datasetrestrict, dataset.dataset);
        _requireAllowed(IMatchErrors.WorkerpoolRefusedByApp.selector, app.workerpoolrestrict, pool.workerpool);
        _requireAllowed(IMatchErrors.RequesterRefusedByApp.selector, app.requesterrestrict, request.requester);
        _requireAllowed(IMatchErrors.AppRefusedByDataset.selector, dataset.apprestrict, app.app);
        _requireAllowed(IMatchErrors.WorkerpoolRefusedByDataset.selector, dataset.workerpoolrestrict, pool.workerpool);
        _requireAllowed(IMatchErrors.RequesterRefusedByDataset.selector, dataset.requesterrestrict, request.requester);
        _requireAllowed(IMatchErrors.AppRefusedByWorkerpool.selector, pool.apprestrict, app.app);
        _requireAllowed(IMatchErrors.DatasetRefusedByWorkerpool.selector, pool.datasetrestrict, dataset.dataset);
        _requireAllowed(IMatchErrors.RequesterRefusedByWorkerpool.selector, pool.requesterrestrict, request.requester);
    }

    function _requireAllowed(bytes4 refusal, address restriction, address actual) private view {
        if (!SignatureLib.isAllowed(restriction, actual)) revertWith(refusal, _word(restriction), _word(actual));
    }

    function _requireEqual(bytes4 refusal, uint256 wanted, uint256 given) private pure {
        if (wanted != given) revertWith(refusal, wanted, given);
    }

    function _word(address account) private pure returns (uint256) {
        return uint160(account);
    }
}
