// SPDX-License-Identifier: Apache-2.0
// The owner of a workerpool whose money key stays cold.
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import { IERC721Receiver } from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";

import { WorkerpoolOrder } from "../types/Orders.sol";
import { IHub } from "./IHub.sol";

/// @notice Which workerpool orders operators may sign. They hold whenever the hub asks, so a change reaches signed orders too.
struct OrderLimits {
    /// @dev Most stake, in nRLC, that may be locked together with what is left of an order: what stolen keys can cost at most
    /// until they are revoked, for every deal that they let fail.
    uint96 maxLocked;
    uint64 maxVolume;
    uint96 maxTrust;
    /// @dev Every bit that an order may offer.
    bytes32 tags;
    /// @dev By category, in nRLC for one task. A category beyond the end is not for sale, nor is one at the highest number.
    uint256[] minPrices;
}

/**
 * @title A contract that owns one workerpool: its operators run the pool, its cold owner has the money.
 * @notice Whatever the hub lets the owner of a workerpool do is divided in two. Operators finalize and reopen tasks, and sign
 * permissions of workers, workerpool orders within limits, the address of the pool's API, and logins to markets, where they
 * publish and withdraw its orders. Everything else is the owner's.
 * Stake and rewards are in the hub's account of this contract; anybody may `depositFor` it.
 * @dev The contract holds no ether, and nothing in it moves funds but `withdraw` and `execute`.
 *
 * **Signatures.** ERC-1271 knows a hash only, so a signature brings along what was hashed. The hash is computed again from
 * that, and the operator's 65 bytes over this same hash are at the end:
 *
 *   permission of a worker  0x01 ‖ worker (20) ‖ task id (32) ‖ enclave challenge (20) ‖ r ‖ s ‖ v
 *   workerpool order        0x02 ‖ the ten fields of the order, one word each ‖ r ‖ s ‖ v
 *   address of the API      0x03 ‖ valid until (32) ‖ URL in UTF-8 ‖ r ‖ s ‖ v
 *   login to a market       0x04 ‖ challenge in UTF-8 ‖ r ‖ s ‖ v
 *
 * No other hash is ever accepted. Each hash commits to one chain and to this pool: the order and the API by its address and
 * the chain id, a permission by its task, whose id follows from the hub, the chain and the orders. A login holds the chain id,
 * and a market gives each challenge to one account and takes it once.
 */
interface IPoolOperator is IERC1271, IERC721Receiver {
    /// @notice The registry of the hub does not know this workerpool.
    error WorkerpoolUnknown(address workerpool);
    /// @notice Neither the zero address, nor an operator, nor one who was revoked can be made an operator.
    error OperatorNotNew(address operator);
    error OperatorUnknown(address operator);
    error CallerIsNotAnOperator(address caller);
    /// @notice Operators can call this function of the hub only directly, or not at all.
    error CallNotForOperators(bytes4 selector);
    error OrderForOtherWorkerpool(address given, address workerpool);
    error OrderCategoryNotForSale(uint256 category);
    error OrderPriceTooLow(uint256 price, uint256 min);
    error OrderVolumeTooHigh(uint256 volume, uint256 max);
    error OrderTrustTooHigh(uint256 trust, uint256 max);
    error OrderTagNotForSale(bytes32 tag, bytes32 tags);
    /// @notice What is locked already, what the rest of the order would lock, and the most that may be locked.
    error OrderLocksTooMuch(uint256 locked, uint256 added, uint256 max);
    error EndpointValidTooLong(uint256 validUntil, uint256 max);

    event OperatorAdded(address indexed operator);
    event OperatorRevoked(address indexed operator);
    event LimitsChanged(OrderLimits limits);

    /// @notice The market on which the pool works.
    function hub() external view returns (IHub);

    /// @notice The workerpool, whether or not this contract owns it yet.
    function workerpool() external view returns (address);

    /// @notice Who are operators now.
    function operators() external view returns (address[] memory);

    function isOperator(address account) external view returns (bool);

    function limits() external view returns (OrderLimits memory);

    // ------------------------------------------------------------------------------------------------------- the owner

    /// @notice Lets a key run the pool. Owner only.
    /// @dev A key that was revoked never comes back: all it ever signed would be good again.
    function addOperator(address operator) external;

    /// @notice Ends at once whatever this key may do, and the worth of all that it has signed. Owner only.
    /// @dev Deals that were made stay. A new key voids all earlier orders, too.
    function revokeOperator(address operator) external;

    /// @notice Changes what orders may offer, for orders signed before, too. Owner only.
    function setLimits(OrderLimits calldata newLimits) external;

    /// @notice Turns free stake into RLC. Owner only.
    /// @dev Moves RLC of the hub to `target`.
    function withdraw(uint256 amount, address target) external;

    /// @notice Any other call: to change the pool's policy, give the pool away, approve an order on chain, move tokens. Owner only.
    /// @dev Moves what the call moves.
    function execute(address target, bytes calldata data) external returns (bytes memory answer);

    // --------------------------------------------------------------------------------------------------- the operators

    /// @notice The hub's `finalize`, as the scheduler.
    function finalize(bytes32 taskId, bytes calldata results, bytes calldata resultsCallback) external;

    /// @notice The hub's `reopen`, as the scheduler.
    function reopen(bytes32 taskId) external;

    /// @notice Several calls of the hub in one transaction, all or nothing: `finalize`, `reopen`, and what anybody may call
    /// (`initialize`, `initializeArray`, `claim`, `claimArray`, `initializeAndClaimArray`).
    function multicall(bytes[] calldata data) external returns (bytes[] memory results);

    /// @notice Cancels an order of the pool for good, whoever signed it.
    /// @dev Operators cannot approve orders on chain: such an approval would outlive their revocation. They sign orders, and
    /// anybody may broadcast those on chain.
    function closeOrder(WorkerpoolOrder calldata order) external;
}
