// The two ends of the process: bytes in from the worker, pieces out to it. Everything waits, because a module that runs leaves
// no time for anything else.
import { readSync, writeSync } from 'node:fs'
import { frameHead, LONGEST_FRAME } from '../protocol.ts'

const STDIN = 0
const STDOUT = 1

/** Reads exactly so many bytes from the worker. */
export function readBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let at = 0
  while (at < length) {
    const read = readSync(STDIN, bytes, at, Math.min(length - at, LONGEST_FRAME), null)
    if (read === 0) throw new Error('the worker went away')
    at += read
  }
  return bytes
}

/** Reads a JSON text with its length before it. */
export function readJson(): unknown {
  const length = new DataView(readBytes(4).buffer).getUint32(0, true)
  return JSON.parse(new TextDecoder().decode(readBytes(length)))
}

/** Sends a piece; long ones in several. */
export function send(kind: number, bytes: Uint8Array = new Uint8Array()): void {
  let at = 0
  do {
    const piece = bytes.subarray(at, at + LONGEST_FRAME)
    writeAll(frameHead(kind, piece.length))
    writeAll(piece)
    at += piece.length
  } while (at < bytes.length)
}

/** Sends a text or a JSON value. */
export function sendJson(kind: number, value: unknown): void {
  send(kind, new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)))
}

function writeAll(bytes: Uint8Array): void {
  let at = 0
  while (at < bytes.length) at += writeSync(STDOUT, bytes, at)
}
