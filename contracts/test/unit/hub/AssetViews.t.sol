// SPDX-License-Identifier: Apache-2.0
// viewApp, viewDataset, viewWorkerpool: what an asset says of itself, or that it says nothing readable.
pragma solidity 0.8.37;

import { AssetUnreadable } from "../../../src/hub/AssetReader.sol";
import { AppInfo, DatasetInfo, WorkerpoolInfo } from "../../../src/types/Views.sol";
import { Market } from "../../support/Market.sol";
import { vm } from "../../Vm.sol";

/// Answers everything with the same bytes.
contract Parrot {
    bytes private words;

    constructor(bytes memory words_) {
        words = words_;
    }

    fallback() external {
        bytes memory answer = words;
        assembly {
            return(add(answer, 0x20), mload(answer))
        }
    }
}

contract AssetViewsTest is Market {
    function test_an_app_is_shown_whole() public view {
        AppInfo memory info = hub.viewApp(app);

        assertEq(info.owner, developer.account);
        assertEq(info.m_appName, "app");
        assertEq(info.m_appType, "DOCKER");
        assertEq(info.m_appMultiaddr, "docker.io/library/app");
        assertEq(info.m_appChecksum, bytes32("checksum"));
        assertEq(info.m_appMREnclave, "");
    }

    function test_a_dataset_is_shown_whole() public view {
        DatasetInfo memory info = hub.viewDataset(dataset);

        assertEq(info.owner, provider.account);
        assertEq(info.m_datasetName, "dataset");
        assertEq(info.m_datasetMultiaddr, "/ipfs/dataset");
        assertEq(info.m_datasetChecksum, bytes32("checksum"));
    }

    function test_a_workerpool_is_shown_with_its_policy() public view {
        WorkerpoolInfo memory info = hub.viewWorkerpool(workerpool);

        assertEq(info.owner, scheduler.account);
        assertEq(info.m_workerpoolDescription, "pool");
        assertEq(info.m_workerStakeRatioPolicy, 30);
        assertEq(info.m_schedulerRewardRatioPolicy, 1);
    }

    function test_an_address_without_code_is_unreadable() public {
        address nobody = accountOf("nobody");

        vm.expectRevert(abi.encodeWithSelector(AssetUnreadable.selector, nobody));
        hub.viewApp(nobody);
    }

    function test_a_contract_without_the_views_is_unreadable() public {
        vm.expectRevert(abi.encodeWithSelector(AssetUnreadable.selector, address(rlc)));
        hub.viewDataset(address(rlc));
    }

    function test_a_number_is_no_text() public {
        _unreadable(abi.encode(uint256(1)));
    }

    function test_a_text_that_begins_elsewhere_is_unreadable() public {
        _unreadable(abi.encode(uint256(64), uint256(0), uint256(0)));
    }

    function test_a_text_that_is_longer_than_the_answer_is_unreadable() public {
        _unreadable(abi.encode(uint256(32), uint256(33), bytes32("too short")));
    }

    function test_a_text_as_long_as_the_answer_is_read() public {
        address parrot = address(new Parrot(abi.encodePacked(uint256(32), uint256(5), "hello")));

        assertEq(hub.viewApp(parrot).m_appName, "hello");
    }

    /// Any answer is read, or named as unreadable: nothing fails without a reason.
    function testFuzz_whatever_an_asset_answers_no_view_fails_without_a_reason(bytes memory words) public {
        address parrot = address(new Parrot(words));

        (bool done, bytes memory answer) = address(hub).staticcall(abi.encodeCall(hub.viewApp, (parrot)));

        assertTrue(done || keccak256(answer) == keccak256(abi.encodeWithSelector(AssetUnreadable.selector, parrot)));
    }

    function _unreadable(bytes memory words) private {
        address parrot = address(new Parrot(words));

        vm.expectRevert(abi.encodeWithSelector(AssetUnreadable.selector, parrot));
        hub.viewApp(parrot);
    }
}
