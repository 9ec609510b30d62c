// SPDX-License-Identifier: Apache-2.0
// contribution: what a task that asks for an enclave wants of it, and who vouches for the enclave.
pragma solidity 0.8.37;

import {
    ContributionNotAuthorized,
    EnclaveChallengeRequired,
    EnclaveSignatureInvalid
} from "../../../src/hub/Contributions.sol";
import { TaskStatusEnum } from "../../../src/types/Views.sol";
import { ContractAccount } from "../../support/Answers.sol";
import { Orders, Person } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { vm } from "../../Vm.sol";

contract TeeTest is Work {
    function test_a_task_that_asks_for_an_enclave_takes_no_vote_without_one() public {
        bytes32 taskid = _teeTask(4);

        vm.expectRevert(abi.encodeWithSelector(EnclaveChallengeRequired.selector, TEE));
        _contribute(workers[0], taskid, RESULT);
    }

    function test_the_missing_enclave_is_refused_with_the_whole_tag() public {
        bytes32 tag = bytes32(uint256(0x105));
        Orders memory orders = _ordersOfTrust(1);
        orders.app.tag = orders.workerpool.tag = tag;
        bytes32 taskid = _taskOf(orders);

        vm.expectRevert(abi.encodeWithSelector(EnclaveChallengeRequired.selector, tag));
        _contributeAndFinalize(workers[0], taskid, "");
    }

    function test_no_other_bit_of_the_tag_asks_for_an_enclave() public {
        Orders memory orders = _ordersOfTrust(4);
        orders.workerpool.tag = orders.request.tag = ~TEE;
        bytes32 taskid = _taskOf(orders);

        _contribute(workers[0], taskid, RESULT);

        assertEq(hub.viewTask(taskid).contributors.length, 1);
    }

    function test_the_missing_enclave_is_refused_before_the_missing_leave() public {
        bytes32 taskid = _teeTask(4);

        vm.expectRevert(abi.encodeWithSelector(EnclaveChallengeRequired.selector, TEE));
        vm.prank(workers[0].account);
        hub.contribute(taskid, bytes32(0), bytes32(0), address(0), "", "");
    }

    function test_without_a_broker_the_scheduler_gives_leave_for_an_enclave() public {
        bytes32 taskid = _teeTask(4);

        _contributeInEnclave(taskid, scheduler);

        assertEq(hub.viewContribution(taskid, workers[0].account).enclaveChallenge, enclave.account);
    }

    function test_a_task_that_asks_for_none_may_be_done_in_an_enclave() public {
        bytes32 taskid = _taskOfTrust(4);

        _contributeInEnclave(taskid, scheduler);

        assertEq(hub.viewContribution(taskid, workers[0].account).enclaveChallenge, enclave.account);
    }

    function test_a_broker_at_the_match_gives_leave_for_enclaves() public {
        _setBroker(broker.account);
        bytes32 taskid = _teeTask(4);

        _contributeInEnclave(taskid, broker);

        assertEq(hub.viewContribution(taskid, workers[0].account).enclaveChallenge, enclave.account);
    }

    function test_beside_a_broker_the_scheduler_gives_no_leave_for_enclaves() public {
        _setBroker(broker.account);
        bytes32 taskid = _teeTask(4);

        _expectNotAuthorized(broker.account, taskid);
        _contributeInEnclave(taskid, scheduler);
    }

    function test_a_broker_gives_no_leave_without_an_enclave() public {
        _setBroker(broker.account);
        bytes32 taskid = _taskOfTrust(4);
        bytes memory permit = _authorization(broker, workers[0].account, taskid, address(0));
        bytes32 hash = _authorizationHash(workers[0].account, taskid, address(0));

        vm.expectRevert(abi.encodeWithSelector(ContributionNotAuthorized.selector, scheduler.account, hash));
        vm.prank(workers[0].account);
        hub.contribute(taskid, bytes32(0), bytes32(0), address(0), "", permit);
    }

    function test_beside_a_broker_the_scheduler_gives_leave_without_an_enclave() public {
        _setBroker(broker.account);
        bytes32 taskid = _taskOfTrust(4);

        _contribute(workers[0], taskid, RESULT);

        assertEq(hub.viewTask(taskid).contributors.length, 1);
    }

    function test_a_broker_appointed_after_the_match_has_no_say() public {
        bytes32 taskid = _teeTask(4);
        _setBroker(broker.account);

        _expectNotAuthorized(scheduler.account, taskid);
        _contributeInEnclave(taskid, broker);
    }

    function test_a_broker_appointed_after_the_match_takes_nothing_from_the_scheduler() public {
        bytes32 taskid = _teeTask(4);
        _setBroker(broker.account);

        _contributeInEnclave(taskid, scheduler);

        assertEq(hub.viewTask(taskid).contributors.length, 1);
    }

    function test_a_broker_replaced_after_the_match_still_gives_leave() public {
        _setBroker(broker.account);
        bytes32 taskid = _teeTask(4);
        _setBroker(stranger.account);

        _contributeInEnclave(taskid, broker);

        assertEq(hub.viewTask(taskid).contributors.length, 1);
    }

    function test_the_broker_after_the_one_of_the_match_gives_no_leave() public {
        _setBroker(broker.account);
        bytes32 taskid = _teeTask(4);
        _setBroker(stranger.account);

        _expectNotAuthorized(broker.account, taskid);
        _contributeInEnclave(taskid, stranger);
    }

    function test_a_broker_dismissed_after_the_match_still_keeps_the_scheduler_out() public {
        _setBroker(broker.account);
        bytes32 taskid = _teeTask(4);
        _setBroker(address(0));

        _expectNotAuthorized(broker.account, taskid);
        _contributeInEnclave(taskid, scheduler);
    }

    function test_a_contract_may_be_the_broker() public {
        _setBroker(address(new ContractAccount(broker.account)));
        bytes32 taskid = _teeTask(4);
        bytes memory permit = _authorization(broker, workers[0].account, taskid, enclave.account);
        bytes memory word = _enclaveSignature(enclave, workers[0].account, taskid, RESULT);

        _contributeWith(taskid, enclave.account, word, bytes.concat(hex"99", permit));

        assertEq(hub.viewTask(taskid).contributors.length, 1);
    }

    function test_what_the_brokers_code_refuses_is_no_leave() public {
        address account = address(new ContractAccount(broker.account));
        _setBroker(account);
        bytes32 taskid = _teeTask(4);

        _expectNotAuthorized(account, taskid);
        _contributeInEnclave(taskid, broker);
    }

    function test_a_contract_may_be_the_enclave() public {
        address account = address(new ContractAccount(enclave.account));
        bytes32 taskid = _teeTask(4);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, account);
        bytes memory word = _enclaveSignature(enclave, workers[0].account, taskid, RESULT);

        _contributeWith(taskid, account, bytes.concat(hex"99", word), permit);

        assertEq(hub.viewContribution(taskid, workers[0].account).enclaveChallenge, account);
    }

    function test_the_leave_for_another_enclave_does_not_count() public {
        bytes32 taskid = _teeTask(4);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, stranger.account);
        bytes memory word = _enclaveSignature(enclave, workers[0].account, taskid, RESULT);

        _expectNotAuthorized(scheduler.account, taskid);
        _contributeWith(taskid, enclave.account, word, permit);
    }

    function test_only_the_enclave_itself_vouches_for_the_result() public {
        bytes32 taskid = _teeTask(4);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, enclave.account);
        bytes memory word = _enclaveSignature(scheduler, workers[0].account, taskid, RESULT);

        _expectEnclaveInvalid(enclave.account, taskid);
        _contributeWith(taskid, enclave.account, word, permit);
    }

    function test_an_enclave_vouches_for_one_result() public {
        bytes32 taskid = _teeTask(4);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, enclave.account);
        bytes memory word = _enclaveSignature(enclave, workers[0].account, taskid, OTHER);

        _expectEnclaveInvalid(enclave.account, taskid);
        _contributeWith(taskid, enclave.account, word, permit);
    }

    function test_an_enclave_vouches_for_one_worker() public {
        bytes32 taskid = _teeTask(4);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, enclave.account);
        bytes memory word = _enclaveSignature(enclave, workers[1].account, taskid, RESULT);

        _expectEnclaveInvalid(enclave.account, taskid);
        _contributeWith(taskid, enclave.account, word, permit);
    }

    function test_an_enclaves_word_has_the_length_of_a_signature() public {
        bytes32 taskid = _teeTask(4);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, enclave.account);

        _expectEnclaveInvalid(enclave.account, taskid);
        _contributeWith(taskid, enclave.account, "", permit);
    }

    function test_the_missing_leave_is_refused_before_the_enclaves_word() public {
        bytes32 taskid = _teeTask(4);
        bytes memory permit = _authorization(stranger, workers[0].account, taskid, enclave.account);

        _expectNotAuthorized(scheduler.account, taskid);
        _contributeWith(taskid, enclave.account, "", permit);
    }

    function test_without_an_enclave_its_word_is_not_read() public {
        bytes32 taskid = _taskOfTrust(4);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, address(0));

        _contributeWith(taskid, address(0), "not a signature", permit);

        assertEq(hub.viewTask(taskid).contributors.length, 1);
    }

    function test_one_transaction_with_an_enclave_completes_a_task() public {
        _setBroker(broker.account);
        bytes32 taskid = _teeTask(1);
        bytes memory permit = _authorization(broker, workers[0].account, taskid, enclave.account);
        bytes memory word = _enclaveSignature(enclave, workers[0].account, taskid, RESULT);

        vm.prank(workers[0].account);
        hub.contributeAndFinalize(taskid, _digest(RESULT), "link", "", enclave.account, word, permit);

        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
        assertEq(hub.viewContribution(taskid, workers[0].account).enclaveChallenge, enclave.account);
    }

    function test_one_transaction_needs_the_enclaves_word_on_its_digest() public {
        bytes32 taskid = _teeTask(1);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, enclave.account);
        bytes memory word = _enclaveSignature(enclave, workers[0].account, taskid, OTHER);

        _expectEnclaveInvalid(enclave.account, taskid);
        vm.prank(workers[0].account);
        hub.contributeAndFinalize(taskid, _digest(RESULT), "link", "", enclave.account, word, permit);
    }

    function test_one_transaction_needs_the_brokers_leave() public {
        _setBroker(broker.account);
        bytes32 taskid = _teeTask(1);
        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, enclave.account);
        bytes memory word = _enclaveSignature(enclave, workers[0].account, taskid, RESULT);

        _expectNotAuthorized(broker.account, taskid);
        vm.prank(workers[0].account);
        hub.contributeAndFinalize(taskid, _digest(RESULT), "link", "", enclave.account, word, permit);
    }

    function _setBroker(address account) private {
        vm.prank(owner.account);
        hub.setTeeBroker(account);
    }

    /// The first worker votes from the enclave, with the leave of `signer`.
    function _contributeInEnclave(bytes32 taskid, Person memory signer) private {
        bytes memory permit = _authorization(signer, workers[0].account, taskid, enclave.account);
        bytes memory word = _enclaveSignature(enclave, workers[0].account, taskid, RESULT);
        _contributeWith(taskid, enclave.account, word, permit);
    }

    function _contributeWith(bytes32 taskid, address challenge, bytes memory word, bytes memory permit) private {
        bytes32 seal = _sealOf(workers[0].account, taskid, RESULT);
        vm.prank(workers[0].account);
        hub.contribute(taskid, _hashOf(taskid, RESULT), seal, challenge, word, permit);
    }

    function _expectNotAuthorized(address signer, bytes32 taskid) private {
        bytes32 hash = _authorizationHash(workers[0].account, taskid, enclave.account);
        vm.expectRevert(abi.encodeWithSelector(ContributionNotAuthorized.selector, signer, hash));
    }

    function _expectEnclaveInvalid(address challenge, bytes32 taskid) private {
        bytes32 hash = _enclaveHash(workers[0].account, taskid, RESULT);
        vm.expectRevert(abi.encodeWithSelector(EnclaveSignatureInvalid.selector, challenge, hash));
    }
}
