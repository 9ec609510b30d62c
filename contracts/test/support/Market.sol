// SPDX-License-Identifier: Apache-2.0
// A whole market for a test: token, registries, hub, and people with keys who sign orders and do the work.
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import { Hub } from "../../src/hub/Hub.sol";
import { HubExtension } from "../../src/hub/HubExtension.sol";
import { HubConfig } from "../../src/hub/HubState.sol";
import { IHub } from "../../src/interfaces/IHub.sol";
import { AppRegistry } from "../../src/registries/apps/AppRegistry.sol";
import { DatasetRegistry } from "../../src/registries/datasets/DatasetRegistry.sol";
import { WorkerpoolRegistry } from "../../src/registries/workerpools/WorkerpoolRegistry.sol";
import { RLC } from "../../src/token/RLC.sol";
import { AppOrder, DatasetOrder, RequestOrder, WorkerpoolOrder } from "../../src/types/Orders.sol";
import { Category } from "../../src/types/Views.sol";
import { Test } from "../Test.sol";
import { vm } from "../Vm.sol";
import { OrderHash } from "./OrderHash.sol";

/// The four orders of a match.
struct Orders {
    AppOrder app;
    DatasetOrder dataset;
    WorkerpoolOrder workerpool;
    RequestOrder request;
}

/// Somebody with a key.
struct Person {
    address account;
    uint256 key;
}

abstract contract Market is Test {
    uint256 internal constant START = 1_700_000_000;
    uint256 internal constant CATEGORY_XS = 0;
    uint256 internal constant TIMEREF_XS = 300;

    uint256 internal constant APP_PRICE = 1e9;
    uint256 internal constant DATASET_PRICE = 2e9;
    uint256 internal constant WORKERPOOL_PRICE = 10e9;
    uint256 internal constant DEPOSIT = 100_000e9;

    IHub internal hub;
    RLC internal rlc;
    AppRegistry internal apps;
    DatasetRegistry internal datasets;
    WorkerpoolRegistry internal workerpools;

    Person internal owner = _person("owner of the hub");
    Person internal developer = _person("developer");
    Person internal provider = _person("dataset provider");
    Person internal scheduler = _person("scheduler");
    Person internal requester = _person("requester");
    Person internal sponsor = _person("sponsor");
    Person[] internal workers;

    address internal app;
    address internal dataset;
    address internal workerpool;

    uint256 private salts;

    function setUp() public virtual {
        vm.warp(START);
        _deploy();
        for (uint256 i = 1; i <= 5; ++i) {
            workers.push(_person(string.concat("worker ", vm.toString(i))));
            _fund(workers[workers.length - 1].account, DEPOSIT);
        }
        _fund(scheduler.account, DEPOSIT);
        _fund(requester.account, DEPOSIT);
        _fund(sponsor.account, DEPOSIT);
        app = apps.createApp(developer.account, "app", "DOCKER", "docker.io/library/app", bytes32("checksum"), "");
        dataset = datasets.createDataset(provider.account, "dataset", "/ipfs/dataset", bytes32("checksum"));
        workerpool = workerpools.createWorkerpool(scheduler.account, "pool");
    }

    function _deploy() private {
        rlc = new RLC(address(this));
        apps = new AppRegistry(owner.account, "https://registry.test/app/");
        datasets = new DatasetRegistry(owner.account, "https://registry.test/dataset/");
        workerpools = new WorkerpoolRegistry(owner.account, "https://registry.test/workerpool/");
        HubConfig memory config = HubConfig(owner.account, IERC20(address(rlc)), apps, datasets, workerpools);
        Category[] memory categories = new Category[](2);
        categories[0] = Category("XS", '""', TIMEREF_XS);
        categories[1] = Category("S", '""', 1200);
        hub = IHub(address(new Hub(config, address(new HubExtension(config)), categories)));
    }

    function _person(string memory name) internal returns (Person memory person) {
        (person.account, person.key) = accountAndKeyOf(name);
    }

    /// Gives `account` RLC and deposits it.
    function _fund(address account, uint256 amount) internal {
        rlc.approve(address(hub), amount);
        hub.depositFor(amount, account);
    }

    // Orders that fit, signed by whoever has to

    function _signedOrders() internal returns (Orders memory orders) {
        orders = _orders();
        _sign(orders);
    }

    /// One task, no dataset, trust 1, no restriction, fresh salts, unsigned.
    function _orders() internal returns (Orders memory orders) {
        orders.app.app = app;
        orders.app.appprice = APP_PRICE;
        orders.app.volume = 1;
        orders.app.salt = bytes32(++salts);
        orders.workerpool.workerpool = workerpool;
        orders.workerpool.workerpoolprice = WORKERPOOL_PRICE;
        orders.workerpool.volume = 1;
        orders.workerpool.trust = 100;
        orders.workerpool.category = CATEGORY_XS;
        orders.workerpool.salt = bytes32(++salts);
        orders.request.app = app;
        orders.request.appmaxprice = APP_PRICE;
        orders.request.workerpoolmaxprice = WORKERPOOL_PRICE;
        orders.request.requester = requester.account;
        orders.request.volume = 1;
        orders.request.category = CATEGORY_XS;
        orders.request.trust = 1;
        orders.request.beneficiary = requester.account;
        orders.request.params = '{"iexec_args":"--size 10 input.txt"}';
        orders.request.salt = bytes32(++salts);
    }

    function _addDataset(Orders memory orders) internal {
        orders.dataset.dataset = dataset;
        orders.dataset.datasetprice = DATASET_PRICE;
        orders.dataset.volume = 1;
        orders.dataset.salt = bytes32(++salts);
        orders.request.dataset = dataset;
        orders.request.datasetmaxprice = DATASET_PRICE;
    }

    function _setVolume(Orders memory orders, uint256 volume) internal pure {
        orders.app.volume = orders.workerpool.volume = orders.request.volume = volume;
        if (orders.dataset.dataset != address(0)) orders.dataset.volume = volume;
    }

    function _sign(Orders memory orders) internal view {
        orders.app.sign = _signature(developer, OrderHash.orderHash(hub, orders.app));
        if (orders.dataset.dataset != address(0)) {
            orders.dataset.sign = _signature(provider, OrderHash.orderHash(hub, orders.dataset));
        }
        orders.workerpool.sign = _signature(scheduler, OrderHash.orderHash(hub, orders.workerpool));
        orders.request.sign = _signature(requester, OrderHash.orderHash(hub, orders.request));
    }

    function _signature(Person memory person, bytes32 hash) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(person.key, hash);
        return abi.encodePacked(r, s, v);
    }

    function _match(Orders memory orders) internal returns (bytes32 dealid) {
        return hub.matchOrders(orders.app, orders.dataset, orders.workerpool, orders.request);
    }

    /// A deal of one task for a trust.
    function _dealOfTrust(uint256 trust) internal returns (bytes32 dealid) {
        Orders memory orders = _orders();
        orders.request.trust = trust;
        _sign(orders);
        return _match(orders);
    }

    /// An initialized task of a new deal for a trust.
    function _taskOfTrust(uint256 trust) internal returns (bytes32 taskid) {
        return hub.initialize(_dealOfTrust(trust), 0);
    }

    // Work

    function _digest(string memory result) internal pure returns (bytes32) {
        return keccak256(bytes(result));
    }

    function _hashOf(bytes32 taskid, string memory result) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(taskid, _digest(result)));
    }

    function _sealOf(address worker, bytes32 taskid, string memory result) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(worker, taskid, _digest(result)));
    }

    /// The scheduler's (or a broker's) leave for a worker to contribute with an enclave (zero: without).
    function _authorization(Person memory signer, address worker, bytes32 taskid, address enclave)
        internal
        pure
        returns (bytes memory)
    {
        return _signature(signer, _ethSigned(keccak256(abi.encodePacked(worker, taskid, enclave))));
    }

    function _ethSigned(bytes32 hash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", hash));
    }

    function _contribute(Person memory worker, bytes32 taskid, string memory result) internal {
        bytes memory authorization = _authorization(scheduler, worker.account, taskid, address(0));
        bytes32 seal = _sealOf(worker.account, taskid, result);
        vm.prank(worker.account);
        hub.contribute(taskid, _hashOf(taskid, result), seal, address(0), "", authorization);
    }

    function _reveal(Person memory worker, bytes32 taskid, string memory result) internal {
        vm.prank(worker.account);
        hub.reveal(taskid, _digest(result));
    }

    function _finalize(bytes32 taskid) internal {
        vm.prank(scheduler.account);
        hub.finalize(taskid, "result", "");
    }

    /// The sum of all stakes and locks of everybody in the market, for conservation checks.
    function _freeAndLocked(address account) internal view returns (uint256) {
        return hub.balanceOf(account) + hub.frozenOf(account);
    }
}
