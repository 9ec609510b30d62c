// SPDX-License-Identifier: Apache-2.0
// result: who pays and who is paid beside the workers when one of them does a task alone: dataset, sponsor, and work for free.
pragma solidity 0.8.37;

import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { Orders, Person } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { Vm, vm } from "../../Vm.sol";

contract RewardsOfOneTest is Work {
    function test_a_lone_worker_gains_no_point_and_is_not_called_accurate() public {
        bytes32 taskid = _finalizable(_ordersOfTrust(1));

        vm.recordLogs();
        _finalizeWith(taskid, "link", "");

        Vm.Log[] memory happened = vm.getRecordedLogs();
        _emitPrice(taskid);
        _emitLoneWorker(taskid, 9_900_000_000, 100_000_000);
        _assertLogged(happened);
        assertEq(hub.viewScore(workers[0].account), 0);
    }

    function test_the_provider_of_a_dataset_is_paid_after_the_developer() public {
        Orders memory orders = _ordersOfTrust(1);
        _addDataset(orders);
        bytes32 taskid = _finalizable(orders);

        vm.recordLogs();
        _finalizeWith(taskid, "link", "");

        Vm.Log[] memory happened = vm.getRecordedLogs();
        emit IHubEvents.Seize(requester.account, TASK_PRICE + DATASET_PRICE, taskid);
        _emitReward(developer.account, APP_PRICE, taskid);
        _emitReward(provider.account, DATASET_PRICE, taskid);
        _emitUnlock(scheduler.account, POOL_STAKE);
        _emitLoneWorker(taskid, 9_900_000_000, 100_000_000);
        _assertLogged(happened);
    }

    function test_the_provider_of_a_dataset_is_paid_in_one_transaction_too() public {
        Orders memory orders = _ordersOfTrust(1);
        _addDataset(orders);
        bytes32 taskid = _taskOf(orders);

        _contributeAndFinalize(workers[0], taskid, "link");

        _assertAccount(provider.account, DATASET_PRICE, 0);
        _assertAccount(developer.account, APP_PRICE, 0);
        _assertAccount(requester.account, DEPOSIT - TASK_PRICE - DATASET_PRICE, 0);
    }

    function test_a_free_app_and_a_free_dataset_are_not_announced_as_paid() public {
        Orders memory orders = _ordersOfTrust(1);
        _addDataset(orders);
        orders.app.appprice = orders.dataset.datasetprice = 0;
        bytes32 taskid = _finalizable(orders);

        vm.recordLogs();
        _finalizeWith(taskid, "link", "");

        Vm.Log[] memory happened = vm.getRecordedLogs();
        emit IHubEvents.Seize(requester.account, WORKERPOOL_PRICE, taskid);
        _emitUnlock(scheduler.account, POOL_STAKE);
        _emitLoneWorker(taskid, 9_900_000_000, 100_000_000);
        _assertLogged(happened);
    }

    function test_a_price_for_a_dataset_that_is_none_is_neither_paid_nor_charged() public {
        Orders memory orders = _ordersOfTrust(1);
        orders.dataset.datasetprice = orders.request.datasetmaxprice = DATASET_PRICE;
        bytes32 taskid = _finalizable(orders);

        _finalize(taskid);

        _assertAccount(requester.account, DEPOSIT - TASK_PRICE, 0);
        _assertAccount(address(0), 0, 0);
    }

    function test_work_for_free_is_announced_with_zeros() public {
        Orders memory orders = _ordersOfTrust(1);
        orders.app.appprice = orders.workerpool.workerpoolprice = 0;
        bytes32 taskid = _finalizable(orders);

        vm.recordLogs();
        _finalizeWith(taskid, "link", "");

        Vm.Log[] memory happened = vm.getRecordedLogs();
        emit IHubEvents.Seize(requester.account, 0, taskid);
        _emitUnlock(scheduler.account, 0);
        _emitUnlock(workers[0].account, 0);
        _emitReward(workers[0].account, 0, taskid);
        _emitReward(scheduler.account, 0, taskid);
        emit IHubEvents.TaskFinalize(taskid, "link");
        _assertLogged(happened);
    }

    function test_work_for_free_in_one_transaction_is_announced_with_zeros() public {
        Orders memory orders = _ordersOfTrust(1);
        orders.app.appprice = orders.workerpool.workerpoolprice = 0;
        bytes32 taskid = _taskOf(orders);

        vm.recordLogs();
        _contributeAndFinalize(workers[0], taskid, "link");

        Vm.Log[] memory happened = vm.getRecordedLogs();
        emit IHubEvents.Seize(requester.account, 0, taskid);
        _emitUnlock(scheduler.account, 0);
        _emitReward(workers[0].account, 0, taskid);
        _emitReward(scheduler.account, 0, taskid);
        _emitStepsOfOne(taskid);
        _assertLogged(happened);
    }

    function test_a_sponsor_pays_instead_of_the_requester() public {
        Orders memory orders = _ordersOfTrust(1);
        bytes32 taskid = _sponsoredTask(orders);
        _contribute(workers[0], taskid, RESULT);
        _reveal(workers[0], taskid, RESULT);

        vm.recordLogs();
        _finalizeWith(taskid, "link", "");

        Vm.Log[] memory happened = vm.getRecordedLogs();
        emit IHubEvents.Seize(sponsor.account, TASK_PRICE, taskid);
        _emitReward(developer.account, APP_PRICE, taskid);
        _emitUnlock(scheduler.account, POOL_STAKE);
        _emitLoneWorker(taskid, 9_900_000_000, 100_000_000);
        _assertLogged(happened);
        _assertAccount(sponsor.account, DEPOSIT - TASK_PRICE, 0);
        _assertAccount(requester.account, DEPOSIT, 0);
    }

    function test_a_sponsor_pays_in_one_transaction_too_although_the_requester_has_funds_locked() public {
        _dealOfTrust(1);
        bytes32 taskid = _sponsoredTask(_ordersOfTrust(1));

        _contributeAndFinalize(workers[0], taskid, "link");

        _assertAccount(sponsor.account, DEPOSIT - TASK_PRICE, 0);
        _assertAccount(requester.account, DEPOSIT - TASK_PRICE, TASK_PRICE);
    }

    function test_one_who_is_everything_pays_himself() public {
        Person memory everything = scheduler;
        Orders memory orders = _ordersOfTrust(1);
        orders.app.app = orders.request.app = apps.createApp(everything.account, "own", "DOCKER", "", 0, "");
        orders.request.requester = everything.account;
        bytes32 taskid = _taskSignedBy(everything, orders);
        _contribute(everything, taskid, RESULT);
        _assertAccount(
            everything.account, DEPOSIT - TASK_PRICE - POOL_STAKE - WORKER_STAKE, TASK_PRICE + POOL_STAKE + WORKER_STAKE
        );
        _reveal(everything, taskid, RESULT);

        _finalize(taskid);

        _assertAccount(everything.account, DEPOSIT, 0);
        _assertAccount(address(hub), 0, 0);
    }

    /// A task of trust 1 that the first worker has done alone, step by step.
    function _finalizable(Orders memory orders) private returns (bytes32 taskid) {
        taskid = _taskOf(orders);
        _contribute(workers[0], taskid, RESULT);
        _reveal(workers[0], taskid, RESULT);
    }

    function _sponsoredTask(Orders memory orders) private returns (bytes32 taskid) {
        _sign(orders);
        vm.prank(sponsor.account);
        bytes32 dealid = hub.sponsorMatchOrders(orders.app, orders.dataset, orders.workerpool, orders.request);
        return hub.initialize(dealid, 0);
    }

    function _taskSignedBy(Person memory person, Orders memory orders) private returns (bytes32 taskid) {
        (developer, requester) = (person, person);
        return _taskOf(orders);
    }

    function _emitLoneWorker(bytes32 taskid, uint256 reward, uint256 rest) private {
        _emitUnlock(workers[0].account, WORKER_STAKE);
        _emitReward(workers[0].account, reward, taskid);
        _emitReward(scheduler.account, rest, taskid);
        emit IHubEvents.TaskFinalize(taskid, "link");
    }
}
