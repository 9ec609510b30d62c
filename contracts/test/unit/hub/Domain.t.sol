// SPDX-License-Identifier: Apache-2.0
// domain, eip712domain_separator and updateDomainSeparator: a signature is worth something on one hub of one chain only.
pragma solidity 0.8.37;

import { RequestOrderNotSigned } from "../../../src/hub/Matching.sol";
import { IHub } from "../../../src/interfaces/IHub.sol";
import { OrderOperationEnum, RequestOrderOperation } from "../../../src/types/Orders.sol";
import { EIP712Domain } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { OrderHash } from "../../support/OrderHash.sol";
import { vm } from "../../Vm.sol";
import { MatchTest } from "./MatchTest.sol";

contract DomainTest is MatchTest {
    function test_the_domain_names_the_hub_and_its_chain() public view {
        _assertDomain(block.chainid);
    }

    function testFuzz_the_domain_follows_the_chain(uint64 chain) public {
        vm.chainId(bound(chain, 1, type(uint64).max - 1));

        _assertDomain(bound(chain, 1, type(uint64).max - 1));
    }

    function test_the_domain_follows_the_hub() public {
        address other = address(0x600D);
        vm.etch(other, address(hub).code);

        bytes32 separator = hub.eip712domain_separator();
        hub = IHub(other);

        assertNotEq(hub.eip712domain_separator(), separator);
        _assertDomain(block.chainid);
    }

    function test_anybody_may_update_the_separator_and_nothing_happens() public {
        bytes32 separator = hub.eip712domain_separator();

        vm.recordLogs();
        vm.prank(stranger);
        hub.updateDomainSeparator();

        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(hub.eip712domain_separator(), separator);
    }

    function test_after_a_fork_the_separator_is_right_before_anybody_has_updated_it() public {
        vm.chainId(4242);
        assertEq(hub.eip712domain_separator(), OrderHash.separator(hub));

        hub.updateDomainSeparator();

        assertEq(hub.eip712domain_separator(), OrderHash.separator(hub));
    }

    function test_after_a_fork_signatures_of_before_are_worth_nothing() public {
        Orders memory orders = _signedOrders();
        bytes memory before = orders.request.sign;
        vm.chainId(4242);
        _sign(orders);
        orders.request.sign = before;

        _refusesAsSigned(
            orders, abi.encodeWithSelector(RequestOrderNotSigned.selector, requester.account, _requestHash(orders))
        );
    }

    function test_after_a_fork_orders_signed_for_the_new_chain_match() public {
        Orders memory orders = _orders();
        vm.chainId(4242);

        bytes32 dealid = _accepts(orders);

        assertEq(dealid, keccak256(abi.encodePacked(_requestHash(orders), uint256(0))));
    }

    function test_after_a_fork_an_approval_on_chain_of_before_is_worth_nothing() public {
        Orders memory orders = _orders();
        vm.prank(requester.account);
        hub.manageRequestOrder(RequestOrderOperation(orders.request, OrderOperationEnum.SIGN, ""));
        assertTrue(hub.verifyPresignature(requester.account, _requestHash(orders)));

        vm.chainId(4242);

        assertFalse(hub.verifyPresignature(requester.account, _requestHash(orders)));
    }

    function test_orders_signed_for_another_hub_are_worth_nothing() public {
        Orders memory orders = _orders();
        address here = address(hub);
        hub = IHub(address(0x600D));
        bytes memory sign = _signature(requester, _requestHash(orders));
        hub = IHub(here);
        _sign(orders);
        orders.request.sign = sign;

        _refusesAsSigned(
            orders, abi.encodeWithSelector(RequestOrderNotSigned.selector, requester.account, _requestHash(orders))
        );
    }

    function _assertDomain(uint256 chain) private view {
        EIP712Domain memory domain = hub.domain();
        assertEq(domain.name, "iExecODB");
        assertEq(domain.version, "5.0.0");
        assertEq(domain.chainId, chain);
        assertEq(domain.verifyingContract, address(hub));
        assertEq(hub.eip712domain_separator(), OrderHash.separator(hub));
    }
}
