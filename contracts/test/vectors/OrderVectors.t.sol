// SPDX-License-Identifier: Apache-2.0
// The hub against orders.json: what a wallet signs off chain is what the hub hashes, recovers and remembers.
pragma solidity 0.8.37;

import { IERC5313 } from "@openzeppelin/contracts/interfaces/IERC5313.sol";

import { NotTheOrderSigner } from "../../src/hub/OrderManagement.sol";
import { IHub } from "../../src/interfaces/IHub.sol";
import { IHubEvents } from "../../src/interfaces/IHubEvents.sol";
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
import { Market } from "../support/Market.sol";
import { OrderHash } from "../support/OrderHash.sol";
import { Vm, vm } from "../Vm.sol";

contract OrderVectorsTest is Market {
    /// What the vectors say about one order.
    struct Expected {
        address signer;
        address owner;
        bytes32 orderHash;
        bytes32 signHash;
        bytes32 closeHash;
        bytes sign;
        bytes compactSign;
    }

    string private json;
    string[] private kinds;

    /// The hub answers at the address and on the chain of the vectors.
    function setUp() public override {
        super.setUp();
        json = vm.readFile("../packages/protocol/vectors/orders.json");
        kinds = abi.decode(vm.parseJson(json, ".orders[*].kind"), (string[]));
        _moveHub(".domain");
    }

    function test_the_vectors_are_as_many_as_they_say() public view {
        assertEq(kinds.length, vm.parseJsonUint(json, ".count"));
        assertEq(_of("app") + _of("dataset") + _of("workerpool") + _of("request"), kinds.length);
    }

    function test_the_hub_has_the_domain_separators_of_the_vectors() public {
        assertEq(hub.eip712domain_separator(), vm.parseJsonBytes32(json, ".domain.separator"));
        for (uint256 i = 0; i < 4; ++i) {
            string memory path = string.concat(".otherDomains[", vm.toString(i), "]");
            address place = vm.parseJsonAddress(json, string.concat(path, ".verifyingContract"));
            // No code can be put where a precompiled contract is.
            if (uint160(place) < 0x100) continue;
            _moveHub(path);

            assertEq(hub.eip712domain_separator(), vm.parseJsonBytes32(json, string.concat(path, ".separator")));
        }
    }

    function test_the_typehashes_are_those_of_the_vectors() public view {
        _assertTypehash("domain", OrderHash.DOMAIN);
        _assertTypehash("appOrder", OrderHash.APP);
        _assertTypehash("datasetOrder", OrderHash.DATASET);
        _assertTypehash("workerpoolOrder", OrderHash.WORKERPOOL);
        _assertTypehash("requestOrder", OrderHash.REQUEST);
        _assertTypehash("appOrderOperation", OrderHash.APP_OPERATION);
        _assertTypehash("datasetOrderOperation", OrderHash.DATASET_OPERATION);
        _assertTypehash("workerpoolOrderOperation", OrderHash.WORKERPOOL_OPERATION);
        _assertTypehash("requestOrderOperation", OrderHash.REQUEST_OPERATION);
    }

    function test_the_hub_hashes_app_orders_as_wallets_do() public {
        for (uint256 i = 0; i < kinds.length; ++i) {
            if (_is(i, "app")) this.checkAppOrder(i);
        }
    }

    /// A call of its own, so that what it reads is forgotten after it.
    function checkAppOrder(uint256 i) external {
        AppOrder memory order;
        order.app = _account(i, "app");
        order.appprice = _number(i, "appprice");
        order.volume = _number(i, "volume");
        order.tag = _word(i, "tag");
        order.datasetrestrict = _account(i, "datasetrestrict");
        order.workerpoolrestrict = _account(i, "workerpoolrestrict");
        order.requesterrestrict = _account(i, "requesterrestrict");
        order.salt = _word(i, "salt");

        Expected memory expected = _expectedOfAsset(i, order.app);
        bytes memory sign =
            abi.encodeCall(hub.manageAppOrder, (AppOrderOperation(order, OrderOperationEnum.SIGN, new bytes(65))));
        bytes memory close =
            abi.encodeCall(hub.manageAppOrder, (AppOrderOperation(order, OrderOperationEnum.CLOSE, new bytes(65))));
        _hashes(expected, sign, close, IHubEvents.SignedAppOrder.selector, IHubEvents.ClosedAppOrder.selector);
        assertEq(hub.viewConsumed(expected.orderHash), order.volume);
    }

    function test_the_hub_hashes_dataset_orders_as_wallets_do() public {
        for (uint256 i = 0; i < kinds.length; ++i) {
            if (_is(i, "dataset")) this.checkDatasetOrder(i);
        }
    }

    /// A call of its own, so that what it reads is forgotten after it.
    function checkDatasetOrder(uint256 i) external {
        DatasetOrder memory order;
        order.dataset = _account(i, "dataset");
        order.datasetprice = _number(i, "datasetprice");
        order.volume = _number(i, "volume");
        order.tag = _word(i, "tag");
        order.apprestrict = _account(i, "apprestrict");
        order.workerpoolrestrict = _account(i, "workerpoolrestrict");
        order.requesterrestrict = _account(i, "requesterrestrict");
        order.salt = _word(i, "salt");

        Expected memory expected = _expectedOfAsset(i, order.dataset);
        bytes memory sign = abi.encodeCall(
            hub.manageDatasetOrder, (DatasetOrderOperation(order, OrderOperationEnum.SIGN, new bytes(65)))
        );
        bytes memory close = abi.encodeCall(
            hub.manageDatasetOrder, (DatasetOrderOperation(order, OrderOperationEnum.CLOSE, new bytes(65)))
        );
        _hashes(expected, sign, close, IHubEvents.SignedDatasetOrder.selector, IHubEvents.ClosedDatasetOrder.selector);
        assertEq(hub.viewConsumed(expected.orderHash), order.volume);
    }

    function test_the_hub_hashes_workerpool_orders_as_wallets_do() public {
        for (uint256 i = 0; i < kinds.length; ++i) {
            if (_is(i, "workerpool")) this.checkWorkerpoolOrder(i);
        }
    }

    /// A call of its own, so that what it reads is forgotten after it.
    function checkWorkerpoolOrder(uint256 i) external {
        WorkerpoolOrder memory order;
        order.workerpool = _account(i, "workerpool");
        order.workerpoolprice = _number(i, "workerpoolprice");
        order.volume = _number(i, "volume");
        order.tag = _word(i, "tag");
        order.category = _number(i, "category");
        order.trust = _number(i, "trust");
        order.apprestrict = _account(i, "apprestrict");
        order.datasetrestrict = _account(i, "datasetrestrict");
        order.requesterrestrict = _account(i, "requesterrestrict");
        order.salt = _word(i, "salt");

        Expected memory expected = _expectedOfAsset(i, order.workerpool);
        bytes memory sign = abi.encodeCall(
            hub.manageWorkerpoolOrder, (WorkerpoolOrderOperation(order, OrderOperationEnum.SIGN, new bytes(65)))
        );
        bytes memory close = abi.encodeCall(
            hub.manageWorkerpoolOrder, (WorkerpoolOrderOperation(order, OrderOperationEnum.CLOSE, new bytes(65)))
        );
        _hashes(
            expected, sign, close, IHubEvents.SignedWorkerpoolOrder.selector, IHubEvents.ClosedWorkerpoolOrder.selector
        );
        assertEq(hub.viewConsumed(expected.orderHash), order.volume);
    }

    function test_the_hub_hashes_request_orders_as_wallets_do() public {
        for (uint256 i = 0; i < kinds.length; ++i) {
            if (_is(i, "request")) this.checkRequestOrder(i);
        }
    }

    /// A call of its own, so that what it reads is forgotten after it.
    function checkRequestOrder(uint256 i) external {
        RequestOrder memory order;
        order.app = _account(i, "app");
        order.appmaxprice = _number(i, "appmaxprice");
        order.dataset = _account(i, "dataset");
        order.datasetmaxprice = _number(i, "datasetmaxprice");
        order.workerpool = _account(i, "workerpool");
        order.workerpoolmaxprice = _number(i, "workerpoolmaxprice");
        order.requester = _account(i, "requester");
        order.volume = _number(i, "volume");
        order.tag = _word(i, "tag");
        order.category = _number(i, "category");
        order.trust = _number(i, "trust");
        order.beneficiary = _account(i, "beneficiary");
        order.callback = _account(i, "callback");
        order.params = vm.parseJsonString(json, _path(i, "params"));
        order.salt = _word(i, "salt");

        Expected memory expected = _expected(i);
        expected.owner = order.requester;
        bytes memory sign = abi.encodeCall(
            hub.manageRequestOrder, (RequestOrderOperation(order, OrderOperationEnum.SIGN, new bytes(65)))
        );
        bytes memory close = abi.encodeCall(
            hub.manageRequestOrder, (RequestOrderOperation(order, OrderOperationEnum.CLOSE, new bytes(65)))
        );
        _hashes(expected, sign, close, IHubEvents.SignedRequestOrder.selector, IHubEvents.ClosedRequestOrder.selector);
        assertEq(hub.viewConsumed(expected.orderHash), order.volume);
    }

    /// A stranger is refused with the hash of each operation; the owner approves and closes under the hash of the order;
    /// and both signatures of the vector are its signer's.
    function _hashes(Expected memory expected, bytes memory sign, bytes memory close, bytes32 signed, bytes32 closed)
        private
    {
        _refuses(sign, expected.owner, expected.signHash);
        _refuses(close, expected.owner, expected.closeHash);

        vm.recordLogs();
        _call(expected.owner, sign);
        _call(expected.owner, close);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs[0].topics[0], signed);
        assertEq(logs[0].data, abi.encode(expected.orderHash));
        assertEq(logs[1].topics[0], closed);
        assertEq(logs[1].data, abi.encode(expected.orderHash));
        assertEq(hub.viewPresigned(expected.orderHash), expected.owner);

        assertTrue(hub.verifySignature(expected.signer, expected.orderHash, expected.sign));
        assertTrue(hub.verifySignature(expected.signer, expected.orderHash, expected.compactSign));
    }

    function _refuses(bytes memory call, address signer, bytes32 operationHash) private {
        address stranger = address(0x57A6);
        vm.prank(stranger);
        (bool done, bytes memory answer) = address(hub).call(call);
        assertFalse(done);
        assertEq(answer, abi.encodeWithSelector(NotTheOrderSigner.selector, stranger, signer, operationHash));
    }

    function _call(address caller, bytes memory call) private {
        vm.prank(caller);
        (bool done,) = address(hub).call(call);
        assertTrue(done);
    }

    function _moveHub(string memory path) private {
        address place = vm.parseJsonAddress(json, string.concat(path, ".verifyingContract"));
        vm.chainId(uint256(vm.parseJsonBytes32(json, string.concat(path, ".chainId"))));
        vm.etch(place, address(hub).code);
        hub = IHub(place);
    }

    /// The asset names the signer of the vector as its owner.
    function _expectedOfAsset(uint256 i, address asset) private returns (Expected memory expected) {
        expected = _expected(i);
        expected.owner = expected.signer;
        vm.mockCall(asset, abi.encodeWithSelector(IERC5313.owner.selector), abi.encode(expected.signer));
    }

    function _expected(uint256 i) private view returns (Expected memory expected) {
        expected.signer = _account(i, "signer");
        expected.orderHash = _word(i, "orderHash");
        expected.signHash = _word(i, "signOperationHash");
        expected.closeHash = _word(i, "closeOperationHash");
        expected.sign = vm.parseJsonBytes(json, _path(i, "sign"));
        expected.compactSign = vm.parseJsonBytes(json, _path(i, "compactSign"));
    }

    function _assertTypehash(string memory name, bytes32 typehash) private view {
        assertEq(vm.parseJsonBytes32(json, string.concat(".typehashes.", name)), typehash, name);
    }

    function _account(uint256 i, string memory field) private view returns (address) {
        return vm.parseJsonAddress(json, _path(i, field));
    }

    function _number(uint256 i, string memory field) private view returns (uint256) {
        return uint256(_word(i, field));
    }

    function _word(uint256 i, string memory field) private view returns (bytes32) {
        return vm.parseJsonBytes32(json, _path(i, field));
    }

    function _path(uint256 i, string memory field) private pure returns (string memory) {
        return string.concat(".orders[", vm.toString(i), "].", field);
    }

    function _is(uint256 i, string memory kind) private view returns (bool) {
        return keccak256(bytes(kinds[i])) == keccak256(bytes(kind));
    }

    /// How many orders there are of a kind, of each at least one.
    function _of(string memory kind) private view returns (uint256 count) {
        for (uint256 i = 0; i < kinds.length; ++i) {
            if (_is(i, kind)) ++count;
        }
        assertGt(count, 0);
    }
}
