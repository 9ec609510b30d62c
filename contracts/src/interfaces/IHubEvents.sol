// SPDX-License-Identifier: Apache-2.0
// Every event of the hub. Topics, argument names and indexed flags are those that existing clients read.
pragma solidity 0.8.37;

import { AppOrder, DatasetOrder, RequestOrder, WorkerpoolOrder } from "../types/Orders.sol";

interface IHubEvents {
    // The account token

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);
    /// @notice `amount` of the owner's stake is reserved for a deal or a contribution.
    event Lock(address owner, uint256 amount);
    /// @notice `amount` is the owner's free stake again.
    event Unlock(address owner, uint256 amount);
    /// @notice `amount` was earned with the task `ref`.
    event Reward(address owner, uint256 amount, bytes32 ref);
    /// @notice `amount` of what the owner had locked is gone with the task `ref`.
    event Seize(address owner, uint256 amount, bytes32 ref);

    // Orders

    event SignedAppOrder(bytes32 appHash);
    event SignedDatasetOrder(bytes32 datasetHash);
    event SignedWorkerpoolOrder(bytes32 workerpoolHash);
    event SignedRequestOrder(bytes32 requestHash);
    event ClosedAppOrder(bytes32 appHash);
    event ClosedDatasetOrder(bytes32 datasetHash);
    event ClosedWorkerpoolOrder(bytes32 workerpoolHash);
    event ClosedRequestOrder(bytes32 requestHash);
    event BroadcastAppOrder(AppOrder apporder);
    event BroadcastDatasetOrder(DatasetOrder datasetorder);
    event BroadcastWorkerpoolOrder(WorkerpoolOrder workerpoolorder);
    event BroadcastRequestOrder(RequestOrder requestorder);

    // Deals

    event SchedulerNotice(address indexed workerpool, bytes32 dealid);
    event OrdersMatched(
        bytes32 dealid,
        bytes32 appHash,
        bytes32 datasetHash,
        bytes32 workerpoolHash,
        bytes32 requestHash,
        uint256 volume
    );
    event DealSponsored(bytes32 dealId, address sponsor);

    // Tasks

    event TaskInitialize(bytes32 indexed taskid, address indexed workerpool);
    event TaskContribute(bytes32 indexed taskid, address indexed worker, bytes32 hash);
    event TaskConsensus(bytes32 indexed taskid, bytes32 consensus);
    event TaskReveal(bytes32 indexed taskid, address indexed worker, bytes32 digest);
    event TaskReopen(bytes32 indexed taskid);
    event TaskFinalize(bytes32 indexed taskid, bytes results);
    event TaskClaimed(bytes32 indexed taskid);
    event AccurateContribution(address indexed worker, bytes32 indexed taskid);
    event FaultyContribution(address indexed worker, bytes32 indexed taskid);

    // Configuration

    event CreateCategory(uint256 catid, string name, string description, uint256 workClockTimeRef);
}
