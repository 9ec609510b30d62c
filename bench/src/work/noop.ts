// The app that does nothing: what is measured around it is all ours.

const SECTIONS = [
  '0061736d01000000',
  // One type, () -> (), and one function of it.
  '010401600000',
  '03020100',
  // One memory of one page.
  '0503010001',
  // Exports "memory" and "_start".
  '071302066d656d6f72790200065f73746172740000',
  // The body: nothing.
  '0a040102000b',
]

/**
 * A module with one page of memory, and a `_start` that returns.
 *
 * @example
 * const checksum = sha256(NOOP)
 */
export const NOOP: Uint8Array<ArrayBuffer> = Uint8Array.from(Buffer.from(SECTIONS.join(''), 'hex'))
