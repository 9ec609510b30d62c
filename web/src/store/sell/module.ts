// Files that somebody wants to sell as an app.
import { Fault } from '../../read/fault.ts'

/** What every module of WebAssembly begins with: its sign, and version 1. Components, which workers do not run, have another one. */
const BEGIN = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

/**
 * Looks whether bytes are a module, before they are stored for everybody to see.
 *
 * @throws Fault `NoModule`
 * @example
 * requireModule(new TextEncoder().encode('hello')) // throws
 */
export function requireModule(bytes: Uint8Array): void {
  if (BEGIN.every((byte, place) => bytes[place] === byte)) return
  throw new Fault('NoModule', 'This file is no WASM module.')
}
