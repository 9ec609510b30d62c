// How addresses, hashes and bytes are written in hex, in any case of letters.

/** 20 bytes. */
export const ADDRESS: RegExp = /^0x[0-9a-f]{40}$/iu
/** 32 bytes. */
export const BYTES32: RegExp = /^0x[0-9a-f]{64}$/iu
/** Any number of whole bytes. */
export const BYTES: RegExp = /^0x(?:[0-9a-f]{2})*$/iu
