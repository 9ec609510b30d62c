// SPDX-License-Identifier: Apache-2.0
// What the three registries have in common: an ERC-721 whose tokens are the entries.
pragma solidity 0.8.37;

import { IERC721Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { IERC721Enumerable } from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Enumerable.sol";
import { IERC721Metadata } from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";

/**
 * @title A register of apps, of datasets or of workerpools.
 * @notice Every entry is a contract of its own, whose contents never change, and a token here: whoever owns the token owns
 * the entry and earns with it. The id of the token is the address of the entry as a number.
 * @dev No function of a registry moves any funds. The owner of the registry may set the base URI, and once the registry
 * before this one; nobody can change, remove or stop an entry.
 */
interface IRegistry is IERC721Enumerable, IERC721Metadata, IERC721Errors {
    /// @notice The one-time initialisation has happened already, with this previous registry.
    error AlreadyInitialized(address previous);
    /// @notice This owner, or whoever has bought it from him, has an entry of exactly these contents already.
    error EntryAlreadyExists(address entry);
    /// @notice An entry cannot hold so many bytes; its texts together may have a little less than `max`.
    error EntryTooLarge(uint256 length, uint256 max);
    /// @notice Index outside the list of an owner, or of all tokens when `owner` is zero.
    error ERC721OutOfBoundsIndex(address owner, uint256 index);
    /// @notice ENS names are retired: naming always fails.
    error NamesNotSupported();
    /// @notice This address does not answer `isRegistered`, or leads back to this registry.
    error NotARegistry(address given);

    /// @notice Names the registry whose entries count as registered here too, or none (zero). Owner only, once.
    function initialize(address _previous) external;

    /// @notice Sets what the token URIs begin with. Owner only.
    function setBaseURI(string calldata baseUri) external;

    /// @notice Always fails: for others than the owner because of that, then because names are not supported.
    function setName(address, string calldata) external;

    /// @notice Whether `initialize` has been called.
    function initialized() external view returns (bool);

    /// @notice The registry before this one, or zero.
    function previous() external view returns (address);

    /// @notice Whether this is an entry of this registry or of one before it.
    function isRegistered(address _entry) external view returns (bool);

    /// @notice The contract whose code all entries run.
    function master() external view returns (address);

    /// @notice The creation code of every entry: constant, so that anybody can predict the address of an entry as
    /// `create2(registry, keccak256(initializeCall ‖ owner), proxyCodeHash)`.
    function proxyCode() external view returns (bytes memory);

    /// @notice `keccak256(proxyCode())`
    function proxyCodeHash() external view returns (bytes32);

    /// @notice What the token URIs begin with; the id in decimal follows.
    function baseURI() external view returns (string memory);
}
