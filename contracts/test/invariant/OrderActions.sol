// SPDX-License-Identifier: Apache-2.0
// Owners and requesters write orders of every kind, approve them by key or on chain, close them, and move what they own.
pragma solidity 0.8.37;

import { IHub } from "../../src/interfaces/IHub.sol";
import { IRegistry } from "../../src/interfaces/IRegistry.sol";
import { IWorkerpool } from "../../src/interfaces/IWorkerpool.sol";
import {
    AppOrder,
    AppOrderOperation,
    DatasetOrder,
    DatasetOrderOperation,
    OrderOperationEnum,
    RequestOrder,
    RequestOrderOperation,
    WorkerpoolOrder,
    WorkerpoolOrderOperation
} from "../../src/types/Orders.sol";
import { Orders, Person } from "../support/Market.sol";
import { OrderHash } from "../support/OrderHash.sol";
import { BombReceiver, GreedyReceiver, Receiver, RevertingReceiver } from "../support/Receivers.sol";
import { vm } from "../Vm.sol";
import { Books } from "./Books.sol";
import { NosyReceiver } from "./NosyReceiver.sol";

abstract contract OrderActions is Books {
    address[] internal appList;
    address[] internal datasetList;
    address[] internal poolList;
    address[] internal receivers;
    NosyReceiver internal nosy;

    /// Every set of four orders that was ever tried.
    Orders[] internal book;
    /// What is known of an order: its volume, who approved it, how much of it was matched, and whether it was closed.
    bytes32[] internal orderHashes;
    mapping(bytes32 hash => uint256) internal volumeOf;
    mapping(bytes32 hash => address) internal signerOf;
    mapping(bytes32 hash => uint256) internal matchedOf;
    mapping(bytes32 hash => bool) internal isClosed;

    function setUp() public virtual override {
        super.setUp();
        nosy = new NosyReceiver(hub);
        receivers = [
            address(new Receiver()),
            address(new RevertingReceiver()),
            address(new GreedyReceiver()),
            address(new BombReceiver(true)),
            address(nosy),
            accountOf("receiver without code")
        ];
        appList = [app, apps.createApp(developer.account, "second app", "DOCKER", "", bytes32(0), "")];
        datasetList = [dataset];
        poolList = [workerpool, workerpools.createWorkerpool(provider.account, "second pool")];
    }

    /// The NFT of an asset goes to somebody else, and with it the right to sign for the asset.
    function transferAsset(uint256 seed) external action("transferAsset") {
        (IRegistry registry, address asset) = _someAsset(_draw(seed));
        address from = registry.ownerOf(uint160(asset));
        address to = _anybody(_draw(seed)).account;

        vm.prank(from);
        registry.transferFrom(from, to, uint160(asset));
        if (from != to) _useful();
    }

    function changePolicy(uint256 seed) external action("changePolicy") {
        address pool = poolList[_draw(seed) % poolList.length];
        // Mostly modest stakes, so that workers can pay them.
        uint256 stakeRatio = _draw(seed) % (_draw(seed) % 8 == 0 ? 2000 : 100);
        uint256 rewardRatio = _draw(seed) % 101;

        vm.prank(workerpools.ownerOf(uint160(pool)));
        IWorkerpool(pool).changePolicy(stakeRatio, rewardRatio);
        _useful();
    }

    /// What the hub's owner may set, and what nobody else may.
    function setSettings(uint256 seed) external action("setSettings") {
        bool byOwner = _draw(seed) % 4 != 0;
        address who = byOwner ? owner.account : _anybody(_draw(seed)).account;
        address broker = _draw(seed) % 2 == 0 ? address(0) : _anybody(_draw(seed)).account;

        _do(who, abi.encodeCall(IHub.setTeeBroker, (broker)), byOwner);
        _do(who, abi.encodeCall(IHub.setCallbackGas, (_draw(seed) % 300_000)), byOwner);
        _useful();
    }

    /// Closes an order; by its owner, or by a stranger, who must be refused.
    function closeOrder(uint256 seed) external action("closeOrder") {
        if (book.length == 0) return;
        Orders memory orders = book[_draw(seed) % book.length];
        uint256 kind = _draw(seed) % 4;
        if (kind == 1 && orders.dataset.dataset == address(0)) kind = 0;
        address signer = kind == 3 ? orders.request.requester : _ownerOf(kind, orders);
        // Most orders stay open for long.
        bool byOwner = _draw(seed) % 3 == 0;
        address who = byOwner ? signer : address(0xbad);

        _do(who, _operation(kind, orders, OrderOperationEnum.CLOSE), byOwner);
        bytes32 hash = _hashOf(kind, orders);
        if (byOwner) isClosed[hash] = true;
        checkOrder(hash);
        _useful();
    }

    /// No order is consumed beyond its volume: what was matched fits into it, and once closed all of it is gone.
    function checkOrder(bytes32 hash) public view {
        uint256 consumed = hub.viewConsumed(hash);
        assertLe(consumed, volumeOf[hash], "an order is consumed beyond its volume");
        assertLe(matchedOf[hash], volumeOf[hash], "an order was matched beyond its volume");
        assertEq(consumed, isClosed[hash] ? volumeOf[hash] : matchedOf[hash], "consumption is not what was matched");
    }

    function checkOrders() external view {
        for (uint256 i = 0; i < orderHashes.length; ++i) {
            checkOrder(orderHashes[i]);
        }
    }

    /// Four new orders that fit.
    function _newOrders(uint256 seed) internal returns (Orders memory orders) {
        orders = _orders();
        app = appList[_draw(seed) % appList.length];
        orders.app.app = orders.request.app = app;
        orders.workerpool.workerpool = poolList[_draw(seed) % poolList.length];
        if (_draw(seed) % 3 == 0) _addDataset(orders);
        orders.app.appprice = _price(seed, 3e9);
        orders.dataset.datasetprice = orders.dataset.dataset == address(0) ? 0 : _price(seed, 3e9);
        orders.workerpool.workerpoolprice = _price(seed, 20e9);
        if (_draw(seed) % 4 == 0) orders.app.tag = orders.workerpool.tag = orders.request.tag = bytes32(uint256(1));
        orders.workerpool.category = _draw(seed) % 2;
        orders.workerpool.trust = 16;
        orders.app.volume = 1 + _draw(seed) % 5;
        orders.dataset.volume = 1 + _draw(seed) % 5;
        orders.workerpool.volume = 1 + _draw(seed) % 5;
        _askFor(orders, seed);
    }

    /// A new request for what the other three orders offer.
    function _askFor(Orders memory orders, uint256 seed) internal {
        RequestOrder memory request = _orders().request;
        request.app = orders.app.app;
        request.dataset = orders.dataset.dataset;
        request.appmaxprice = orders.app.appprice + _draw(seed) % 2;
        request.datasetmaxprice = orders.dataset.datasetprice;
        request.workerpoolmaxprice = orders.workerpool.workerpoolprice + _draw(seed) % 2;
        request.category = orders.workerpool.category;
        request.requester = _anybody(_draw(seed)).account;
        request.beneficiary = _draw(seed) % 2 == 0 ? request.requester : _anybody(_draw(seed)).account;
        request.tag = orders.app.tag;
        // Half of the deals need several workers.
        request.trust = _draw(seed) % 2 == 0 ? _draw(seed) % 2 : _draw(seed) % 17;
        request.volume = 1 + _draw(seed) % 5;
        if (_draw(seed) % 3 == 0) request.callback = receivers[_draw(seed) % receivers.length];
        orders.request = request;
    }

    /// Each order is approved by who may: with 65 bytes, with 64, or on chain.
    function _approveAll(Orders memory orders, uint256 seed) internal {
        orders.request.sign = _approve(3, orders, _draw(seed));
        _approveOffers(orders, seed);
    }

    function _approveOffers(Orders memory orders, uint256 seed) internal {
        orders.app.sign = _approve(0, orders, _draw(seed));
        if (orders.dataset.dataset != address(0)) orders.dataset.sign = _approve(1, orders, _draw(seed));
        orders.workerpool.sign = _approve(2, orders, _draw(seed));
        book.push(orders);
    }

    function _approve(uint256 kind, Orders memory orders, uint256 way) internal returns (bytes memory signature) {
        address signer = kind == 3 ? orders.request.requester : _ownerOf(kind, orders);
        bytes32 hash = _hashOf(kind, orders);
        orderHashes.push(hash);
        volumeOf[hash] = _volumeOf(kind, orders);
        signerOf[hash] = signer;
        if (way % 8 == 0) {
            _do(signer, _operation(kind, orders, OrderOperationEnum.SIGN), true);
            assertEq(hub.viewPresigned(hash), signer, "an approval on chain is not there");
            return "";
        }
        if (way % 8 == 1) {
            (bytes32 r, bytes32 vs) = vm.signCompact(keyOf[signer], hash);
            return abi.encodePacked(r, vs);
        }
        return _signature(_personOf(signer), hash);
    }

    function _hashOf(uint256 kind, Orders memory orders) internal view returns (bytes32) {
        if (kind == 0) return OrderHash.orderHash(hub, orders.app);
        if (kind == 1) return OrderHash.orderHash(hub, orders.dataset);
        if (kind == 2) return OrderHash.orderHash(hub, orders.workerpool);
        return OrderHash.orderHash(hub, orders.request);
    }

    function _volumeOf(uint256 kind, Orders memory orders) internal pure returns (uint256) {
        if (kind == 0) return orders.app.volume;
        if (kind == 1) return orders.dataset.volume;
        return kind == 2 ? orders.workerpool.volume : orders.request.volume;
    }

    /// Who owns the asset of an order right now.
    function _ownerOf(uint256 kind, Orders memory orders) internal view returns (address) {
        if (kind == 0) return apps.ownerOf(uint160(orders.app.app));
        if (kind == 1) return datasets.ownerOf(uint160(orders.dataset.dataset));
        return workerpools.ownerOf(uint160(orders.workerpool.workerpool));
    }

    function _operation(uint256 kind, Orders memory orders, OrderOperationEnum operation)
        private
        pure
        returns (bytes memory)
    {
        bytes memory none = new bytes(65);
        if (kind == 0) return abi.encodeCall(IHub.manageAppOrder, (AppOrderOperation(orders.app, operation, none)));
        if (kind == 1) {
            return abi.encodeCall(IHub.manageDatasetOrder, (DatasetOrderOperation(orders.dataset, operation, none)));
        }
        if (kind == 2) {
            return abi.encodeCall(
                IHub.manageWorkerpoolOrder, (WorkerpoolOrderOperation(orders.workerpool, operation, none))
            );
        }
        return abi.encodeCall(IHub.manageRequestOrder, (RequestOrderOperation(orders.request, operation, none)));
    }

    function _someAsset(uint256 drawn) private view returns (IRegistry, address) {
        if (drawn % 5 < 2) return (apps, appList[drawn % 5]);
        if (drawn % 5 < 4) return (workerpools, poolList[drawn % 5 - 2]);
        return (datasets, datasetList[0]);
    }

    /// Some things are free, and no price divides evenly.
    function _price(uint256 seed, uint256 max) private returns (uint256) {
        return _draw(seed) % 4 == 0 ? 0 : _draw(seed) % max;
    }
}
