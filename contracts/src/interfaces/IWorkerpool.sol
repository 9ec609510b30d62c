// SPDX-License-Identifier: Apache-2.0
// A workerpool and its policy.
pragma solidity 0.8.37;

import { IRegistryEntry } from "./IRegistryEntry.sol";

/// @title A workerpool: workers under one scheduler, whose owner stakes for every task and shares its price with them.
interface IWorkerpool is IRegistryEntry {
    /// @notice The share of the scheduler, in percent, is above 100.
    error RewardRatioTooHigh(uint256 given, uint256 max);
    /// @notice The stake of a worker, in percent of the price, is above what can be stored.
    error StakeRatioTooHigh(uint256 given, uint256 max);

    event PolicyUpdate(
        uint256 oldWorkerStakeRatioPolicy,
        uint256 newWorkerStakeRatioPolicy,
        uint256 oldSchedulerRewardRatioPolicy,
        uint256 newSchedulerRewardRatioPolicy
    );

    /// @notice Changes both ratios for the deals to come. Owner only.
    /// @dev Moves no funds: a deal keeps the ratios with which it was matched.
    function changePolicy(uint256 _newWorkerStakeRatioPolicy, uint256 _newSchedulerRewardRatioPolicy) external;

    /// @notice Always fails. Its encoded call is what the address of a workerpool is derived from.
    function initialize(string calldata _workerpoolDescription) external;

    /// @notice How people call it.
    function m_workerpoolDescription() external view returns (string memory);

    /// @notice What a worker stakes for a task, in percent of its price.
    function m_workerStakeRatioPolicy() external view returns (uint256);

    /// @notice What the scheduler keeps of the price of a task, in percent.
    function m_schedulerRewardRatioPolicy() external view returns (uint256);
}
