// SPDX-License-Identifier: Apache-2.0
// The code that all entries of a kind run: each is a minimal proxy to it, with its contents behind the proxy's code.
pragma solidity 0.8.37;

import { LibClone } from "solady/utils/LibClone.sol";

import { IRegistry } from "../interfaces/IRegistry.sol";
import { IRegistryEntry } from "../interfaces/IRegistryEntry.sol";
import { Fields } from "./Fields.sol";

abstract contract RegistryEntry is IRegistryEntry {
    IRegistry public immutable override registry;
    address private immutable MASTER = address(this);

    modifier onlyOwner() {
        address owner_ = owner();
        if (msg.sender != owner_) revert CallerIsNotTheOwner(msg.sender, owner_);
        _;
    }

    constructor(IRegistry registry_) {
        registry = registry_;
    }

    function setName(address, string calldata) external virtual override onlyOwner {
        revert NamesNotSupported();
    }

    function owner() public view override returns (address) {
        return registry.ownerOf(uint160(address(this)));
    }

    /// The contents of the entry: the field of this index, in the order of the parameters of `initialize`.
    function _field(uint256 index) internal view returns (bytes memory) {
        if (address(this) == MASTER) revert NotAnEntry(MASTER);
        return Fields.read(LibClone.argsOnClone(address(this)), index);
    }
}
