// SPDX-License-Identifier: Apache-2.0
// What a workerpool says about itself, and the policy that its owner sets.
pragma solidity 0.8.37;

import { IRegistry } from "../../interfaces/IRegistry.sol";
import { IWorkerpool } from "../../interfaces/IWorkerpool.sol";
import { RegistryEntry } from "../RegistryEntry.sol";

contract Workerpool is IWorkerpool, RegistryEntry {
    uint256 private constant MAX_STAKE_RATIO = type(uint248).max;
    uint256 private constant MAX_REWARD_RATIO = 100;

    /// A stake of 30 %, and a share of 1 % for the scheduler.
    uint256 private constant DEFAULT_POLICY = (30 << 8) | 1;

    /// Stake ratio (248 bits) and reward ratio (8 bits), XOR the default: a new pool has its policy without storing it.
    uint256 private _policyXorDefault;

    constructor(IRegistry registry_) RegistryEntry(registry_) { }

    function changePolicy(uint256 _newWorkerStakeRatioPolicy, uint256 _newSchedulerRewardRatioPolicy)
        external
        override
        onlyOwner
    {
        if (_newSchedulerRewardRatioPolicy > MAX_REWARD_RATIO) {
            revert RewardRatioTooHigh(_newSchedulerRewardRatioPolicy, MAX_REWARD_RATIO);
        }
        if (_newWorkerStakeRatioPolicy > MAX_STAKE_RATIO) {
            revert StakeRatioTooHigh(_newWorkerStakeRatioPolicy, MAX_STAKE_RATIO);
        }

        emit PolicyUpdate(
            m_workerStakeRatioPolicy(),
            _newWorkerStakeRatioPolicy,
            m_schedulerRewardRatioPolicy(),
            _newSchedulerRewardRatioPolicy
        );
        _policyXorDefault = ((_newWorkerStakeRatioPolicy << 8) | _newSchedulerRewardRatioPolicy) ^ DEFAULT_POLICY;
    }

    function initialize(string calldata _workerpoolDescription) external virtual override {
        _workerpoolDescription; // named for those who read the interface from here
        revert AlreadyInitialized(address(registry));
    }

    function m_workerpoolDescription() external view override returns (string memory) {
        return string(_field(0));
    }

    function m_workerStakeRatioPolicy() public view override returns (uint256) {
        return (_policyXorDefault ^ DEFAULT_POLICY) >> 8;
    }

    function m_schedulerRewardRatioPolicy() public view override returns (uint256) {
        return uint8(_policyXorDefault ^ DEFAULT_POLICY);
    }
}
