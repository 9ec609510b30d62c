// SPDX-License-Identifier: Apache-2.0
// matchOrders: whatever parts a deal has, and however long its params are, it reads back as it was made.
pragma solidity 0.8.37;

import { DealLib, Terms } from "../../../src/libraries/DealLib.sol";
import { Contribution, ContributionStatusEnum, Deal } from "../../../src/types/Views.sol";
import { Orders } from "../../support/Market.sol";
import { vm } from "../../Vm.sol";
import { MatchTest } from "./MatchTest.sol";

/// The bytes of a deal, without a hub around them.
contract Packing {
    function pack(Terms memory deal, string calldata params) external pure returns (bytes memory) {
        return DealLib.pack(deal, params);
    }

    function unpack(bytes memory packed) external pure returns (Terms memory deal, uint256 offset) {
        offset = DealLib.unpack(packed, deal);
    }

    function read(address pointer) external view returns (Terms memory) {
        return DealLib.read(pointer);
    }
}

/// Parts of a deal that it may have or not: bit 0 tag, 1 dataset, 2 beneficiary, 3 sponsor, 4 callback, 5 TEE broker.
contract MatchOrdersPackingTest is MatchTest {
    uint256 private constant COMBINATIONS = 64;

    address private constant CALLBACK = address(0xCA11BACC);
    address private constant BENEFICIARY = address(0xBE7EF1C1);

    Packing private packing;

    function setUp() public override {
        super.setUp();
        packing = new Packing();
    }

    function test_a_deal_of_any_combination_of_parts_reads_back_as_it_was_made() public {
        for (uint256 parts = 0; parts < COMBINATIONS; ++parts) {
            _matchesAndReadsBack(parts, _ordersWithParts(parts));
        }
    }

    function test_a_deal_of_any_combination_of_parts_reads_back_without_params() public {
        for (uint256 parts = 0; parts < COMBINATIONS; ++parts) {
            Orders memory orders = _ordersWithParts(parts);
            orders.request.params = "";
            _matchesAndReadsBack(parts, orders);
        }
    }

    function testFuzz_a_deal_of_any_terms_reads_back_as_it_was_made(
        uint256 parts,
        bytes32 tag,
        address beneficiary,
        address callback,
        string calldata params,
        uint256 terms
    ) public {
        Orders memory orders = _ordersWithParts(bound(parts, 0, COMBINATIONS - 1));
        orders.app.tag = tag;
        orders.workerpool.tag = ~bytes32(0);
        orders.request.beneficiary = beneficiary;
        orders.request.callback = callback;
        orders.request.params = params;
        orders.request.trust = orders.workerpool.trust = bound(terms, 1, type(uint64).max);
        orders.app.appprice = bound(terms >> 64, 0, APP_PRICE);
        orders.workerpool.workerpoolprice = bound(terms >> 128, 0, WORKERPOOL_PRICE);
        _setVolume(orders, 1 + (terms >> 192) % 1000);

        _matchesAndReadsBack(bound(parts, 0, COMBINATIONS - 1), orders);
    }

    function testFuzz_packed_terms_are_unpacked_as_they_were(Terms memory deal, uint256 parts, string calldata params)
        public
        view
    {
        _fold(deal);
        _foldOptions(deal, bound(parts, 0, COMBINATIONS - 1));

        bytes memory packed = packing.pack(deal, params);
        (Terms memory found, uint256 offset) = packing.unpack(packed);

        assertEq(abi.encode(found), abi.encode(deal));
        assertEq(_from(packed, offset), bytes(params));
    }

    function testFuzz_terms_are_read_from_code_as_they_were_packed(
        Terms memory deal,
        uint256 parts,
        string calldata params
    ) public {
        _fold(deal);
        _foldOptions(deal, bound(parts, 0, COMBINATIONS - 1));
        vm.etch(CALLBACK, bytes.concat(hex"00", packing.pack(deal, params)));

        assertEq(abi.encode(packing.read(CALLBACK)), abi.encode(deal));
    }

    function test_the_longest_terms_take_375_bytes_and_the_shortest_207() public view {
        Terms memory deal;
        deal.requester = deal.beneficiary = deal.sponsor = requester.account;
        assertEq(packing.pack(deal, "").length, 207);
        deal.tag = TEE;
        deal.dataset = deal.sponsor = deal.callback = deal.teebroker = stranger;
        deal.beneficiary = address(0);
        assertEq(packing.pack(deal, "").length, 375);
    }

    // What a deal keeps of the settings of its moment

    function test_in_every_combination_the_broker_of_the_moment_authorises_work_in_an_enclave() public {
        for (uint256 parts = 0; parts < COMBINATIONS; ++parts) {
            bytes32 dealid = _matchWithParts(parts, _ordersWithParts(parts));
            _setBroker(stranger);
            bytes32 taskid = hub.initialize(dealid, 0);

            _contributeInEnclave(taskid, parts & 32 != 0);

            Contribution memory contribution = hub.viewContribution(taskid, workers[0].account);
            assertTrue(contribution.status == ContributionStatusEnum.CONTRIBUTED);
        }
    }

    // Params

    function test_params_of_30_kilobytes_come_back_whole() public {
        _keepsParams(_text(30_000));
    }

    function test_params_that_end_where_a_chunk_of_code_ends_come_back_whole() public {
        _keepsParams(_text(24_575 - 207 - 1));
        _keepsParams(_text(24_575 - 207));
        _keepsParams(_text(24_575 - 207 + 1));
    }

    function test_params_that_end_where_a_second_chunk_of_code_ends_come_back_whole() public {
        _keepsParams(_text(2 * 24_575 - 207 - 1));
        _keepsParams(_text(2 * 24_575 - 207));
        _keepsParams(_text(2 * 24_575 - 207 + 1));
    }

    function test_params_around_the_length_of_a_word_come_back_whole() public {
        for (uint256 length = 0; length <= 65; ++length) {
            _keepsParams(_text(length));
        }
    }

    function test_params_in_any_writing_come_back_whole() public {
        _keepsParams(unicode"données · 日本語 · العربية · 🙂🏴‍☠️");
    }

    function test_params_that_are_no_text_come_back_whole() public {
        _keepsParams(string(bytes.concat(hex"00ff00c0dea5ef0100")));
    }

    function test_params_that_begin_with_a_zero_byte_come_back_whole() public {
        _keepsParams(string(bytes.concat(hex"00")));
    }

    function _keepsParams(string memory params) private {
        Orders memory orders = _ordersWithDataset();
        orders.request.params = params;

        bytes32 dealid = _accepts(orders);

        Deal memory deal = hub.viewDeal(dealid);
        assertEq(bytes(deal.params), bytes(params));
        assertEq(deal.app.pointer, app);
        (,,,,, string memory legacy) = hub.viewDealABILegacy_pt2(dealid);
        assertEq(bytes(legacy), bytes(params));
    }

    /// So many bytes of which no two neighbours are alike.
    function _text(uint256 length) private pure returns (string memory) {
        bytes memory text = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            text[i] = bytes1(uint8(32 + (i * 7 + i / 94) % 94));
        }
        return string(text);
    }

    function _ordersWithParts(uint256 parts) private returns (Orders memory orders) {
        orders = _orders();
        if (parts & 1 != 0) orders.request.tag = orders.workerpool.tag = GPU;
        if (parts & 2 != 0) _addDataset(orders);
        if (parts & 4 != 0) orders.request.beneficiary = BENEFICIARY;
        if (parts & 16 != 0) orders.request.callback = CALLBACK;
        orders.request.params = string.concat("params of ", vm.toString(parts));
    }

    function _matchWithParts(uint256 parts, Orders memory orders) private returns (bytes32) {
        _setBroker(parts & 32 != 0 ? provider.account : address(0));
        _sign(orders);
        if (parts & 8 == 0) return _match(orders);
        vm.prank(sponsor.account);
        return hub.sponsorMatchOrders(orders.app, orders.dataset, orders.workerpool, orders.request);
    }

    function _matchesAndReadsBack(uint256 parts, Orders memory orders) private {
        bytes32 dealid = _matchWithParts(parts, orders);

        Deal memory expected = _expected(orders, parts & 8 != 0 ? sponsor.account : requester.account);
        assertEq(abi.encode(hub.viewDeal(dealid)), abi.encode(expected));
        _assertLegacy(dealid, expected);
    }

    function _expected(Orders memory orders, address payer) private view returns (Deal memory deal) {
        deal.app.pointer = app;
        deal.app.owner = developer.account;
        deal.app.price = orders.app.appprice;
        if (orders.dataset.dataset != address(0)) {
            deal.dataset.pointer = dataset;
            deal.dataset.owner = provider.account;
            deal.dataset.price = orders.dataset.datasetprice;
        }
        deal.workerpool.pointer = workerpool;
        deal.workerpool.owner = scheduler.account;
        deal.workerpool.price = orders.workerpool.workerpoolprice;
        deal.trust = orders.request.trust;
        deal.category = orders.request.category;
        deal.tag = orders.app.tag | orders.request.tag;
        deal.requester = requester.account;
        deal.beneficiary = orders.request.beneficiary;
        deal.callback = orders.request.callback;
        deal.params = orders.request.params;
        deal.startTime = block.timestamp;
        deal.botSize = orders.request.volume;
        deal.workerStake = orders.workerpool.workerpoolprice * 30 / 100;
        deal.schedulerRewardRatio = 1;
        deal.sponsor = payer;
    }

    function _assertLegacy(bytes32 dealid, Deal memory deal) private view {
        (bool done, bytes memory first) = address(hub).staticcall(abi.encodeCall(hub.viewDealABILegacy_pt1, (dealid)));
        assertTrue(done);
        assertEq(first, abi.encode(deal.app, deal.dataset, deal.workerpool));
        (, bytes memory second) = address(hub).staticcall(abi.encodeCall(hub.viewDealABILegacy_pt2, (dealid)));
        assertEq(second, abi.encode(deal.trust, deal.tag, deal.requester, deal.beneficiary, deal.callback, deal.params));
        (, bytes memory config) = address(hub).staticcall(abi.encodeCall(hub.viewConfigABILegacy, (dealid)));
        assertEq(
            config,
            abi.encode(
                deal.category, deal.startTime, deal.botFirst, deal.botSize, deal.workerStake, deal.schedulerRewardRatio
            )
        );
    }

    function _setBroker(address broker) private {
        vm.prank(owner.account);
        hub.setTeeBroker(broker);
    }

    function _contributeInEnclave(bytes32 taskid, bool brokered) private {
        address worker = workers[0].account;
        bytes32 hash = _hashOf(taskid, "result");
        bytes32 seal = _sealOf(worker, taskid, "result");
        bytes memory enclaveSign = _signature(workers[4], _ethSigned(keccak256(abi.encodePacked(hash, seal))));
        bytes memory authorization = _authorization(brokered ? provider : scheduler, worker, taskid, workers[4].account);
        vm.prank(worker);
        hub.contribute(taskid, hash, seal, workers[4].account, enclaveSign, authorization);
    }

    /// Cuts fuzzed terms down to what a deal holds.
    function _fold(Terms memory deal) private pure {
        deal.appPrice = uint96(deal.appPrice);
        deal.workerpoolPrice = uint96(deal.workerpoolPrice);
        deal.datasetPrice = uint96(deal.datasetPrice);
        deal.trust = uint64(deal.trust);
        deal.category = uint32(deal.category);
        deal.startTime = uint40(deal.startTime);
        deal.timeref = uint32(deal.timeref);
        deal.botFirst = uint64(deal.botFirst);
        deal.botSize = uint64(deal.botSize);
        deal.workerStake = uint96(deal.workerStake);
        deal.schedulerRewardRatio = uint8(deal.schedulerRewardRatio);
        deal.callbackGas = uint32(deal.callbackGas);
    }

    /// Leaves out the parts whose bit is not set.
    function _foldOptions(Terms memory deal, uint256 parts) private pure {
        if (parts & 1 == 0) deal.tag = 0;
        if (parts & 2 == 0) deal.dataset = address(0);
        if (deal.dataset == address(0)) (deal.datasetOwner, deal.datasetPrice) = (address(0), 0);
        if (parts & 4 == 0) deal.beneficiary = deal.requester;
        if (parts & 8 == 0) deal.sponsor = deal.requester;
        if (parts & 16 == 0) deal.callback = address(0);
        if (deal.callback == address(0)) deal.callbackGas = 0;
        if (parts & 32 == 0) deal.teebroker = address(0);
    }

    function _from(bytes memory data, uint256 start) private pure returns (bytes memory rest) {
        rest = new bytes(data.length - start);
        for (uint256 i = 0; i < rest.length; ++i) {
            rest[i] = data[start + i];
        }
    }
}
