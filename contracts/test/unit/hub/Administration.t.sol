// SPDX-License-Identifier: Apache-2.0
// What the hub says of its configuration, and the little that its owner may set.
pragma solidity 0.8.37;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";

import { CallbackGasOutOfRange } from "../../../src/hub/Administration.sol";
import { FallbackDisabled } from "../../../src/hub/HubState.sol";
import { Receiver } from "../../support/Receivers.sol";
import { Work } from "../../support/Work.sol";
import { vm } from "../../Vm.sol";

contract AdministrationTest is Work {
    address private constant KITTY = 0x99c2268479b93fDe36232351229815DF80837e23;

    // Constants

    function test_the_deadlines_are_7_2_and_10_times_the_time_of_the_category() public view {
        assertEq(hub.contribution_deadline_ratio(), 7);
        assertEq(hub.reveal_deadline_ratio(), 2);
        assertEq(hub.final_deadline_ratio(), 10);
    }

    function test_a_workerpool_stakes_30_percent() public view {
        assertEq(hub.workerpool_stake_ratio(), 30);
    }

    function test_the_kitty_gives_a_tenth_but_at_least_one_rlc() public view {
        assertEq(hub.kitty_ratio(), 10);
        assertEq(hub.kitty_min(), 1e9);
    }

    function test_the_kitty_lives_one_below_the_high_20_bytes_of_the_hash_of_its_name() public view {
        assertEq(hub.kitty_address(), KITTY);
        assertEq(uint256(uint160(KITTY)), (uint256(keccak256("iExecKitty")) >> 96) - 1);
    }

    function test_members_of_a_group_have_the_purpose_4() public view {
        assertEq(hub.groupmember_purpose(), 4);
    }

    function test_the_hub_names_its_registries_and_its_token() public view {
        assertEq(hub.appregistry(), address(apps));
        assertEq(hub.datasetregistry(), address(datasets));
        assertEq(hub.workerpoolregistry(), address(workerpools));
        assertEq(hub.token(), address(rlc));
    }

    function test_a_new_hub_gives_callbacks_200000_gas_and_has_no_broker() public view {
        assertEq(hub.callbackgas(), 200_000);
        assertEq(hub.teebroker(), address(0));
    }

    // The broker

    function test_the_owner_sets_the_broker_and_takes_it_back() public {
        vm.startPrank(owner.account);
        hub.setTeeBroker(broker.account);
        assertEq(hub.teebroker(), broker.account);

        hub.setTeeBroker(address(0));
        assertEq(hub.teebroker(), address(0));
    }

    function test_nobody_else_sets_the_broker() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger.account));
        vm.prank(stranger.account);
        hub.setTeeBroker(stranger.account);
    }

    function test_setting_the_broker_leaves_callback_gas_and_categories() public {
        vm.prank(owner.account);
        hub.setTeeBroker(broker.account);

        assertEq(hub.callbackgas(), 200_000);
        assertEq(hub.countCategory(), 2);
    }

    // The callback gas

    function test_the_owner_sets_the_callback_gas_up_to_a_million() public {
        vm.startPrank(owner.account);
        hub.setTeeBroker(broker.account);

        hub.setCallbackGas(1_000_000);

        assertEq(hub.callbackgas(), 1_000_000);
        assertEq(hub.teebroker(), broker.account);
        assertEq(hub.countCategory(), 2);
    }

    function test_callbacks_never_get_more_than_a_million() public {
        vm.expectRevert(abi.encodeWithSelector(CallbackGasOutOfRange.selector, 1_000_001, 1_000_000));
        vm.prank(owner.account);
        hub.setCallbackGas(1_000_001);
    }

    function test_callback_gas_beyond_32_bits_is_not_cut_down() public {
        uint256 gas_ = (uint256(1) << 32) + 1;

        vm.expectRevert(abi.encodeWithSelector(CallbackGasOutOfRange.selector, gas_, 1_000_000));
        vm.prank(owner.account);
        hub.setCallbackGas(gas_);
    }

    function test_callbacks_may_get_nothing() public {
        vm.prank(owner.account);
        hub.setCallbackGas(0);

        assertEq(hub.callbackgas(), 0);
    }

    function test_nobody_else_sets_the_callback_gas() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger.account));
        vm.prank(stranger.account);
        hub.setCallbackGas(1);
    }

    function test_a_running_deal_keeps_the_callback_gas_of_its_match() public {
        Receiver receiver = new Receiver();
        bytes32 taskid = _taskWithCallback(address(receiver), 1);
        vm.prank(owner.account);
        hub.setCallbackGas(1);

        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, address(0));
        vm.prank(workers[0].account);
        hub.contributeAndFinalize(taskid, _digest(RESULT), "", bytes(RESULT), address(0), "", permit);

        assertEq(receiver.calls(), 1);
        assertGt(receiver.gasGiven(), 199_000);
        assertLe(receiver.gasGiven(), 200_000);
    }

    function test_a_running_deal_keeps_the_broker_of_its_match() public {
        bytes32 taskid = _teeTask(1);
        vm.prank(owner.account);
        hub.setTeeBroker(broker.account);

        bytes memory permit = _authorization(scheduler, workers[0].account, taskid, enclave.account);
        bytes memory word = _enclaveSignature(enclave, workers[0].account, taskid, RESULT);
        vm.prank(workers[0].account);
        hub.contributeAndFinalize(taskid, _digest(RESULT), "", "", enclave.account, word, permit);

        assertEq(hub.viewTask(taskid).revealCounter, 1);
    }

    // What an immutable hub does not have

    function test_there_is_no_configuration_after_the_deployment() public {
        _unknownToTheOwner(0xb5521817);
    }

    function test_registries_are_for_ever() public {
        _unknownToTheOwner(0x0e7c4033);
    }

    function test_code_is_for_ever() public {
        _unknownToTheOwner(0x1f931c1c);
    }

    function test_scores_are_not_imported() public {
        _unknownToTheOwner(0xa9b20cee);
    }

    function _unknownToTheOwner(bytes4 selector) private {
        vm.expectRevert(abi.encodeWithSelector(FallbackDisabled.selector, selector));
        vm.prank(owner.account);
        (bool done,) = address(hub).call(abi.encodePacked(selector, new bytes(512)));
        done;
    }
}
