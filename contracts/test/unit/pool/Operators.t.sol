// SPDX-License-Identifier: Apache-2.0
// Who may do what with a pool that a contract owns.
pragma solidity 0.8.37;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";

import { OwnershipNotRenounceable } from "../../../src/hub/HubState.sol";
import { NotTheScheduler, RevealsMissing } from "../../../src/hub/Tasks.sol";
import { IHub } from "../../../src/interfaces/IHub.sol";
import { IPoolOperator } from "../../../src/interfaces/IPoolOperator.sol";
import { PoolOperator } from "../../../src/pool/PoolOperator.sol";
import { Workerpool } from "../../../src/registries/workerpools/Workerpool.sol";
import { OrderOperationEnum, WorkerpoolOrderOperation } from "../../../src/types/Orders.sol";
import { TaskStatusEnum } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { Pool } from "../../support/Pool.sol";
import { ReenteringReceiver } from "../../support/Receivers.sol";
import { vm } from "../../Vm.sol";

contract OperatorsTest is Pool {
    bytes private constant RESULT_BYTES = "result";

    function test_a_new_one_has_the_owner_the_operators_and_the_limits_that_it_was_given() public view {
        address[] memory keys = pool.operators();

        assertEq(pool.owner(), cold.account);
        assertEq(address(pool.hub()), address(hub));
        assertEq(pool.workerpool(), workerpool);
        assertEq(keys.length, 2);
        assertEq(keys[0], first.account);
        assertEq(keys[1], second.account);
        assertTrue(pool.isOperator(first.account));
        assertFalse(pool.isOperator(cold.account));
        assertEq(keccak256(abi.encode(pool.limits())), keccak256(abi.encode(_limits())));
    }

    function test_what_no_registry_knows_is_no_workerpool() public {
        vm.expectRevert(abi.encodeWithSelector(IPoolOperator.WorkerpoolUnknown.selector, stranger.account));
        _newPool(stranger.account);
    }

    function test_somebody_has_to_own_it() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableInvalidOwner.selector, address(0)));
        new PoolOperator(hub, workerpool, address(0), new address[](0), _limits());
    }

    // Operators

    function test_the_owner_adds_an_operator() public {
        vm.expectEmit(address(pool));
        emit IPoolOperator.OperatorAdded(stranger.account);
        vm.prank(cold.account);
        pool.addOperator(stranger.account);

        assertTrue(pool.isOperator(stranger.account));
        assertEq(pool.operators().length, 3);
    }

    function test_the_owner_revokes_an_operator() public {
        vm.expectEmit(address(pool));
        emit IPoolOperator.OperatorRevoked(first.account);
        _revoke(first);

        assertFalse(pool.isOperator(first.account));
        assertEq(pool.operators().length, 1);
        assertEq(pool.operators()[0], second.account);
    }

    function test_neither_nobody_nor_an_operator_nor_a_revoked_one_is_added() public {
        _revoke(first);
        address[3] memory refused = [address(0), second.account, first.account];

        for (uint256 i = 0; i < refused.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IPoolOperator.OperatorNotNew.selector, refused[i]));
            vm.prank(cold.account);
            pool.addOperator(refused[i]);
        }
    }

    function test_only_an_operator_is_revoked_and_only_once() public {
        vm.expectRevert(abi.encodeWithSelector(IPoolOperator.OperatorUnknown.selector, stranger.account));
        _revoke(stranger);

        _revoke(first);
        vm.expectRevert(abi.encodeWithSelector(IPoolOperator.OperatorUnknown.selector, first.account));
        _revoke(first);
    }

    // What is the owner's alone

    function test_nobody_else_reaches_the_money_the_limits_or_the_operators() public {
        bytes[] memory calls = new bytes[](7);
        calls[0] = abi.encodeCall(IPoolOperator.addOperator, (stranger.account));
        calls[1] = abi.encodeCall(IPoolOperator.revokeOperator, (second.account));
        calls[2] = abi.encodeCall(IPoolOperator.setLimits, (_limits()));
        calls[3] = abi.encodeCall(IPoolOperator.withdraw, (1, first.account));
        calls[4] = abi.encodeCall(IPoolOperator.execute, (address(hub), ""));
        calls[5] = abi.encodeCall(Ownable.transferOwnership, (first.account));
        calls[6] = abi.encodeCall(Ownable.renounceOwnership, ());

        for (uint256 i = 0; i < calls.length; ++i) {
            _refusesAsNotOwner(first.account, calls[i]);
            _refusesAsNotOwner(stranger.account, calls[i]);
        }
    }

    function test_ownership_goes_over_in_two_steps() public {
        vm.prank(cold.account);
        pool.transferOwnership(stranger.account);
        assertEq(pool.owner(), cold.account);

        vm.prank(stranger.account);
        pool.acceptOwnership();
        assertEq(pool.owner(), stranger.account);
    }

    function test_ownership_cannot_be_given_up() public {
        vm.expectRevert(OwnershipNotRenounceable.selector);
        vm.prank(cold.account);
        pool.renounceOwnership();
    }

    function test_the_owner_withdraws_free_stake_to_whom_he_likes() public {
        vm.prank(cold.account);
        pool.withdraw(7e9, stranger.account);

        assertEq(rlc.balanceOf(stranger.account), 7e9);
        assertEq(hub.balanceOf(address(pool)), DEPOSIT - 7e9);
    }

    function test_the_owner_gives_the_pool_away_and_changes_its_policy() public {
        vm.prank(cold.account);
        pool.execute(workerpool, abi.encodeCall(Workerpool.changePolicy, (50, 10)));
        assertEq(Workerpool(workerpool).m_workerStakeRatioPolicy(), 50);

        bytes memory giving =
            abi.encodeCall(workerpools.transferFrom, (address(pool), cold.account, uint160(workerpool)));
        vm.prank(cold.account);
        pool.execute(address(workerpools), giving);
        assertEq(Workerpool(workerpool).owner(), cold.account);
    }

    function test_what_the_owner_calls_answers_or_refuses_through_it() public {
        vm.prank(cold.account);
        bytes memory answer = pool.execute(address(hub), abi.encodeCall(IHub.balanceOf, (address(pool))));
        assertEq(abi.decode(answer, (uint256)), DEPOSIT);

        bytes32 taskid = _taskOfFormerOwner();
        vm.expectRevert(abi.encodeWithSelector(NotTheScheduler.selector, address(pool), scheduler.account));
        vm.prank(cold.account);
        pool.execute(address(hub), abi.encodeCall(IHub.reopen, (taskid)));
    }

    function test_a_pool_can_come_the_safe_way() public {
        address other = workerpools.createWorkerpool(scheduler.account, "another pool");
        PoolOperator otherPool = _newPool(other);

        vm.prank(scheduler.account);
        workerpools.safeTransferFrom(scheduler.account, address(otherPool), uint160(other));

        assertEq(Workerpool(other).owner(), address(otherPool));
    }

    // What operators do

    function test_an_operator_finalizes() public {
        bytes32 taskid = _revealedPoolTask();

        vm.prank(second.account);
        pool.finalize(taskid, "result", "");

        _assertStatus(taskid, TaskStatusEnum.COMPLETED);
        assertEq(hub.viewTask(taskid).results, "result");
    }

    function test_an_operator_reopens() public {
        bytes32 taskid = _revealingPoolTask();
        skipTime(REVEAL_TIME);

        vm.prank(first.account);
        pool.reopen(taskid);

        _assertStatus(taskid, TaskStatusEnum.ACTIVE);
    }

    function test_an_operator_does_many_things_at_once() public {
        bytes[] memory calls = new bytes[](3);
        (bytes32 one, bytes32 two) = (_revealedPoolTask(), _revealedPoolTask());
        bytes32 dealid = _match(_poolOrders(first, 1, 1));
        calls[0] = abi.encodeCall(IHub.finalize, (one, "one", ""));
        calls[1] = abi.encodeCall(IHub.finalize, (two, "two", ""));
        calls[2] = abi.encodeCall(IHub.initialize, (dealid, 0));

        vm.prank(first.account);
        bytes[] memory answers = pool.multicall(calls);

        _assertStatus(one, TaskStatusEnum.COMPLETED);
        _assertStatus(two, TaskStatusEnum.COMPLETED);
        _assertStatus(abi.decode(answers[2], (bytes32)), TaskStatusEnum.ACTIVE);
    }

    function test_many_things_are_done_all_or_none_with_the_reason_of_the_hub() public {
        bytes[] memory calls = new bytes[](2);
        (bytes32 good, bytes32 bad) = (_revealedPoolTask(), _revealingPoolTask());
        calls[0] = abi.encodeCall(IHub.finalize, (good, "", ""));
        calls[1] = abi.encodeCall(IHub.finalize, (bad, "", ""));

        uint256 deadline = hub.viewTask(bad).revealDeadline;
        vm.expectRevert(abi.encodeWithSelector(RevealsMissing.selector, 0, 2, deadline));
        vm.prank(first.account);
        pool.multicall(calls);

        _assertStatus(good, TaskStatusEnum.REVEALING);
    }

    function test_nothing_among_many_things_reaches_money_orders_or_other_calls() public {
        bytes[] memory forbidden = new bytes[](11);
        forbidden[0] = abi.encodeCall(IHub.withdraw, (1));
        forbidden[1] = abi.encodeCall(IHub.withdrawTo, (1, first.account));
        forbidden[2] = abi.encodeCall(IHub.transfer, (first.account, 1));
        forbidden[3] = abi.encodeCall(IHub.approve, (first.account, 1));
        forbidden[4] = abi.encodeCall(IHub.approveAndCall, (first.account, 1, ""));
        forbidden[5] = abi.encodeWithSignature("increaseAllowance(address,uint256)", first.account, 1);
        forbidden[6] = abi.encodeCall(IHub.multicall, (new bytes[](0)));
        forbidden[7] = abi.encodeWithSelector(IHub.manageWorkerpoolOrder.selector);
        forbidden[8] = abi.encodeWithSelector(IHub.manageRequestOrder.selector);
        forbidden[9] = abi.encodeWithSelector(IHub.sponsorMatchOrders.selector);
        forbidden[10] = hex"01";

        for (uint256 i = 0; i < forbidden.length; ++i) {
            bytes[] memory calls = new bytes[](1);
            calls[0] = forbidden[i];
            vm.expectRevert(abi.encodeWithSelector(IPoolOperator.CallNotForOperators.selector, bytes4(forbidden[i])));
            vm.prank(first.account);
            pool.multicall(calls);
        }
    }

    function test_what_anybody_may_claim_an_operator_claims_among_other_things() public {
        bytes32 dealid = _match(_poolOrders(first, 2, 4));
        bytes32 taskid = hub.initialize(dealid, 0);
        skipTime(10 * TIMEREF_XS);
        bytes[] memory calls = new bytes[](2);
        bytes32[] memory deals = new bytes32[](1);
        uint256[] memory indexes = new uint256[](1);
        (deals[0], indexes[0]) = (dealid, 1);
        calls[0] = abi.encodeCall(IHub.claim, (taskid));
        calls[1] = abi.encodeCall(IHub.initializeAndClaimArray, (deals, indexes));

        vm.prank(first.account);
        pool.multicall(calls);

        _assertStatus(taskid, TaskStatusEnum.FAILED);
        assertEq(hub.frozenOf(address(pool)), 0);
    }

    function test_only_operators_do_so_not_even_the_owner() public {
        bytes32 taskid = _revealedPoolTask();
        Orders memory orders = _poolOrders(first, 1, 1);
        _revoke(second);
        address[3] memory refused = [cold.account, stranger.account, second.account];

        for (uint256 i = 0; i < refused.length; ++i) {
            bytes memory refusal = abi.encodeWithSelector(IPoolOperator.CallerIsNotAnOperator.selector, refused[i]);
            vm.expectRevert(refusal);
            vm.prank(refused[i]);
            pool.finalize(taskid, "", "");
            vm.expectRevert(refusal);
            vm.prank(refused[i]);
            pool.reopen(taskid);
            vm.expectRevert(refusal);
            vm.prank(refused[i]);
            pool.multicall(new bytes[](0));
            vm.expectRevert(refusal);
            vm.prank(refused[i]);
            pool.closeOrder(orders.workerpool);
        }
    }

    function test_an_operator_closes_an_order_for_good() public {
        Orders memory orders = _poolOrders(first, 3, 1);

        vm.prank(second.account);
        pool.closeOrder(orders.workerpool);

        assertEq(hub.viewConsumed(OrderHash.orderHash(hub, orders.workerpool)), 3);
        vm.expectRevert();
        _match(orders);
    }

    function test_an_operator_closes_no_order_of_another_pool() public {
        Orders memory orders = _poolOrders(first, 1, 1);
        orders.workerpool.workerpool = workerpools.createWorkerpool(address(pool), "a gift");

        vm.expectRevert(
            abi.encodeWithSelector(
                IPoolOperator.OrderForOtherWorkerpool.selector, orders.workerpool.workerpool, workerpool
            )
        );
        vm.prank(first.account);
        pool.closeOrder(orders.workerpool);
    }

    function test_the_owner_approves_on_chain_what_operators_may_not_sell() public {
        Orders memory orders = _poolOrders(first, 1, 1);
        orders.workerpool.workerpoolprice = 1;
        orders.workerpool.sign = "";
        bytes memory approval = abi.encodeWithSelector(IHub.manageWorkerpoolOrder.selector, _approval(orders));

        vm.prank(cold.account);
        pool.execute(address(hub), approval);

        _match(orders);
        assertEq(hub.frozenOf(address(pool)), 0);
    }

    // Receivers of results are called while the contract is

    function test_a_receiver_that_calls_back_during_finalize_gets_nothing() public {
        ReenteringReceiver receiver = new ReenteringReceiver();
        receiver.prepare(address(pool), abi.encodeCall(IPoolOperator.withdraw, (1, address(receiver))));
        bytes32 taskid = _taskWithReceiver(address(receiver));

        vm.prank(first.account);
        pool.finalize(taskid, "", RESULT_BYTES);

        assertTrue(receiver.called());
        assertFalse(receiver.succeeded());
    }

    function test_not_even_a_receiver_that_is_an_operator_comes_in_again() public {
        ReenteringReceiver receiver = new ReenteringReceiver();
        bytes32 other = _revealedPoolTask();
        receiver.prepare(address(pool), abi.encodeCall(IPoolOperator.finalize, (other, "", "")));
        bytes32 taskid = _taskWithReceiver(address(receiver));
        vm.prank(cold.account);
        pool.addOperator(address(receiver));

        vm.prank(first.account);
        pool.finalize(taskid, "", RESULT_BYTES);

        assertTrue(receiver.called());
        assertFalse(receiver.succeeded());
        _assertStatus(other, TaskStatusEnum.REVEALING);
    }

    function _taskWithReceiver(address receiver) private returns (bytes32 taskid) {
        Orders memory orders = _poolOrders(first, 1, 4);
        orders.request.callback = receiver;
        orders.request.sign = _signature(requester, OrderHash.orderHash(hub, orders.request));
        taskid = hub.initialize(_match(orders), 0);
        for (uint256 i = 0; i < 2; ++i) {
            _contributeTo(first, workers[i], taskid, RESULT);
        }
        for (uint256 i = 0; i < 2; ++i) {
            _reveal(workers[i], taskid, RESULT);
        }
    }

    /// A task of a deal that was made before the pool was given to the contract.
    function _taskOfFormerOwner() private returns (bytes32 taskid) {
        address old = workerpools.createWorkerpool(scheduler.account, "old pool");
        Orders memory orders = _orders();
        orders.workerpool.workerpool = old;
        _sign(orders);
        return hub.initialize(_match(orders), 0);
    }

    function _approval(Orders memory orders) private pure returns (WorkerpoolOrderOperation memory) {
        return WorkerpoolOrderOperation(orders.workerpool, OrderOperationEnum.SIGN, "");
    }

    function _refusesAsNotOwner(address caller, bytes memory call) private {
        vm.prank(caller);
        (bool done, bytes memory answer) = address(pool).call(call);

        assertFalse(done);
        assertEq(answer, abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
    }
}
