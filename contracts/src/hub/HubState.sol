// SPDX-License-Identifier: Apache-2.0
// What the hub remembers. Hub and HubExtension share this layout: the extension runs on the hub's storage.
pragma solidity 0.8.37;

import { Ownable, Ownable2Step } from "@openzeppelin/contracts/access/Ownable2Step.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import { IHubEvents } from "../interfaces/IHubEvents.sol";
import { IRegistry } from "../interfaces/IRegistry.sol";
import { CodeStore } from "../libraries/CodeStore.sol";
import { Group } from "../libraries/ConsensusLib.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice The contracts that a hub is bound to for ever.
struct HubConfig {
    address owner;
    IERC20 token;
    IRegistry appregistry;
    IRegistry datasetregistry;
    IRegistry workerpoolregistry;
}

/// @dev One slot: a stake, what of it is locked, and the worker's score, which most calls touch together.
/// 96 bits hold every amount because `totalSupply` is kept below them.
struct AccountSlot {
    uint96 stake;
    uint96 locked;
    uint64 score;
}

/// @dev One slot, read by every match.
struct Settings {
    address teebroker;
    uint32 callbackgas;
    uint32 categories;
}

struct CategorySlot {
    uint32 workClockTimeRef;
    string name;
    string description;
}

/// @dev How far an initialized task that has not failed has come.
enum Phase {
    ACTIVE,
    REVEALING,
    COMPLETED
}

/// @dev First slot: written when the task is initialized, and once more if it fails. Second slot: all that changes while
/// workers are at it, so that a vote or a reveal writes one slot, and a task without workers never has it. Third: the
/// digest, once somebody has revealed it. Contributors form a list from the last to the first through `Vote.previous`.
struct TaskSlot {
    address deal;
    uint64 index;
    bool failed;
    TaskProgress progress;
    bytes32 resultDigest;
}

struct TaskProgress {
    uint8 phase;
    uint8 contributors;
    uint8 groups;
    uint8 consensusGroup;
    uint8 winners;
    uint8 reveals;
    uint40 revealDeadline;
    address lastContributor;
}

/// @dev A contribution. Its result hash is its group's; in the one-transaction path, which has no group, hash and seal
/// follow from the digest and are not stored.
struct Vote {
    address previous;
    uint8 status;
    uint8 share;
    uint8 group;
    bytes32 seal;
    address enclaveChallenge;
}

/// @notice No function has this selector.
error FallbackDisabled(bytes4 selector);
error OwnershipNotRenounceable();

abstract contract HubState is IHubEvents, CodeStore, Ownable2Step, ReentrancyGuardTransient {
    uint256 internal constant KITTY_RATIO = 10;
    uint256 internal constant KITTY_MIN = 1e9;
    address internal constant KITTY_ADDRESS = 0x99c2268479b93fDe36232351229815DF80837e23;

    IERC20 internal immutable TOKEN;
    IRegistry internal immutable APP_REGISTRY;
    IRegistry internal immutable DATASET_REGISTRY;
    IRegistry internal immutable WORKERPOOL_REGISTRY;

    Settings internal _settings;
    uint256 internal _totalSupply;
    mapping(uint256 id => CategorySlot) internal _categories;
    mapping(address account => AccountSlot) internal _accounts;
    mapping(address account => mapping(address spender => uint256)) internal _allowances;
    mapping(bytes32 orderHash => uint256) internal _consumed;
    mapping(bytes32 orderHash => address) internal _presigned;
    mapping(bytes32 taskid => TaskSlot) internal _tasks;
    mapping(bytes32 taskid => mapping(uint256 index => Group)) internal _groups;
    mapping(bytes32 taskid => mapping(address worker => Vote)) internal _votes;

    constructor(HubConfig memory config) Ownable(config.owner) {
        TOKEN = config.token;
        APP_REGISTRY = config.appregistry;
        DATASET_REGISTRY = config.datasetregistry;
        WORKERPOOL_REGISTRY = config.workerpoolregistry;
    }

    /// @dev The key under which a deal is stored as code. Results are stored under their task's id and hold what anybody
    /// wants; since callers also name deals as they want, a deal's key is a hash of 33 bytes, which no other key is: no
    /// result, and no later chunk of anything, can be taken for a deal or lie where one belongs.
    function _dealKey(bytes32 dealid) internal pure returns (bytes32 key) {
        assembly ("memory-safe") {
            mstore(0x00, dealid)
            mstore8(0x20, 0x01)
            key := keccak256(0x00, 0x21)
        }
    }

    /// @notice Always refused: a hub without an owner could never get another category.
    function renounceOwnership() public override onlyOwner {
        revert OwnershipNotRenounceable();
    }
}
