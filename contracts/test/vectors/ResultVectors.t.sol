// SPDX-License-Identifier: Apache-2.0
// The hub's formulas against results.json: ids of deals and tasks, votes, authorisations and enclave signatures.
pragma solidity 0.8.37;

import { HubConfig, HubState } from "../../src/hub/HubState.sol";
import { TaskReader } from "../../src/hub/TaskReader.sol";
import { Market } from "../support/Market.sol";
import { vm } from "../Vm.sol";

/// The hub's own formulas of a vote.
contract Formulas is TaskReader {
    constructor(HubConfig memory config) HubState(config) { }

    function resultHash(bytes32 taskid, bytes32 digest) external pure returns (bytes32) {
        return _resultHash(taskid, digest);
    }

    function resultSeal(address worker, bytes32 taskid, bytes32 digest) external pure returns (bytes32) {
        return _resultSeal(worker, taskid, digest);
    }
}

contract ResultVectorsTest is Market {
    string private json;

    function setUp() public override {
        super.setUp();
        json = vm.readFile("../packages/protocol/vectors/results.json");
    }

    function test_ids_of_deals_are_those_that_a_match_gives() public view {
        bytes32[] memory requestHashes = _words(".deals[*].requestHash");
        bytes32[] memory consumed = _words(".deals[*].consumedBefore");
        bytes32[] memory ids = _words(".deals[*].dealId");

        assertEq(ids.length, vm.parseJsonUint(json, ".counts.deals"));
        for (uint256 i = 0; i < ids.length; ++i) {
            assertEq(ids[i], keccak256(abi.encodePacked(requestHashes[i], uint256(consumed[i]))));
        }
    }

    function test_ids_of_tasks_are_those_that_their_start_gives() public view {
        bytes32[] memory deals = _words(".tasks[*].dealId");
        bytes32[] memory indexes = _words(".tasks[*].index");
        bytes32[] memory ids = _words(".tasks[*].taskId");

        assertEq(ids.length, vm.parseJsonUint(json, ".counts.tasks"));
        for (uint256 i = 0; i < ids.length; ++i) {
            assertEq(ids[i], keccak256(abi.encodePacked(deals[i], uint256(indexes[i]))));
        }
    }

    function test_votes_have_the_hash_and_the_seal_that_the_hub_computes() public {
        Formulas formulas = new Formulas(HubConfig(owner.account, rlc, apps, datasets, workerpools));
        address[] memory voters = _accounts(".votes[*].worker");
        bytes32[] memory tasks = _words(".votes[*].taskId");
        bytes32[] memory digests = _words(".votes[*].digest");
        bytes32[] memory hashes = _words(".votes[*].resultHash");
        bytes32[] memory seals = _words(".votes[*].resultSeal");

        assertEq(voters.length, vm.parseJsonUint(json, ".counts.votes"));
        for (uint256 i = 0; i < voters.length; ++i) {
            assertEq(formulas.resultHash(tasks[i], digests[i]), hashes[i]);
            assertEq(formulas.resultSeal(voters[i], tasks[i], digests[i]), seals[i]);
        }
    }

    function test_authorisations_are_the_scheduler_s_signature_over_what_the_hub_checks() public view {
        address[] memory voters = _accounts(".votes[*].worker");
        bytes32[] memory tasks = _words(".votes[*].taskId");
        address[] memory enclaves = _accounts(".votes[*].enclaveChallenge");
        bytes32[] memory hashes = _words(".votes[*].authorizationMessageHash");

        for (uint256 i = 0; i < voters.length; ++i) {
            assertEq(hashes[i], _ethSigned(keccak256(abi.encodePacked(voters[i], tasks[i], enclaves[i]))));
        }
        _assertSigned(".votes[*].scheduler", hashes, ".votes[*].authorizationSign");
    }

    function test_enclave_signatures_are_over_the_vote() public view {
        bytes32[] memory resultHashes = _words(".votes[*].resultHash");
        bytes32[] memory seals = _words(".votes[*].resultSeal");
        bytes32[] memory hashes = _words(".votes[*].enclaveMessageHash");

        for (uint256 i = 0; i < hashes.length; ++i) {
            assertEq(hashes[i], _ethSigned(keccak256(abi.encodePacked(resultHashes[i], seals[i]))));
        }
        _assertSigned(".votes[*].enclave", hashes, ".votes[*].enclaveSign");
    }

    function test_digests_of_callbacks_are_the_hash_of_their_bytes() public view {
        bytes32[] memory digests = _words(".callbacks[*].digest");

        assertEq(digests.length, vm.parseJsonUint(json, ".counts.callbacks"));
        for (uint256 i = 0; i < digests.length; ++i) {
            string memory path = string.concat(".callbacks[", vm.toString(i), "].data");
            assertEq(digests[i], keccak256(vm.parseJsonBytes(json, path)));
        }
    }

    function _assertSigned(string memory signerPath, bytes32[] memory hashes, string memory signaturePath)
        private
        view
    {
        address[] memory signers = _accounts(signerPath);
        bytes[] memory signatures = abi.decode(vm.parseJson(json, signaturePath), (bytes[]));
        for (uint256 i = 0; i < hashes.length; ++i) {
            assertTrue(hub.verifySignature(signers[i], hashes[i], signatures[i]));
        }
    }

    function _words(string memory path) private view returns (bytes32[] memory) {
        return abi.decode(vm.parseJson(json, path), (bytes32[]));
    }

    function _accounts(string memory path) private view returns (address[] memory) {
        return abi.decode(vm.parseJson(json, path), (address[]));
    }
}
