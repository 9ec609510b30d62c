// SPDX-License-Identifier: Apache-2.0
// What an operator's signature is worth: four kinds of content, nothing else, and for one pool on one chain only.
pragma solidity 0.8.37;

import { ContributionNotAuthorized } from "../../../src/hub/Contributions.sol";
import { WorkerpoolOrderNotSigned } from "../../../src/hub/Matching.sol";
import { IPoolOperator } from "../../../src/interfaces/IPoolOperator.sol";
import { PoolOperator } from "../../../src/pool/PoolOperator.sol";
import { RequestOrder, WorkerpoolOrder } from "../../../src/types/Orders.sol";
import { Orders, Person } from "../../support/Market.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { Pool } from "../../support/Pool.sol";
import { vm } from "../../Vm.sol";

contract OperatorSignaturesTest is Pool {
    string private constant URL = "https://pool.test";
    bytes32 private constant TASK = keccak256("task");

    // Each kind is good

    function test_every_operator_permits_workers_with_and_without_an_enclave() public view {
        address worker = workers[0].account;
        address[2] memory enclaves = [address(0), enclave.account];
        for (uint256 i = 0; i < enclaves.length; ++i) {
            bytes32 hash = _authorizationHash(worker, TASK, enclaves[i]);
            _assertGood(hash, _permission(first, worker, TASK, enclaves[i]));
            _assertGood(hash, _permission(second, worker, TASK, enclaves[i]));
            _assertRefused(hash, _permission(stranger, worker, TASK, enclaves[i]));
            _assertRefused(hash, _permission(cold, worker, TASK, enclaves[i]));
        }
    }

    function test_every_operator_signs_orders() public {
        WorkerpoolOrder memory order = _orders().workerpool;
        bytes32 hash = OrderHash.orderHash(hub, order);

        _assertGood(hash, _orderSignature(first, order));
        _assertGood(hash, _orderSignature(second, order));
        _assertRefused(hash, _orderSignature(stranger, order));
        _assertRefused(hash, _orderSignature(cold, order));
    }

    function test_every_operator_says_where_the_api_is() public view {
        bytes32 hash = _endpointHash(workerpool, URL, START + 30 days);

        _assertGood(hash, _endpointSignature(first, URL, START + 30 days));
        _assertGood(hash, _endpointSignature(second, URL, START + 30 days));
        _assertRefused(hash, _endpointSignature(stranger, URL, START + 30 days));
        _assertGood(_endpointHash(workerpool, "", 0), _endpointSignature(first, "", 0));
    }

    function test_every_operator_logs_in_to_markets() public view {
        _assertGood(_loginHash("log in: 1234"), _loginSignature(first, "log in: 1234"));
        _assertGood(_loginHash(""), _loginSignature(second, ""));
        _assertRefused(_loginHash("log in: 1234"), _loginSignature(stranger, "log in: 1234"));
        _assertRefused(_loginHash("log in: 1235"), _loginSignature(first, "log in: 1234"));
    }

    function test_an_endpoint_holds_for_thirty_days_and_not_a_second_longer() public {
        bytes memory signature = _endpointSignature(first, URL, START + 30 days + 1);
        bytes32 hash = _endpointHash(workerpool, URL, START + 30 days + 1);

        vm.expectRevert(
            abi.encodeWithSelector(IPoolOperator.EndpointValidTooLong.selector, START + 30 days + 1, START + 30 days)
        );
        pool.isValidSignature(hash, signature);

        skipTime(1);
        _assertGood(hash, signature);
    }

    // Revoked

    function test_everything_that_an_operator_signed_ends_with_his_revocation() public {
        address worker = workers[0].account;
        WorkerpoolOrder memory order = _orders().workerpool;
        bytes memory orderSignature = _orderSignature(first, order);
        bytes memory permission = _permission(first, worker, TASK, address(0));
        bytes memory endpoint = _endpointSignature(first, URL, START);
        bytes memory login = _loginSignature(first, "log in");

        _revoke(first);

        _assertRefused(OrderHash.orderHash(hub, order), orderSignature);
        _assertRefused(_authorizationHash(worker, TASK, address(0)), permission);
        _assertRefused(_endpointHash(workerpool, URL, START), endpoint);
        _assertRefused(_loginHash("log in"), login);
        _assertGood(OrderHash.orderHash(hub, order), _orderSignature(second, order));
    }

    function test_the_hub_takes_nothing_from_a_revoked_operator() public {
        Orders memory orders = _poolOrders(first, 1, 4);
        bytes32 taskid = _poolTask(first, 4);
        bytes memory permission = _permission(first, workers[0].account, taskid, address(0));

        _revoke(first);

        bytes32 orderHash = OrderHash.orderHash(hub, orders.workerpool);
        vm.expectRevert(abi.encodeWithSelector(WorkerpoolOrderNotSigned.selector, address(pool), orderHash));
        _match(orders);
        bytes32 hash = _authorizationHash(workers[0].account, taskid, address(0));
        bytes32 seal = _sealOf(workers[0].account, taskid, RESULT);
        vm.expectRevert(abi.encodeWithSelector(ContributionNotAuthorized.selector, address(pool), hash));
        vm.prank(workers[0].account);
        hub.contribute(taskid, _hashOf(taskid, RESULT), seal, address(0), "", permission);
    }

    // Forged

    function test_a_bare_signature_of_an_operator_is_nothing() public {
        WorkerpoolOrder memory order = _orders().workerpool;
        bytes32 orderHash = OrderHash.orderHash(hub, order);
        bytes32 permission = _authorizationHash(workers[0].account, TASK, address(0));

        _assertRefused(orderHash, _signature(first, orderHash));
        _assertRefused(permission, _signature(first, permission));
        _assertRefused(orderHash, "");
        _assertRefused(bytes32(0), new bytes(66));
    }

    function test_no_other_content_stands_for_a_hash_that_an_operator_signed() public {
        WorkerpoolOrder memory order = _orders().workerpool;
        WorkerpoolOrder memory cheap = _orders().workerpool;
        cheap.workerpoolprice = 0;
        bytes32 cheapHash = OrderHash.orderHash(hub, cheap);

        // An order beyond the limits, shown as one within them.
        _assertRefused(cheapHash, bytes.concat(_orderContent(order), _signature(first, cheapHash)));
        // An order within the limits that nobody signed.
        _assertRefused(
            OrderHash.orderHash(hub, order), bytes.concat(_orderContent(order), _signature(first, cheapHash))
        );
    }

    function test_a_cheap_order_is_neither_a_permission_nor_an_endpoint_nor_a_login() public {
        WorkerpoolOrder memory cheap = _orders().workerpool;
        cheap.workerpoolprice = 0;
        bytes32 hash = OrderHash.orderHash(hub, cheap);
        bytes memory key = _signature(first, hash);
        bytes memory fields = abi.encode(cheap.workerpool, cheap.workerpoolprice, cheap.volume, cheap.tag);

        _assertRefused(hash, bytes.concat(hex"01", fields, key));
        _assertRefused(hash, abi.encodePacked(hex"01", workers[0].account, TASK, address(0), key));
        _assertRefused(hash, abi.encodePacked(hex"03", START, URL, key));
        _assertRefused(hash, bytes.concat(hex"04", fields, key));
    }

    function test_a_signed_message_of_another_length_is_no_permission() public view {
        bytes memory vote = abi.encodePacked(_hashOf(TASK, RESULT), _sealOf(stranger.account, TASK, RESULT));
        bytes32 hash = _ethSigned(keccak256(vote));

        _assertRefused(hash, bytes.concat(hex"01", vote, _signature(first, hash)));
    }

    function test_nothing_stands_between_an_order_and_its_signature() public {
        WorkerpoolOrder memory order = _orders().workerpool;
        bytes32 hash = OrderHash.orderHash(hub, order);

        _assertRefused(hash, bytes.concat(_orderContent(order), hex"00", _signature(first, hash)));
    }

    function test_a_request_that_would_spend_the_stake_is_never_signed() public {
        Orders memory orders = _orders();
        RequestOrder memory request = orders.request;
        request.requester = address(pool);
        bytes32 hash = OrderHash.orderHash(hub, request);
        bytes memory key = _signature(first, hash);

        _assertRefused(hash, key);
        _assertRefused(hash, bytes.concat(_orderContent(orders.workerpool), key));
        _assertRefused(hash, abi.encodePacked(hex"01", workers[0].account, TASK, address(0), key));
        _assertRefused(hash, abi.encodePacked(hex"03", START, URL, key));
    }

    function test_an_operation_on_an_order_is_never_signed() public {
        Orders memory orders = _orders();
        bytes32 hash =
            OrderHash.operationHash(hub, OrderHash.WORKERPOOL_OPERATION, OrderHash.structHash(orders.workerpool), 0);

        _assertRefused(hash, bytes.concat(_orderContent(orders.workerpool), _signature(first, hash)));
    }

    function test_every_changed_bit_of_a_signature_spoils_it() public {
        WorkerpoolOrder memory order = _orders().workerpool;
        _spoil(OrderHash.orderHash(hub, order), _orderSignature(first, order));
        _spoil(
            _authorizationHash(stranger.account, TASK, address(0)),
            _permission(first, stranger.account, TASK, address(0))
        );
        _spoil(_endpointHash(workerpool, URL, START), _endpointSignature(first, URL, START));
        _spoil(_loginHash("log in"), _loginSignature(first, "log in"));
    }

    function test_every_other_length_spoils_it() public {
        WorkerpoolOrder memory order = _orders().workerpool;
        bytes[3] memory signatures = [
            _orderSignature(first, order),
            _permission(first, stranger.account, TASK, address(0)),
            _endpointSignature(first, URL, START)
        ];
        bytes32[3] memory hashes = [
            OrderHash.orderHash(hub, order),
            _authorizationHash(stranger.account, TASK, address(0)),
            _endpointHash(workerpool, URL, START)
        ];

        for (uint256 i = 0; i < 3; ++i) {
            _assertRefused(hashes[i], bytes.concat(signatures[i], hex"00"));
            _assertRefused(hashes[i], bytes.concat(hex"00", signatures[i]));
            for (uint256 length = 0; length < signatures[i].length; ++length) {
                bytes memory part = new bytes(length);
                for (uint256 j = 0; j < length; ++j) {
                    part[j] = signatures[i][j];
                }
                _assertRefused(hashes[i], part);
            }
        }
    }

    function test_the_other_s_of_the_same_signature_is_refused() public view {
        bytes32 hash = _authorizationHash(stranger.account, TASK, address(0));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(first.key, hash);
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        bytes memory twin = abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27));

        _assertRefused(hash, abi.encodePacked(hex"01", stranger.account, TASK, address(0), twin));
    }

    function testFuzz_nothing_made_up_is_a_signature(bytes32 hash, uint8 kind, bytes calldata rest) public view {
        (bool done, bytes memory answer) = address(pool)
            .staticcall(abi.encodeCall(pool.isValidSignature, (hash, bytes.concat(bytes1(kind % 6), rest))));

        assertFalse(done && bytes4(answer) == YES);
    }

    // Replayed

    function test_an_order_is_good_on_one_chain() public {
        WorkerpoolOrder memory order = _orders().workerpool;
        bytes memory signature = _orderSignature(first, order);
        bytes32 hash = OrderHash.orderHash(hub, order);

        vm.chainId(999);

        _assertRefused(hash, signature);
        _assertRefused(OrderHash.orderHash(hub, order), signature);
    }

    function test_an_endpoint_is_good_on_one_chain() public {
        bytes memory signature = _endpointSignature(first, URL, START);
        bytes32 hash = _endpointHash(workerpool, URL, START);

        vm.chainId(999);

        _assertRefused(hash, signature);
        _assertRefused(_endpointHash(workerpool, URL, START), signature);
    }

    function test_a_login_is_good_on_one_chain() public {
        bytes memory signature = _loginSignature(first, "log in");
        bytes32 hash = _loginHash("log in");

        vm.chainId(999);

        _assertRefused(hash, signature);
        _assertRefused(_loginHash("log in"), signature);
    }

    function test_orders_and_endpoints_of_one_pool_are_nothing_to_another_with_the_same_operators() public {
        PoolOperator other = _newPool(workerpools.createWorkerpool(scheduler.account, "another pool"));
        WorkerpoolOrder memory order = _orders().workerpool;
        bytes32 hash = OrderHash.orderHash(hub, order);
        bytes memory signature = _orderSignature(first, order);
        bytes32 endpoint = _endpointHash(workerpool, URL, START);
        bytes memory endpointSignature = _endpointSignature(first, URL, START);

        assertEq(other.isValidSignature(endpoint, endpointSignature), NO);
        vm.expectRevert(
            abi.encodeWithSelector(IPoolOperator.OrderForOtherWorkerpool.selector, workerpool, other.workerpool())
        );
        other.isValidSignature(hash, signature);
    }

    function test_a_permission_for_a_task_of_another_pool_does_not_let_a_worker_in() public {
        bytes32 taskid = _taskOfOtherPool();
        bytes memory permission = _permission(first, workers[0].account, taskid, address(0));
        bytes32 hash = _authorizationHash(workers[0].account, taskid, address(0));
        bytes32 seal = _sealOf(workers[0].account, taskid, RESULT);

        vm.expectRevert(abi.encodeWithSelector(ContributionNotAuthorized.selector, scheduler.account, hash));
        vm.prank(workers[0].account);
        hub.contribute(taskid, _hashOf(taskid, RESULT), seal, address(0), "", permission);
    }

    function test_a_permission_is_for_one_worker() public {
        bytes32 taskid = _poolTask(first, 4);
        bytes memory permission = _permission(first, workers[0].account, taskid, address(0));
        bytes32 hash = _authorizationHash(workers[1].account, taskid, address(0));
        bytes32 seal = _sealOf(workers[1].account, taskid, RESULT);

        vm.expectRevert(abi.encodeWithSelector(ContributionNotAuthorized.selector, address(pool), hash));
        vm.prank(workers[1].account);
        hub.contribute(taskid, _hashOf(taskid, RESULT), seal, address(0), "", permission);
    }

    function _taskOfOtherPool() private returns (bytes32) {
        Orders memory orders = _orders();
        orders.workerpool.workerpool = workerpools.createWorkerpool(scheduler.account, "another pool");
        _sign(orders);
        return hub.initialize(_match(orders), 0);
    }

    function _spoil(bytes32 hash, bytes memory signature) private view {
        _assertGood(hash, signature);
        for (uint256 i = 0; i < signature.length; ++i) {
            signature[i] ^= bytes1(uint8(1 << (i % 8)));
            _assertRefused(hash, signature);
            signature[i] ^= bytes1(uint8(1 << (i % 8)));
        }
    }

    function _assertGood(bytes32 hash, bytes memory signature) private view {
        assertEq(pool.isValidSignature(hash, signature), YES);
        assertTrue(hub.verifySignature(address(pool), hash, signature));
    }

    /// Refused without a word, by the hub, too.
    function _assertRefused(bytes32 hash, bytes memory signature) private view {
        assertEq(pool.isValidSignature(hash, signature), NO);
        assertFalse(hub.verifySignature(address(pool), hash, signature));
    }
}
