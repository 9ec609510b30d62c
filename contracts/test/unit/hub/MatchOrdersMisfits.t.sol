// SPDX-License-Identifier: Apache-2.0
// matchOrders: four orders that want different things are refused, and told which two values did not fit.
pragma solidity 0.8.37;

import { IMatchErrors } from "../../../src/libraries/MatchLib.sol";
import { Group } from "../../support/Answers.sol";
import { Orders } from "../../support/Market.sol";
import { MatchTest } from "./MatchTest.sol";

contract MatchOrdersMisfitsTest is MatchTest {
    // Category and trust

    function test_a_request_for_another_category_than_the_workerpool_offers_is_refused() public {
        Orders memory orders = _orders();
        orders.request.category = 1;

        _refuses(orders, _compared(IMatchErrors.CategoryMismatch.selector, uint256(1), 0));
    }

    function test_the_last_category_that_exists_is_accepted() public {
        Orders memory orders = _orders();
        orders.request.category = orders.workerpool.category = 1;

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).category, 1);
    }

    function test_the_first_category_that_does_not_exist_is_refused() public {
        Orders memory orders = _orders();
        orders.request.category = orders.workerpool.category = 2;

        _refuses(orders, _compared(IMatchErrors.UnknownCategory.selector, uint256(2), 2));
    }

    function test_the_largest_category_number_is_refused_as_unknown() public {
        Orders memory orders = _orders();
        orders.request.category = orders.workerpool.category = type(uint256).max;

        _refuses(orders, _compared(IMatchErrors.UnknownCategory.selector, type(uint256).max, 2));
    }

    function testFuzz_a_workerpool_sells_every_trust_up_to_what_it_offers(uint64 wanted, uint64 offered) public {
        Orders memory orders = _orders();
        orders.request.trust = wanted;
        orders.workerpool.trust = offered;

        if (wanted > offered) {
            _refuses(orders, _compared(IMatchErrors.TrustTooLow.selector, wanted, offered));
        } else {
            bytes32 dealid = _accepts(orders);
            assertEq(hub.viewDeal(dealid).trust, wanted == 0 ? 1 : wanted);
        }
    }

    function test_a_trust_one_above_the_offer_is_refused() public {
        Orders memory orders = _orders();
        orders.request.trust = orders.workerpool.trust + 1;

        _refuses(orders, _compared(IMatchErrors.TrustTooLow.selector, uint256(101), 100));
    }

    function test_a_trust_that_equals_the_offer_is_accepted() public {
        Orders memory orders = _orders();
        orders.request.trust = orders.workerpool.trust;

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).trust, 100);
    }

    // Prices: equal is accepted in every other test

    function test_an_app_one_nano_too_expensive_is_refused() public {
        Orders memory orders = _orders();
        orders.app.appprice = APP_PRICE + 1;

        _refuses(orders, _compared(IMatchErrors.AppPriceTooHigh.selector, APP_PRICE + 1, APP_PRICE));
    }

    function test_a_dataset_one_nano_too_expensive_is_refused() public {
        Orders memory orders = _ordersWithDataset();
        orders.dataset.datasetprice = DATASET_PRICE + 1;

        _refuses(orders, _compared(IMatchErrors.DatasetPriceTooHigh.selector, DATASET_PRICE + 1, DATASET_PRICE));
    }

    function test_the_price_of_a_dataset_order_is_compared_even_when_no_dataset_is_asked_for() public {
        Orders memory orders = _orders();
        orders.dataset.datasetprice = 1;

        _refuses(orders, _compared(IMatchErrors.DatasetPriceTooHigh.selector, uint256(1), 0));
    }

    function test_a_workerpool_one_nano_too_expensive_is_refused() public {
        Orders memory orders = _orders();
        orders.workerpool.workerpoolprice = WORKERPOOL_PRICE + 1;

        _refuses(
            orders, _compared(IMatchErrors.WorkerpoolPriceTooHigh.selector, WORKERPOOL_PRICE + 1, WORKERPOOL_PRICE)
        );
    }

    function testFuzz_what_is_cheaper_than_the_request_allows_costs_what_it_asks(uint96 most, uint96 asked) public {
        uint256 highest = bound(most, 0, 1000e9);
        uint256 price = bound(asked, 0, highest);
        Orders memory orders = _orders();
        orders.request.workerpoolmaxprice = highest;
        orders.workerpool.workerpoolprice = price;

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).workerpool.price, price);
        assertEq(hub.frozenOf(requester.account), APP_PRICE + price);
    }

    // Tags

    function test_a_workerpool_must_offer_every_bit_that_the_app_asks_for() public {
        Orders memory orders = _orders();
        orders.app.tag = GPU;

        _refuses(orders, _compared(IMatchErrors.WorkerpoolLacksTag.selector, GPU, 0));
    }

    function test_a_workerpool_must_offer_every_bit_that_the_dataset_asks_for() public {
        Orders memory orders = _ordersWithDataset();
        orders.dataset.tag = GPU;

        _refuses(orders, _compared(IMatchErrors.WorkerpoolLacksTag.selector, GPU, 0));
    }

    function test_the_tag_of_a_dataset_order_counts_even_when_no_dataset_is_asked_for() public {
        Orders memory orders = _orders();
        orders.dataset.tag = GPU;

        _refuses(orders, _compared(IMatchErrors.WorkerpoolLacksTag.selector, GPU, 0));
    }

    function test_a_workerpool_must_offer_every_bit_that_the_request_asks_for() public {
        Orders memory orders = _orders();
        orders.request.tag = GPU;

        _refuses(orders, _compared(IMatchErrors.WorkerpoolLacksTag.selector, GPU, 0));
    }

    function test_the_frameworks_of_a_dataset_are_not_asked_of_the_workerpool() public {
        Orders memory orders = _ordersWithDataset();
        orders.dataset.tag = bytes32(uint256(0x0E));

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).tag, 0);
    }

    function test_the_frameworks_of_an_app_are_asked_of_the_workerpool() public {
        Orders memory orders = _orders();
        orders.app.tag = bytes32(uint256(0x0E));
        orders.workerpool.tag = bytes32(uint256(0x06));

        _refuses(orders, _compared(IMatchErrors.WorkerpoolLacksTag.selector, orders.app.tag, orders.workerpool.tag));
    }

    function test_the_frameworks_of_a_request_are_asked_of_the_workerpool() public {
        Orders memory orders = _orders();
        orders.request.tag = bytes32(uint256(0x0E));
        orders.workerpool.tag = bytes32(uint256(0x0A));

        _refuses(orders, _compared(IMatchErrors.WorkerpoolLacksTag.selector, orders.request.tag, orders.workerpool.tag));
    }

    function test_an_app_without_a_tee_is_refused_when_the_request_wants_one() public {
        Orders memory orders = _orders();
        orders.request.tag = orders.workerpool.tag = TEE;

        _refuses(orders, _compared(IMatchErrors.AppLacksTee.selector, TEE, 0));
    }

    function test_an_app_without_a_tee_is_refused_when_the_dataset_wants_one() public {
        Orders memory orders = _ordersWithDataset();
        orders.dataset.tag = orders.workerpool.tag = TEE;

        _refuses(orders, _compared(IMatchErrors.AppLacksTee.selector, TEE, 0));
    }

    function test_an_app_with_a_tee_runs_in_one_though_nobody_else_asks() public {
        Orders memory orders = _orders();
        orders.app.tag = orders.workerpool.tag = TEE;

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).tag, TEE);
    }

    function test_only_the_tee_is_asked_of_the_app() public {
        Orders memory orders = _orders();
        orders.request.tag = orders.workerpool.tag = bytes32(type(uint256).max ^ 1);

        bytes32 dealid = _accepts(orders);

        assertEq(hub.viewDeal(dealid).tag, orders.request.tag);
    }

    function testFuzz_a_deal_has_all_bits_asked_for_and_the_workerpool_offers_them(
        bytes32 appTag,
        bytes32 datasetTag,
        bytes32 requestTag,
        bytes32 more
    ) public {
        Orders memory orders = _ordersWithDataset();
        bytes32 all = appTag | (datasetTag & ~bytes32(uint256(0x0E))) | requestTag;
        orders.app.tag = appTag;
        orders.dataset.tag = datasetTag;
        orders.request.tag = requestTag;
        orders.workerpool.tag = all | more;

        if (all & ~appTag & TEE != 0) {
            _refuses(orders, _compared(IMatchErrors.AppLacksTee.selector, all, appTag));
        } else {
            bytes32 dealid = _accepts(orders);
            assertEq(hub.viewDeal(dealid).tag, all);
        }
    }

    function testFuzz_one_missing_bit_is_enough_to_refuse_a_workerpool(bytes32 asked, uint8 missing) public {
        bytes32 bit = bytes32(uint256(1) << missing);
        Orders memory orders = _orders();
        orders.request.tag = asked | bit;
        orders.workerpool.tag = ~bit;

        _refuses(orders, _compared(IMatchErrors.WorkerpoolLacksTag.selector, asked | bit, ~bit));
    }

    // Assets

    function test_a_request_for_another_app_is_refused() public {
        Orders memory orders = _orders();
        orders.request.app = stranger;

        _refuses(orders, _compared(IMatchErrors.AppMismatch.selector, stranger, app));
    }

    function test_a_request_for_another_dataset_is_refused() public {
        Orders memory orders = _ordersWithDataset();
        orders.request.dataset = stranger;

        _refuses(orders, _compared(IMatchErrors.DatasetMismatch.selector, stranger, dataset));
    }

    function test_a_request_without_a_dataset_refuses_one() public {
        Orders memory orders = _ordersWithDataset();
        orders.request.dataset = address(0);

        _refuses(orders, _compared(IMatchErrors.DatasetMismatch.selector, address(0), dataset));
    }

    function test_a_request_for_a_dataset_refuses_to_run_without() public {
        Orders memory orders = _orders();
        orders.request.dataset = dataset;

        _refuses(orders, _compared(IMatchErrors.DatasetMismatch.selector, dataset, address(0)));
    }

    // Restrictions, each on both sides

    function test_a_request_can_name_its_workerpool() public {
        _onlyAllows(0, IMatchErrors.WorkerpoolRefusedByRequest.selector, workerpool);
    }

    function test_an_app_can_name_its_dataset() public {
        _onlyAllows(1, IMatchErrors.DatasetRefusedByApp.selector, dataset);
    }

    function test_an_app_can_name_its_workerpool() public {
        _onlyAllows(2, IMatchErrors.WorkerpoolRefusedByApp.selector, workerpool);
    }

    function test_an_app_can_name_its_requester() public {
        _onlyAllows(3, IMatchErrors.RequesterRefusedByApp.selector, requester.account);
    }

    function test_a_dataset_can_name_its_app() public {
        _onlyAllows(4, IMatchErrors.AppRefusedByDataset.selector, app);
    }

    function test_a_dataset_can_name_its_workerpool() public {
        _onlyAllows(5, IMatchErrors.WorkerpoolRefusedByDataset.selector, workerpool);
    }

    function test_a_dataset_can_name_its_requester() public {
        _onlyAllows(6, IMatchErrors.RequesterRefusedByDataset.selector, requester.account);
    }

    function test_a_workerpool_can_name_its_app() public {
        _onlyAllows(7, IMatchErrors.AppRefusedByWorkerpool.selector, app);
    }

    function test_a_workerpool_can_name_its_dataset() public {
        _onlyAllows(8, IMatchErrors.DatasetRefusedByWorkerpool.selector, dataset);
    }

    function test_a_workerpool_can_name_its_requester() public {
        _onlyAllows(9, IMatchErrors.RequesterRefusedByWorkerpool.selector, requester.account);
    }

    function test_an_app_for_one_dataset_does_not_run_without() public {
        Orders memory orders = _orders();
        orders.app.datasetrestrict = dataset;

        _refuses(orders, _compared(IMatchErrors.DatasetRefusedByApp.selector, dataset, address(0)));
    }

    function test_a_workerpool_for_one_dataset_does_not_run_without() public {
        Orders memory orders = _orders();
        orders.workerpool.datasetrestrict = dataset;

        _refuses(orders, _compared(IMatchErrors.DatasetRefusedByWorkerpool.selector, dataset, address(0)));
    }

    function test_the_restrictions_of_a_dataset_order_count_even_when_no_dataset_is_asked_for() public {
        Orders memory orders = _orders();
        orders.dataset.apprestrict = stranger;

        _refuses(orders, _compared(IMatchErrors.AppRefusedByDataset.selector, stranger, app));
    }

    function test_who_is_named_is_looked_at_and_not_who_owns_it() public {
        Orders memory orders = _orders();
        orders.workerpool.apprestrict = developer.account;

        _refuses(orders, _compared(IMatchErrors.AppRefusedByWorkerpool.selector, developer.account, app));
    }

    /// Restriction number `index` lets in the one that it names, and the members of a group; nobody else.
    function _onlyAllows(uint256 index, bytes4 refusal, address actual) private {
        Group empty = new Group();
        Group group = new Group();
        group.add(actual, 4);

        _accepts(_restricted(index, actual));
        _accepts(_restricted(index, address(group)));
        _refuses(_restricted(index, stranger), _compared(refusal, stranger, actual));
        _refuses(_restricted(index, address(empty)), _compared(refusal, address(empty), actual));
    }

    function _restricted(uint256 index, address restriction) private returns (Orders memory orders) {
        orders = _ordersWithDataset();
        if (index == 0) orders.request.workerpool = restriction;
        if (index == 1) orders.app.datasetrestrict = restriction;
        if (index == 2) orders.app.workerpoolrestrict = restriction;
        if (index == 3) orders.app.requesterrestrict = restriction;
        if (index == 4) orders.dataset.apprestrict = restriction;
        if (index == 5) orders.dataset.workerpoolrestrict = restriction;
        if (index == 6) orders.dataset.requesterrestrict = restriction;
        if (index == 7) orders.workerpool.apprestrict = restriction;
        if (index == 8) orders.workerpool.datasetrestrict = restriction;
        if (index == 9) orders.workerpool.requesterrestrict = restriction;
    }
}
