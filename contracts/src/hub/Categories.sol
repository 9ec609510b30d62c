// SPDX-License-Identifier: Apache-2.0
// Classes of run time. One is never changed or removed, so a deal's deadlines follow from its category for ever.
pragma solidity 0.8.37;

import { HubState } from "./HubState.sol";

error CategoryTimeOutOfRange(uint256 workClockTimeRef, uint256 max);
error TooManyCategories(uint256 max);

abstract contract Categories is HubState {
    function _createCategory(string memory name, string memory description, uint256 workClockTimeRef)
        internal
        returns (uint256 catid)
    {
        if (workClockTimeRef > type(uint32).max) {
            revert CategoryTimeOutOfRange(workClockTimeRef, type(uint32).max);
        }
        catid = _settings.categories;
        if (catid == type(uint32).max) revert TooManyCategories(type(uint32).max);

        _settings.categories = uint32(catid + 1);
        _categories[catid].workClockTimeRef = uint32(workClockTimeRef);
        _categories[catid].name = name;
        _categories[catid].description = description;
        emit CreateCategory(catid, name, description, workClockTimeRef);
    }
}
