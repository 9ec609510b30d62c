// SPDX-License-Identifier: Apache-2.0
// Orders become deals: new ones, and old ones that have something left, paid by the requester or by a sponsor.
pragma solidity 0.8.37;

import { IHub } from "../../src/interfaces/IHub.sol";
import { Deal } from "../../src/types/Views.sol";
import { Orders } from "../support/Market.sol";
import { OrderActions } from "./OrderActions.sol";

abstract contract DealActions is OrderActions {
    /// A task of a deal that nobody has initialized yet.
    struct Pending {
        bytes32 dealid;
        uint256 index;
    }

    Pending[] internal pending;
    /// The broker that was set when the deal was made, and whose leave an enclave needs ever after.
    mapping(bytes32 dealid => address) internal brokerOf;

    bytes32[] private deals;
    mapping(bytes32 dealid => bytes32) private termsOf;

    /// A deal reads for ever as it was made, whatever was set since; and what is stored for its tasks reads as no deal.
    function checkDeals() external view {
        for (uint256 i = 0; i < deals.length; ++i) {
            Deal memory deal = hub.viewDeal(deals[i]);
            assertEq(keccak256(abi.encode(deal)), termsOf[deals[i]], "a deal changed");
            bytes32 taskid = keccak256(abi.encodePacked(deals[i], deal.botFirst));
            assertEq(hub.viewDeal(taskid).requester, address(0), "a result is read as a deal");
        }
    }

    function matchNew(uint256 seed) external action("matchNew") {
        Orders memory orders = _newOrders(seed);
        _approveAll(orders, seed);

        if (_match(orders, seed)) _useful();
    }

    /// A new request for an offer of which something is left.
    function matchOldOffer(uint256 seed) external action("matchOldOffer") {
        if (book.length == 0) return;
        Orders memory orders = _recent(seed, false);
        _askFor(orders, seed);
        orders.request.sign = _approve(3, orders, _draw(seed));

        if (_match(orders, seed)) _useful();
    }

    /// A new offer for a request of which something is left.
    function matchOldRequest(uint256 seed) external action("matchOldRequest") {
        if (book.length == 0) return;
        Orders memory orders = _recent(seed, true);
        orders.app.salt = bytes32(_draw(seed));
        orders.dataset.salt = bytes32(_draw(seed));
        orders.workerpool.salt = bytes32(_draw(seed));
        _approveOffers(orders, seed);

        if (_match(orders, seed)) _useful();
    }

    /// The same four orders once more, of which at least one has nothing left unless their deal could not be paid.
    function matchAgain(uint256 seed) external action("matchAgain") {
        if (book.length == 0) return;

        _match(book[_draw(seed) % book.length], seed);
        _useful();
    }

    /// One of the last orders, with something left of the request or of the offers if there is such.
    function _recent(uint256 seed, bool ofRequest) private returns (Orders memory orders) {
        uint256 window = book.length < 20 ? book.length : 20;
        for (uint256 i = 0; i < 6; ++i) {
            orders = book[book.length - 1 - _draw(seed) % window];
            if (ofRequest && _leftOf(3, orders) > 0) return orders;
            if (!ofRequest && _leftOf(0, orders) > 0 && _leftOf(2, orders) > 0 && _isApproved(orders)) return orders;
        }
    }

    function _match(Orders memory orders, uint256 seed) private returns (bool must) {
        address payer = _draw(seed) % 4 == 0 ? _anybody(_draw(seed)).account : address(0);
        address who = payer == address(0) ? address(0xcafe) : payer;
        if (payer == address(0)) payer = orders.request.requester;
        uint256 volume = _left(orders);
        must = volume > 0 && _isApproved(orders) && _isCovered(orders, payer, volume);
        _tell("an asset changed hands and its orders died", volume > 0 && !_isApproved(orders));
        _tell("somebody could not pay", volume > 0 && _isApproved(orders) && !must);

        (bytes memory answer,) = _do(
            who,
            who == payer
                ? abi.encodeCall(
                    IHub.sponsorMatchOrders, (orders.app, orders.dataset, orders.workerpool, orders.request)
                )
                : abi.encodeCall(IHub.matchOrders, (orders.app, orders.dataset, orders.workerpool, orders.request)),
            must
        );
        if (must) _record(orders, payer, volume, abi.decode(answer, (bytes32)));
    }

    function _record(Orders memory orders, address payer, uint256 volume, bytes32 dealid) private {
        Deal memory deal = hub.viewDeal(dealid);
        assertEq(deal.botSize, volume, "a deal is as large as the smallest rest");
        assertEq(deal.sponsor, payer, "somebody else pays");
        assertEq(deal.botFirst, matchedOf[_hashOf(3, orders)], "tasks are counted on");
        for (uint256 kind = 0; kind < 4; ++kind) {
            if (kind == 1 && orders.dataset.dataset == address(0)) continue;
            bytes32 hash = _hashOf(kind, orders);
            matchedOf[hash] += volume;
            checkOrder(hash);
        }
        brokerOf[dealid] = hub.teebroker();
        deals.push(dealid);
        termsOf[dealid] = keccak256(abi.encode(deal));
        _tell("a sponsor paid", payer != orders.request.requester);
        _tell("a dataset was used", deal.dataset.pointer != address(0));
        _tell("a request was matched twice", deal.botFirst > 0);
        for (uint256 i = 0; i < volume; ++i) {
            pending.push(Pending(dealid, deal.botFirst + i));
        }
    }

    /// What is left of all of them, told by the books: the closed have nothing left.
    function _left(Orders memory orders) private view returns (uint256 least) {
        least = type(uint256).max;
        for (uint256 kind = 0; kind < 4; ++kind) {
            if (kind == 1 && orders.dataset.dataset == address(0)) continue;
            uint256 left = _leftOf(kind, orders);
            if (left < least) least = left;
        }
        assertEq(
            hub.computeDealVolume(orders.app, orders.dataset, orders.workerpool, orders.request),
            least,
            "the hub counts another volume"
        );
    }

    function _leftOf(uint256 kind, Orders memory orders) private view returns (uint256) {
        bytes32 hash = _hashOf(kind, orders);
        return isClosed[hash] ? 0 : _volumeOf(kind, orders) - matchedOf[hash];
    }

    /// An approval is worth what its giver owns now.
    function _isApproved(Orders memory orders) private view returns (bool) {
        for (uint256 kind = 0; kind < 3; ++kind) {
            if (kind == 1 && orders.dataset.dataset == address(0)) continue;
            if (signerOf[_hashOf(kind, orders)] != _ownerOf(kind, orders)) return false;
        }
        return true;
    }

    function _isCovered(Orders memory orders, address payer, uint256 volume) private view returns (bool) {
        address pool = _ownerOf(2, orders);
        uint256 price = (orders.app.appprice + orders.dataset.datasetprice + orders.workerpool.workerpoolprice) * volume;
        uint256 stake = orders.workerpool.workerpoolprice * 30 / 100 * volume;
        if (payer == pool) return price + stake <= free[payer];
        return price <= free[payer] && stake <= free[pool];
    }
}
