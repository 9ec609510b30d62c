// SPDX-License-Identifier: Apache-2.0
// Every walk of packages/protocol/vectors/consensus.json, on the hub and on the library that counts for it.
pragma solidity 0.8.37;

import { ConsensusLib, Group } from "../../src/libraries/ConsensusLib.sol";
import { TaskStatusEnum } from "../../src/types/Views.sol";
import { Orders, Person } from "../support/Market.sol";
import { Work } from "../support/Work.sol";
import { vm } from "../Vm.sol";

contract ConsensusVectorsTest is Work {
    string private constant PATH = "../packages/protocol/vectors/consensus.json";

    struct Walk {
        string name;
        uint256 trust;
        uint256[] scores;
        bytes32[] hashes;
        uint256[] shares;
        uint256[] groups;
        uint256[] totals;
        bool[] reached;
    }

    /// How a walk stands, for the library alone.
    mapping(uint256 walk => mapping(bytes32 hash => Group)) private groups;
    mapping(uint256 walk => uint256) private totals;

    function test_the_hub_reaches_every_consensus_of_the_vectors_and_no_other() public {
        string memory json = vm.readFile(PATH);
        uint256 count = vm.parseJsonUint(json, ".count");
        assertGt(count, 0);

        for (uint256 i = 0; i < count; ++i) {
            _walkOnTheHub(_read(json, i));
        }
    }

    function test_the_library_weighs_every_group_of_the_vectors() public {
        string memory json = vm.readFile(PATH);
        uint256 count = vm.parseJsonUint(json, ".count");
        assertGt(count, 0);

        for (uint256 i = 0; i < count; ++i) {
            _walkThroughTheLibrary(i, _read(json, i));
        }
    }

    function _walkOnTheHub(Walk memory walk) private {
        bytes32 taskid = _freeTask(walk.trust);
        for (uint256 i = 0; i < walk.scores.length; ++i) {
            Person memory worker = _person(string.concat("walker ", vm.toString(i)));
            _setScore(worker.account, uint64(walk.scores[i]));
            bytes memory permit = _authorization(scheduler, worker.account, taskid, address(0));
            vm.prank(worker.account);
            hub.contribute(taskid, walk.hashes[i], bytes32(0), address(0), "", permit);

            assertEq(hub.viewContribution(taskid, worker.account).weight, walk.shares[i], walk.name);
            TaskStatusEnum expected = walk.reached[i] ? TaskStatusEnum.REVEALING : TaskStatusEnum.ACTIVE;
            assertEq(uint256(_status(taskid)), uint256(expected), walk.name);
        }
        bool reached = walk.reached[walk.reached.length - 1];
        bytes32 consensus = reached ? walk.hashes[walk.hashes.length - 1] : bytes32(0);
        assertEq(hub.viewTask(taskid).consensusValue, consensus, walk.name);
        assertEq(hub.viewTask(taskid).winnerCounter, reached ? _votesFor(walk, consensus) : 0, walk.name);
    }

    function _walkThroughTheLibrary(uint256 index, Walk memory walk) private {
        totals[index] = 1;
        for (uint256 i = 0; i < walk.scores.length; ++i) {
            Group storage group = groups[index][walk.hashes[i]];
            uint256 weight = ConsensusLib.weightOf(walk.scores[i]);
            totals[index] -= group.weight;
            uint256 joined = ConsensusLib.join(group, weight);
            totals[index] += joined;

            assertEq(ConsensusLib.shareOf(weight), walk.shares[i], walk.name);
            assertEq(joined, walk.groups[i], walk.name);
            assertEq(totals[index], walk.totals[i], walk.name);
            assertEq(
                ConsensusLib.hasConsensus(joined, totals[index], walk.trust > 1 ? walk.trust : 1),
                walk.reached[i],
                walk.name
            );
        }
    }

    function _freeTask(uint256 trust) private returns (bytes32 taskid) {
        Orders memory orders = _ordersOfTrust(trust);
        orders.app.appprice = orders.workerpool.workerpoolprice = 0;
        return _taskOf(orders);
    }

    function _votesFor(Walk memory walk, bytes32 hash) private pure returns (uint256 votes) {
        for (uint256 i = 0; i < walk.hashes.length; ++i) {
            if (walk.hashes[i] == hash) ++votes;
        }
    }

    function _read(string memory json, uint256 index) private pure returns (Walk memory walk) {
        string memory path = string.concat(".walks[", vm.toString(index), "].");
        walk.name = vm.parseJsonString(json, string.concat(path, "name"));
        walk.trust = vm.parseJsonUint(json, string.concat(path, "trust"));
        walk.scores = vm.parseJsonUintArray(json, string.concat(path, "scores"));
        walk.hashes = vm.parseJsonBytes32Array(json, string.concat(path, "hashes"));
        walk.shares = vm.parseJsonUintArray(json, string.concat(path, "shares"));
        walk.groups = vm.parseJsonUintArray(json, string.concat(path, "groups"));
        walk.totals = vm.parseJsonUintArray(json, string.concat(path, "totals"));
        walk.reached = vm.parseJsonBoolArray(json, string.concat(path, "reached"));
    }
}
