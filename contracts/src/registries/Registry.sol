// SPDX-License-Identifier: Apache-2.0
// A register whose tokens are the contracts that it creates.
pragma solidity 0.8.37;

import { Ownable, Ownable2Step } from "@openzeppelin/contracts/access/Ownable2Step.sol";
import { ERC721 } from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import { IERC721 } from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import { IERC721Enumerable } from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Enumerable.sol";
import { IERC165 } from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import { IRegistry } from "../interfaces/IRegistry.sol";
import { CodeStore } from "../libraries/CodeStore.sol";

/**
 * OpenZeppelin's ERC-721 over a storage of our own: the owner of a token and its place in the owner's list share a slot,
 * and the length of that list is the balance. Entries are never removed, so a token's place in the list of all is fixed.
 */
abstract contract Registry is IRegistry, ERC721, CodeStore, Ownable2Step {
    struct Ownership {
        address owner;
        uint96 index;
    }

    /// An entry is an EIP-1167 proxy to the master (45 bytes) and its contents.
    uint256 private constant MAX_CONTENTS = MAX_CODE - 45;

    address public immutable override master;
    address public override previous;
    bool public override initialized;
    string public override baseURI;

    uint256[] private _tokens;
    mapping(address owner => uint256[]) private _tokensOf;
    mapping(uint256 tokenId => Ownership) private _ownerships;

    constructor(address owner_, string memory baseURI_, address master_) Ownable(owner_) {
        baseURI = baseURI_;
        master = master_;
    }

    function initialize(address _previous) external override onlyOwner {
        if (initialized) revert AlreadyInitialized(previous);

        initialized = true;
        previous = _previous;

        // Asked only now, so that a way back to this registry shows: it would never end.
        if (_previous != address(0)) {
            (bool answered, bytes memory answer) =
                _previous.staticcall(abi.encodeCall(IRegistry.isRegistered, (address(0))));
            if (!answered || answer.length != 32) revert NotARegistry(_previous);
        }
    }

    function setBaseURI(string calldata baseUri) external override onlyOwner {
        baseURI = baseUri;
    }

    function setName(address, string calldata) external virtual override onlyOwner {
        revert NamesNotSupported();
    }

    function isRegistered(address _entry) external view override returns (bool) {
        if (_ownerOf(uint160(_entry)) != address(0)) return true;
        return previous != address(0) && IRegistry(previous).isRegistered(_entry);
    }

    function proxyCode() external view virtual override returns (bytes memory) {
        return abi.encodePacked(INIT_CODE);
    }

    function proxyCodeHash() external view virtual override returns (bytes32) {
        return INIT_CODE_HASH;
    }

    function totalSupply() external view override returns (uint256) {
        return _tokens.length;
    }

    function tokenByIndex(uint256 index) external view override returns (uint256) {
        if (index >= _tokens.length) revert ERC721OutOfBoundsIndex(address(0), index);
        return _tokens[index];
    }

    function tokenOfOwnerByIndex(address owner, uint256 index) external view override returns (uint256) {
        if (index >= balanceOf(owner)) revert ERC721OutOfBoundsIndex(owner, index);
        return _tokensOf[owner][index];
    }

    function balanceOf(address owner) public view override(ERC721, IERC721) returns (uint256) {
        if (owner == address(0)) revert ERC721InvalidOwner(address(0));
        return _tokensOf[owner].length;
    }

    function supportsInterface(bytes4 interfaceId) public view override(ERC721, IERC165) returns (bool) {
        return interfaceId == type(IERC721Enumerable).interfaceId || super.supportsInterface(interfaceId);
    }

    /// Creates the entry that `initializeCall` describes, with its fields packed in `contents`, and gives it to `owner`.
    function _createEntry(address owner, bytes memory initializeCall, bytes memory contents)
        internal
        returns (address entry)
    {
        if (contents.length > MAX_CONTENTS) revert EntryTooLarge(contents.length, MAX_CONTENTS);
        bytes32 salt = _entrySalt(owner, initializeCall);
        entry = _addressOf(salt);
        // Asked before, because a CREATE2 whose address is taken burns all the gas of the transaction.
        if (_ownerOf(uint160(entry)) != address(0)) revert EntryAlreadyExists(entry);

        _create(
            salt, abi.encodePacked(hex"363d3d373d3d3d363d73", master, hex"5af43d82803e903d91602b57fd5bf3", contents)
        );
        _mint(owner, uint160(entry));
    }

    function _predictEntry(address owner, bytes memory initializeCall) internal view returns (address) {
        return _addressOf(_entrySalt(owner, initializeCall));
    }

    /// Entries are minted and transferred, never burnt.
    function _update(address to, uint256 tokenId, address auth) internal override returns (address from) {
        from = _ownerOf(tokenId);
        if (auth != address(0)) _checkAuthorized(from, auth, tokenId);

        if (from == address(0)) {
            _tokens.push(tokenId);
        } else {
            _approve(address(0), tokenId, address(0), false);
            _removeFromOwner(from, _ownerships[tokenId].index);
        }
        _ownerships[tokenId] = Ownership(to, uint96(_tokensOf[to].length));
        _tokensOf[to].push(tokenId);

        emit Transfer(from, to, tokenId);
    }

    function _ownerOf(uint256 tokenId) internal view override returns (address) {
        return _ownerships[tokenId].owner;
    }

    function _baseURI() internal view override returns (string memory) {
        return baseURI;
    }

    /// The last token of the list takes the place of the one that leaves.
    function _removeFromOwner(address owner, uint96 index) private {
        uint256[] storage tokens = _tokensOf[owner];
        uint256 last = tokens[tokens.length - 1];
        tokens[index] = last;
        _ownerships[last].index = index;
        tokens.pop();
    }

    function _entrySalt(address owner, bytes memory initializeCall) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(initializeCall, owner));
    }
}
