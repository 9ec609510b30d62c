// SPDX-License-Identifier: Apache-2.0
// Which workerpool orders of operators are good: both sides of every limit.
pragma solidity 0.8.37;

import { WorkerpoolOrderNotSigned } from "../../../src/hub/Matching.sol";
import { IPoolOperator, OrderLimits } from "../../../src/interfaces/IPoolOperator.sol";
import { WorkerpoolOrder } from "../../../src/types/Orders.sol";
import { Orders } from "../../support/Market.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { Pool } from "../../support/Pool.sol";
import { vm } from "../../Vm.sol";

contract OrderLimitsTest is Pool {
    function test_an_order_at_every_limit_is_good() public {
        WorkerpoolOrder memory order = _order();
        order.volume = MAX_VOLUME;
        order.trust = MAX_TRUST;
        order.tag = TAGS;

        _assertGood(order);
    }

    function test_the_price_of_its_category_is_the_lowest() public {
        WorkerpoolOrder memory order = _order();
        order.workerpoolprice = WORKERPOOL_PRICE - 1;
        _assertRefused(
            order,
            abi.encodeWithSelector(IPoolOperator.OrderPriceTooLow.selector, WORKERPOOL_PRICE - 1, WORKERPOOL_PRICE)
        );

        order.category = 1;
        order.workerpoolprice = 2 * WORKERPOOL_PRICE - 1;
        _assertRefused(
            order,
            abi.encodeWithSelector(
                IPoolOperator.OrderPriceTooLow.selector, 2 * WORKERPOOL_PRICE - 1, 2 * WORKERPOOL_PRICE
            )
        );
        order.workerpoolprice = 2 * WORKERPOOL_PRICE;
        _assertGood(order);
    }

    function test_a_category_that_is_closed_or_not_named_is_not_for_sale() public {
        WorkerpoolOrder memory order = _order();
        order.workerpoolprice = type(uint256).max;
        for (uint256 category = 2; category < 4; ++category) {
            order.category = category;
            _assertRefused(order, abi.encodeWithSelector(IPoolOperator.OrderCategoryNotForSale.selector, category));
        }
    }

    function test_one_order_sells_so_many_tasks_and_no_more() public {
        WorkerpoolOrder memory order = _order();
        order.volume = MAX_VOLUME + 1;

        _assertRefused(
            order, abi.encodeWithSelector(IPoolOperator.OrderVolumeTooHigh.selector, MAX_VOLUME + 1, MAX_VOLUME)
        );
    }

    function test_it_offers_so_much_trust_and_no_more() public {
        WorkerpoolOrder memory order = _order();
        order.trust = MAX_TRUST + 1;

        _assertRefused(
            order, abi.encodeWithSelector(IPoolOperator.OrderTrustTooHigh.selector, MAX_TRUST + 1, MAX_TRUST)
        );
    }

    function test_it_offers_any_of_the_allowed_bits_and_no_other() public {
        WorkerpoolOrder memory order = _order();
        for (uint256 bit = 0; bit < 256; ++bit) {
            order.tag = bytes32(1 << bit);
            if (order.tag & TAGS != 0) {
                _assertGood(order);
            } else {
                _assertRefused(
                    order, abi.encodeWithSelector(IPoolOperator.OrderTagNotForSale.selector, order.tag, TAGS)
                );
            }
        }
    }

    function test_an_allowed_bit_excuses_no_other() public {
        WorkerpoolOrder memory order = _order();
        order.tag = TAGS | bytes32(uint256(4));

        _assertRefused(order, abi.encodeWithSelector(IPoolOperator.OrderTagNotForSale.selector, order.tag, TAGS));
    }

    function test_it_is_for_the_pool_of_the_contract_even_when_the_contract_owns_another() public {
        WorkerpoolOrder memory order = _order();
        order.workerpool = workerpools.createWorkerpool(address(pool), "a gift");

        _assertRefused(
            order, abi.encodeWithSelector(IPoolOperator.OrderForOtherWorkerpool.selector, order.workerpool, workerpool)
        );
    }

    function test_it_may_lock_the_most_and_not_one_nRLC_more() public {
        OrderLimits memory limits = _limits();
        WorkerpoolOrder memory order = _order();
        order.volume = 5;

        limits.maxLocked = uint96(5 * POOL_STAKE);
        _setLimits(limits);
        _assertGood(order);

        limits.maxLocked = uint96(5 * POOL_STAKE - 1);
        _setLimits(limits);
        _assertRefused(
            order,
            abi.encodeWithSelector(IPoolOperator.OrderLocksTooMuch.selector, 0, 5 * POOL_STAKE, 5 * POOL_STAKE - 1)
        );
    }

    function test_stake_is_rounded_down_for_each_task_as_the_hub_does() public {
        OrderLimits memory limits = _limits();
        limits.minPrices[0] = 0;
        limits.maxLocked = 0;
        _setLimits(limits);
        WorkerpoolOrder memory order = _order();
        order.volume = MAX_VOLUME;

        order.workerpoolprice = 3;
        _assertGood(order);
        order.workerpoolprice = 4;
        _assertRefused(order, abi.encodeWithSelector(IPoolOperator.OrderLocksTooMuch.selector, 0, MAX_VOLUME, 0));
    }

    function test_no_price_is_so_high_that_its_stake_is_overlooked() public {
        OrderLimits memory limits = _limits();
        limits.maxVolume = type(uint64).max;
        limits.maxLocked = type(uint96).max;
        _setLimits(limits);
        WorkerpoolOrder memory order = _order();
        order.volume = type(uint64).max;
        order.workerpoolprice = type(uint256).max;

        (bool done,) = _ask(order);

        assertFalse(done);
    }

    function test_what_is_locked_counts_and_what_is_sold_of_an_order_does_not_count_twice() public {
        Orders memory orders = _poolOrders(first, MAX_VOLUME, 1);
        orders.request.volume = 19;
        orders.request.sign = _signature(requester, OrderHash.orderHash(hub, orders.request));
        WorkerpoolOrder memory other = _order();
        other.volume = 12;
        _assertGood(other);

        _match(orders);

        assertEq(hub.frozenOf(address(pool)), 19 * POOL_STAKE);
        _assertGood(orders.workerpool);
        _assertRefused(
            other,
            abi.encodeWithSelector(
                IPoolOperator.OrderLocksTooMuch.selector, 19 * POOL_STAKE, 12 * POOL_STAKE, MAX_LOCKED
            )
        );
        other.volume = 11;
        _assertGood(other);
    }

    function test_the_hub_takes_a_good_order_for_unsigned_when_a_limit_has_changed() public {
        Orders memory orders = _poolOrders(first, 1, 1);
        OrderLimits memory limits = _limits();
        limits.maxVolume = 0;
        _setLimits(limits);

        vm.expectRevert(
            abi.encodeWithSelector(
                WorkerpoolOrderNotSigned.selector, address(pool), OrderHash.orderHash(hub, orders.workerpool)
            )
        );
        _match(orders);

        _setLimits(_limits());
        _match(orders);
    }

    function testFuzz_no_order_beyond_a_limit_is_good(
        uint256 price,
        uint256 volume,
        bytes32 tag,
        uint256 category,
        uint256 trust
    ) public {
        WorkerpoolOrder memory order = _order();
        order.workerpoolprice = bound(price, WORKERPOOL_PRICE / 2, 4 * WORKERPOOL_PRICE);
        order.volume = bound(volume, 0, 2 * MAX_VOLUME);
        order.tag = tag & bytes32(uint256(0x0107));
        order.category = bound(category, 0, 3);
        order.trust = bound(trust, 0, 2 * MAX_TRUST);
        bool good = order.category < 2 && order.workerpoolprice >= WORKERPOOL_PRICE * (order.category + 1)
            && order.volume <= MAX_VOLUME && order.tag & ~TAGS == 0 && order.trust <= MAX_TRUST
            && (order.workerpoolprice * 30 / 100) * order.volume <= MAX_LOCKED;

        (bool done,) = _ask(order);

        assertEq(done, good);
    }

    function _order() private returns (WorkerpoolOrder memory) {
        return _orders().workerpool;
    }

    function _ask(WorkerpoolOrder memory order) private view returns (bool done, bytes memory answer) {
        bytes32 hash = OrderHash.orderHash(hub, order);
        return address(pool).staticcall(abi.encodeCall(pool.isValidSignature, (hash, _orderSignature(first, order))));
    }

    function _assertGood(WorkerpoolOrder memory order) private view {
        (bool done, bytes memory answer) = _ask(order);
        assertTrue(done);
        assertEq(bytes32(answer), bytes32(YES));
        assertTrue(hub.verifySignature(address(pool), OrderHash.orderHash(hub, order), _orderSignature(first, order)));
    }

    function _assertRefused(WorkerpoolOrder memory order, bytes memory refusal) private view {
        (bool done, bytes memory answer) = _ask(order);
        assertFalse(done);
        assertEq(answer, refusal);
        assertFalse(hub.verifySignature(address(pool), OrderHash.orderHash(hub, order), _orderSignature(first, order)));
    }
}
