// SPDX-License-Identifier: Apache-2.0
// Owns one workerpool: operators run it within limits, and only the cold owner reaches its money.
pragma solidity 0.8.37;

import { Ownable, Ownable2Step } from "@openzeppelin/contracts/access/Ownable2Step.sol";
import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import { IERC721Receiver } from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

import { OwnershipNotRenounceable } from "../hub/HubState.sol";
import { IHub } from "../interfaces/IHub.sol";
import { IPoolOperator, OrderLimits } from "../interfaces/IPoolOperator.sol";
import { IRegistry } from "../interfaces/IRegistry.sol";
import { OrderOperationEnum, WorkerpoolOrder, WorkerpoolOrderOperation } from "../types/Orders.sol";
import { OperatorSignatures } from "./OperatorSignatures.sol";

contract PoolOperator is IPoolOperator, OperatorSignatures, Ownable2Step {
    enum Standing {
        UNKNOWN,
        OPERATOR,
        REVOKED
    }

    uint256 private constant STAKE_RATIO = 30;

    OrderLimits private _limits;
    mapping(address account => Standing) private _standings;
    /// Everybody who ever was one: for reading only.
    address[] private _operators;

    modifier onlyOperator() {
        if (!isOperator(msg.sender)) revert CallerIsNotAnOperator(msg.sender);
        _;
    }

    constructor(IHub hub_, address workerpool_, address owner_, address[] memory operators_, OrderLimits memory limits_)
        OperatorSignatures(hub_, workerpool_)
        Ownable(owner_)
    {
        if (!IRegistry(hub_.workerpoolregistry()).isRegistered(workerpool_)) revert WorkerpoolUnknown(workerpool_);
        for (uint256 i = 0; i < operators_.length; ++i) {
            _addOperator(operators_[i]);
        }
        _setLimits(limits_);
    }

    function addOperator(address operator) external override onlyOwner {
        _addOperator(operator);
    }

    function revokeOperator(address operator) external override onlyOwner {
        if (!isOperator(operator)) revert OperatorUnknown(operator);
        _standings[operator] = Standing.REVOKED;
        emit OperatorRevoked(operator);
    }

    function setLimits(OrderLimits calldata newLimits) external override onlyOwner {
        _setLimits(newLimits);
    }

    function withdraw(uint256 amount, address target) external override onlyOwner {
        hub.withdrawTo(amount, target);
    }

    function execute(address target, bytes calldata data) external override onlyOwner returns (bytes memory answer) {
        bool done;
        (done, answer) = target.call(data);
        return Address.verifyCallResultFromTarget(target, done, answer);
    }

    function finalize(bytes32 taskId, bytes calldata results, bytes calldata resultsCallback)
        external
        override
        onlyOperator
    {
        hub.finalize(taskId, results, resultsCallback);
    }

    function reopen(bytes32 taskId) external override onlyOperator {
        hub.reopen(taskId);
    }

    function multicall(bytes[] calldata data) external override onlyOperator returns (bytes[] memory results) {
        for (uint256 i = 0; i < data.length; ++i) {
            _requireForOperators(bytes4(data[i]));
        }
        return hub.multicall(data);
    }

    function closeOrder(WorkerpoolOrder calldata order) external override onlyOperator {
        if (order.workerpool != workerpool) revert OrderForOtherWorkerpool(order.workerpool, workerpool);
        hub.manageWorkerpoolOrder(WorkerpoolOrderOperation(order, OrderOperationEnum.CLOSE, ""));
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view override returns (bytes4) {
        return _isSigned(hash, signature) ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    function limits() external view override returns (OrderLimits memory) {
        return _limits;
    }

    function operators() external view override returns (address[] memory current) {
        current = new address[](_operators.length);
        uint256 count;
        for (uint256 i = 0; i < current.length; ++i) {
            if (isOperator(_operators[i])) current[count++] = _operators[i];
        }
        assembly ("memory-safe") {
            mstore(current, count)
        }
    }

    /// @dev Wallets give tokens away safely, so the pool has to be accepted.
    function onERC721Received(address, address, uint256, bytes calldata) external pure override returns (bytes4) {
        return IERC721Receiver.onERC721Received.selector;
    }

    function isOperator(address account) public view override returns (bool) {
        return _standings[account] == Standing.OPERATOR;
    }

    /// @dev Without an owner, nobody could ever reach the stake.
    function renounceOwnership() public view override onlyOwner {
        revert OwnershipNotRenounceable();
    }

    function _addOperator(address operator) private {
        if (operator == address(0) || _standings[operator] != Standing.UNKNOWN) revert OperatorNotNew(operator);
        _standings[operator] = Standing.OPERATOR;
        _operators.push(operator);
        emit OperatorAdded(operator);
    }

    function _setLimits(OrderLimits memory newLimits) private {
        _limits = newLimits;
        emit LimitsChanged(newLimits);
    }

    /// @dev Nothing here moves funds of the account but by ending tasks as the hub's rules say.
    function _requireForOperators(bytes4 selector) private pure {
        if (
            selector != IHub.finalize.selector && selector != IHub.reopen.selector
                && selector != IHub.initialize.selector && selector != IHub.initializeArray.selector
                && selector != IHub.claim.selector && selector != IHub.claimArray.selector
                && selector != IHub.initializeAndClaimArray.selector
        ) revert CallNotForOperators(selector);
    }

    function _isSigner(address account) internal view override returns (bool) {
        return isOperator(account);
    }

    function _requireWithinLimits(bytes32 hash, WorkerpoolOrder calldata order) internal view override {
        OrderLimits storage max = _limits;
        if (order.workerpool != workerpool) revert OrderForOtherWorkerpool(order.workerpool, workerpool);
        if (order.category >= max.minPrices.length) revert OrderCategoryNotForSale(order.category);
        uint256 minPrice = max.minPrices[order.category];
        if (minPrice == type(uint256).max) revert OrderCategoryNotForSale(order.category);
        if (order.workerpoolprice < minPrice) revert OrderPriceTooLow(order.workerpoolprice, minPrice);
        if (order.volume > max.maxVolume) revert OrderVolumeTooHigh(order.volume, max.maxVolume);
        if (order.trust > max.maxTrust) revert OrderTrustTooHigh(order.trust, max.maxTrust);
        if (order.tag & ~max.tags != 0) revert OrderTagNotForSale(order.tag, max.tags);
        _requireStakeWithin(max.maxLocked, hash, order);
    }

    /// @dev As long as the order alone fits, it stays good while it is matched: what it locks is no more left of it.
    function _requireStakeWithin(uint256 maxLocked, bytes32 hash, WorkerpoolOrder calldata order) private view {
        uint256 left = order.volume - hub.viewConsumed(hash);
        uint256 added = Math.saturatingMul(Math.saturatingMul(order.workerpoolprice, STAKE_RATIO) / 100, left);
        uint256 locked = hub.frozenOf(address(this));
        if (Math.saturatingAdd(locked, added) > maxLocked) revert OrderLocksTooMuch(locked, added, maxLocked);
    }
}
