// SPDX-License-Identifier: Apache-2.0
// matchOrders: every asset is registered, here or in the registry before.
pragma solidity 0.8.37;

import { IERC5313 } from "@openzeppelin/contracts/interfaces/IERC5313.sol";

import { AppNotRegistered, DatasetNotRegistered, WorkerpoolNotRegistered } from "../../../src/hub/Matching.sol";
import { IRegistry } from "../../../src/interfaces/IRegistry.sol";
import { IRangeErrors } from "../../../src/libraries/DealLib.sol";
import { AppRegistry } from "../../../src/registries/apps/AppRegistry.sol";
import { DatasetRegistry } from "../../../src/registries/datasets/DatasetRegistry.sol";
import { WorkerpoolRegistry } from "../../../src/registries/workerpools/WorkerpoolRegistry.sol";
import { Answers } from "../../support/Answers.sol";
import { Orders } from "../../support/Market.sol";
import { vm } from "../../Vm.sol";
import { MatchTest } from "./MatchTest.sol";

contract MatchOrdersRegistrationTest is MatchTest {
    // Registration

    function test_an_app_that_nobody_registered_is_refused() public {
        Orders memory orders = _orders();
        orders.app.app = orders.request.app = stranger;

        _refuses(orders, abi.encodeWithSelector(AppNotRegistered.selector, stranger));
    }

    function test_a_dataset_that_nobody_registered_is_refused() public {
        Orders memory orders = _ordersWithDataset();
        orders.dataset.dataset = orders.request.dataset = stranger;

        _refuses(orders, abi.encodeWithSelector(DatasetNotRegistered.selector, stranger));
    }

    function test_a_workerpool_that_nobody_registered_is_refused() public {
        Orders memory orders = _orders();
        orders.workerpool.workerpool = stranger;

        _refuses(orders, abi.encodeWithSelector(WorkerpoolNotRegistered.selector, stranger));
    }

    function test_the_zero_account_is_no_app() public {
        Orders memory orders = _orders();
        orders.app.app = orders.request.app = address(0);

        _refuses(orders, abi.encodeWithSelector(AppNotRegistered.selector, address(0)));
    }

    function test_the_zero_account_is_no_workerpool() public {
        Orders memory orders = _orders();
        orders.workerpool.workerpool = address(0);

        _refuses(orders, abi.encodeWithSelector(WorkerpoolNotRegistered.selector, address(0)));
    }

    function test_an_asset_of_another_kind_is_not_registered_as_an_app() public {
        Orders memory orders = _orders();
        orders.app.app = orders.request.app = dataset;

        _refuses(orders, abi.encodeWithSelector(AppNotRegistered.selector, dataset));
    }

    function test_the_owner_of_an_unregistered_contract_is_never_asked() public {
        Answers foreign = new Answers();
        Orders memory orders = _orders();
        orders.app.app = orders.request.app = address(foreign);

        vm.expectCall(address(foreign), abi.encodeWithSelector(IERC5313.owner.selector), 0);
        _refuses(orders, abi.encodeWithSelector(AppNotRegistered.selector, address(foreign)));
    }

    // The registry before this one

    function test_an_app_of_the_registry_before_is_accepted_with_its_owner_there() public {
        AppRegistry before = new AppRegistry(owner.account, "");
        address old = before.createApp(developer.account, "old app", "DOCKER", "docker.io/old", 0, "");
        _setPrevious(apps, address(before));
        Orders memory orders = _orders();
        orders.app.app = orders.request.app = old;

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).app.pointer, old);
        assertEq(hub.viewDeal(dealid).app.owner, developer.account);
    }

    function test_a_dataset_of_the_registry_before_is_accepted_with_its_owner_there() public {
        DatasetRegistry before = new DatasetRegistry(owner.account, "");
        address old = before.createDataset(provider.account, "old dataset", "/ipfs/old", 0);
        _setPrevious(datasets, address(before));
        Orders memory orders = _ordersWithDataset();
        orders.dataset.dataset = orders.request.dataset = old;

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).dataset.pointer, old);
        assertEq(hub.viewDeal(dealid).dataset.owner, provider.account);
    }

    function test_a_workerpool_of_the_registry_before_is_accepted_with_its_owner_and_policy_there() public {
        WorkerpoolRegistry before = new WorkerpoolRegistry(owner.account, "");
        address old = before.createWorkerpool(scheduler.account, "old pool");
        _setPrevious(workerpools, address(before));
        Orders memory orders = _orders();
        orders.workerpool.workerpool = old;

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).workerpool.pointer, old);
        assertEq(hub.viewDeal(dealid).workerpool.owner, scheduler.account);
        assertEq(hub.viewDeal(dealid).schedulerRewardRatio, 1);
    }

    function test_an_app_that_the_registry_before_does_not_know_is_refused() public {
        _setPrevious(apps, address(new AppRegistry(owner.account, "")));
        Orders memory orders = _orders();
        orders.app.app = orders.request.app = stranger;

        _refuses(orders, abi.encodeWithSelector(AppNotRegistered.selector, stranger));
    }

    function test_an_app_of_the_registry_before_that_belongs_to_nobody_is_refused() public {
        Answers before = new Answers();
        before.answer(IRegistry.isRegistered.selector, abi.encode(true));
        _setPrevious(apps, address(before));
        Answers foreign = new Answers();
        foreign.answer(IERC5313.owner.selector, abi.encode(address(0)));
        Orders memory orders = _orders();
        orders.app.app = orders.request.app = address(foreign);

        _refuses(orders, abi.encodeWithSelector(AppNotRegistered.selector, address(foreign)));
    }

    function test_a_workerpool_of_the_registry_before_that_takes_more_than_everything_is_refused() public {
        Answers before = new Answers();
        before.answer(IRegistry.isRegistered.selector, abi.encode(true));
        _setPrevious(workerpools, address(before));
        Answers pool = new Answers();
        pool.answer(IERC5313.owner.selector, abi.encode(scheduler.account));
        pool.answer(bytes4(keccak256("m_schedulerRewardRatioPolicy()")), abi.encode(101));
        pool.answer(bytes4(keccak256("m_workerStakeRatioPolicy()")), abi.encode(30));
        Orders memory orders = _orders();
        orders.workerpool.workerpool = address(pool);

        _refuses(
            orders, abi.encodeWithSelector(IRangeErrors.RewardRatioOutOfRange.selector, uint256(101), uint256(100))
        );
    }

    function _setPrevious(IRegistry registry, address before) private {
        vm.prank(owner.account);
        registry.initialize(before);
    }
}
