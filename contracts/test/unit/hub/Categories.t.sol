// SPDX-License-Identifier: Apache-2.0
// Classes of run time are added, and never changed or removed.
pragma solidity 0.8.37;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";

import { CategoryTimeOutOfRange, TooManyCategories } from "../../../src/hub/Categories.sol";
import { IHubEvents } from "../../../src/interfaces/IHubEvents.sol";
import { IMatchErrors } from "../../../src/libraries/MatchLib.sol";
import { Category, Task } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { Work } from "../../support/Work.sol";
import { vm } from "../../Vm.sol";

contract CategoriesTest is Work {
    uint256 private constant LONGEST = type(uint32).max;

    function test_the_first_categories_are_there_from_the_start() public view {
        assertEq(hub.countCategory(), 2);
        _assertCategory(0, "XS", '""', 300);
        _assertCategory(1, "S", '""', 1200);
    }

    function test_a_new_category_gets_the_next_id_and_is_announced() public {
        vm.expectEmit(address(hub));
        emit IHubEvents.CreateCategory(2, "M", "an hour", 3600);
        vm.prank(owner.account);
        uint256 id = hub.createCategory("M", "an hour", 3600);

        assertEq(id, 2);
        assertEq(hub.countCategory(), 3);
        _assertCategory(2, "M", "an hour", 3600);
    }

    function test_two_categories_may_be_called_the_same() public {
        _create(300);
        _create(301);

        assertEq(hub.countCategory(), 4);
        _assertCategory(2, "category", "", 300);
        _assertCategory(3, "category", "", 301);
    }

    function test_long_names_are_kept_whole() public {
        string memory long = "a name that does not fit into a single word of the chain, by far, as it goes on and on";

        vm.prank(owner.account);
        hub.createCategory(long, string.concat(long, long), 1);

        _assertCategory(2, long, string.concat(long, long), 1);
    }

    function test_the_owner_alone_creates_categories() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger.account));
        vm.prank(stranger.account);
        hub.createCategory("M", "", 3600);
    }

    function test_a_category_may_last_32_bits_of_seconds() public {
        _create(LONGEST);

        _assertCategory(2, "category", "", LONGEST);
    }

    function test_a_category_never_lasts_longer() public {
        vm.expectRevert(abi.encodeWithSelector(CategoryTimeOutOfRange.selector, LONGEST + 1, LONGEST));
        vm.prank(owner.account);
        hub.createCategory("category", "", LONGEST + 1);
    }

    function test_the_deadlines_of_the_longest_category_do_not_overflow() public {
        _create(LONGEST);
        Orders memory orders = _orders();
        orders.workerpool.category = orders.request.category = 2;

        Task memory task = hub.viewTask(_taskOf(orders));

        assertEq(task.contributionDeadline, START + 7 * LONGEST);
        assertEq(task.finalDeadline, START + 10 * LONGEST);
    }

    function test_a_category_without_time_makes_tasks_that_can_only_be_claimed() public {
        _create(0);
        Orders memory orders = _orders();
        orders.workerpool.category = orders.request.category = 2;
        bytes32 taskid = _taskOf(orders);

        hub.claim(taskid);

        _assertAccount(requester.account, DEPOSIT, 0);
    }

    function test_a_deal_keeps_the_time_of_its_category_whatever_is_created_later() public {
        bytes32 taskid = _taskOfTrust(1);

        _create(1);

        assertEq(hub.viewTask(taskid).timeref, TIMEREF_XS);
    }

    function test_an_id_that_does_not_exist_is_refused_with_the_count() public {
        vm.expectRevert(abi.encodeWithSelector(IMatchErrors.UnknownCategory.selector, 2, 2));
        hub.viewCategory(2);
    }

    function test_an_id_that_does_not_exist_is_refused_in_the_old_view_too() public {
        vm.expectRevert(abi.encodeWithSelector(IMatchErrors.UnknownCategory.selector, type(uint256).max, 2));
        hub.viewCategoryABILegacy(type(uint256).max);
    }

    function test_there_may_be_as_many_categories_as_32_bits_count() public {
        _setCount(uint32(LONGEST) - 1);

        vm.prank(owner.account);
        uint256 id = hub.createCategory("the last", "", 7);

        assertEq(id, LONGEST - 1);
        assertEq(hub.countCategory(), LONGEST);
        _assertCategory(LONGEST - 1, "the last", "", 7);
    }

    function test_there_are_never_more_categories_than_32_bits_count() public {
        _setCount(uint32(LONGEST));

        vm.expectRevert(abi.encodeWithSelector(TooManyCategories.selector, LONGEST));
        vm.prank(owner.account);
        hub.createCategory("one too many", "", 7);
    }

    function _create(uint256 time) private {
        vm.prank(owner.account);
        hub.createCategory("category", "", time);
    }

    function _assertCategory(uint256 id, string memory name, string memory description, uint256 time) private view {
        Category memory category = hub.viewCategory(id);
        assertEq(category.name, name);
        assertEq(category.description, description);
        assertEq(category.workClockTimeRef, time);
        (string memory oldName, string memory oldDescription, uint256 oldTime) = hub.viewCategoryABILegacy(id);
        assertEq(oldName, name);
        assertEq(oldDescription, description);
        assertEq(oldTime, time);
    }

    /// Sets the number of categories without the years of creating them: the word that `countCategory` reads.
    function _setCount(uint32 count) private {
        uint256 old = hub.countCategory();
        vm.record();
        hub.countCategory();
        (bytes32[] memory reads,) = vm.accesses(address(hub));
        for (uint256 i = 0; i < reads.length; ++i) {
            for (uint256 shift = 0; shift <= 224; shift += 8) {
                uint256 word = uint256(vm.load(address(hub), reads[i]));
                if (uint32(word >> shift) != old) continue;
                uint256 rest = word & ~(uint256(type(uint32).max) << shift);
                vm.store(address(hub), reads[i], bytes32(rest | uint256(count) << shift));
                if (hub.countCategory() == count) return;
                vm.store(address(hub), reads[i], bytes32(word));
            }
        }
        revert("the word that holds the count was not found");
    }
}
