// SPDX-License-Identifier: Apache-2.0
// What an order's hash stands for on the hub: how much of it is consumed, who approved it on chain, and whose signature it needs.
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

import { AppOrder, DatasetOrder, RequestOrder, WorkerpoolOrder } from "../types/Orders.sol";
import { OrderLib } from "../libraries/OrderLib.sol";
import { SignatureLib } from "../libraries/SignatureLib.sol";
import { HubState } from "./HubState.sol";

/// @dev Typed-data hashes of the four orders of a match; `dataset` is zero without a dataset.
struct OrderHashes {
    bytes32 app;
    bytes32 dataset;
    bytes32 workerpool;
    bytes32 request;
}

/// @dev How much is left of each order; `dataset` is unlimited without a dataset.
struct Remaining {
    uint256 app;
    uint256 dataset;
    uint256 workerpool;
    uint256 request;
}

abstract contract Orders is HubState {
    function _hashOrders(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata workerpool,
        RequestOrder calldata request
    ) internal view returns (OrderHashes memory hashes) {
        bytes32 separator = OrderLib.domainSeparator();
        hashes.app = OrderLib.typedDataHash(separator, OrderLib.structHash(app));
        if (dataset.dataset != address(0)) {
            hashes.dataset = OrderLib.typedDataHash(separator, OrderLib.structHash(dataset));
        }
        hashes.workerpool = OrderLib.typedDataHash(separator, OrderLib.structHash(workerpool));
        hashes.request = OrderLib.typedDataHash(separator, OrderLib.structHash(request));
    }

    /// @dev No subtraction can go below zero: the hash commits to the volume, and consumption never exceeds it.
    function _remaining(
        OrderHashes memory hashes,
        uint256 appVolume,
        uint256 datasetVolume,
        uint256 workerpoolVolume,
        uint256 requestVolume
    ) internal view returns (Remaining memory left) {
        left.app = appVolume - _consumed[hashes.app];
        left.dataset = hashes.dataset == 0 ? type(uint256).max : datasetVolume - _consumed[hashes.dataset];
        left.workerpool = workerpoolVolume - _consumed[hashes.workerpool];
        left.request = requestVolume - _consumed[hashes.request];
    }

    /// @dev As many tasks as all orders still allow.
    function _volumeOf(Remaining memory left) internal pure returns (uint256) {
        return Math.min(Math.min(left.app, left.dataset), Math.min(left.workerpool, left.request));
    }

    /// @dev Presigned or signed. The key comes first because it costs no storage read; the answer is the same in any order.
    function _isApproved(address account, bytes32 hash, bytes calldata signature) internal view returns (bool) {
        return SignatureLib.isSignedByKey(account, hash, signature) || _isPresigned(account, hash)
            || SignatureLib.isSignedByCode(account, hash, signature);
    }

    function _isPresigned(address account, bytes32 hash) internal view returns (bool) {
        return account != address(0) && _presigned[hash] == account;
    }
}
