// Says how a module ended, in words that are the same everywhere: V8's own change with its version.
import { WASIProcExit } from '@bjorn3/browser_wasi_shim'
import { ADDED } from '../module/rewrite.ts'
import type { GuestEnding } from '../protocol.ts'
import { DiskFull } from './disk.ts'
import { webAssembly, type ModuleInstance } from './v8.ts'

const TRAPS: readonly (readonly [pattern: RegExp, message: string])[] = [
  [/unreachable/u, 'unreachable code was reached'],
  [/memory access out of bounds/u, 'a memory access is out of bounds'],
  [/table index is out of bounds|table access out of bounds|table index/u, 'a table access is out of bounds'],
  [/signature mismatch|null function/u, 'an indirect call found no function of its type'],
  [/result unrepresentable/u, 'a division overflows'],
  [/by zero/u, 'a division by zero'],
  [/float unrepresentable/u, 'a float does not fit into an integer'],
  [/segment/u, 'a segment is out of bounds'],
]

/**
 * Says how a module ended.
 *
 * @param thrown what it threw; undefined when it came back
 * @param instance the module, where it came to life
 * @param memoryPages the limit of its memory
 */
export function describeEnding(
  thrown: unknown,
  instance: ModuleInstance | undefined,
  memoryPages: number,
): GuestEnding {
  const smallestRefused = readGlobal(instance, ADDED.refused)
  const wasRefused = smallestRefused !== undefined && BigInt.asUintN(64, BigInt(smallestRefused)) !== 2n ** 64n - 1n
  if (wasRefused && BigInt.asUintN(64, BigInt(smallestRefused)) <= BigInt(memoryPages)) {
    return { kind: 'fault', message: `this machine did not give a memory of ${smallestRefused} pages` }
  }
  if (thrown === undefined) return { kind: 'exited', exitCode: 0 }
  if (thrown instanceof WASIProcExit) return { kind: 'exited', exitCode: thrown.code }
  if (thrown instanceof DiskFull) return { kind: 'disk-full' }
  if (thrown instanceof webAssembly.RuntimeError) {
    if (Number(readGlobal(instance, ADDED.depth) ?? 0) < 0)
      return { kind: 'trapped', message: 'calls are nested too deep' }
    if (wasRefused) return { kind: 'out-of-memory' }
    const message = TRAPS.find(([pattern]) => pattern.test(thrown.message))?.[1]
    return { kind: 'trapped', message: message ?? 'the module stopped itself' }
  }
  if (
    thrown instanceof RangeError &&
    /bounds|offset|length/iu.test(thrown.message) &&
    !/allocation/u.test(thrown.message)
  ) {
    return { kind: 'trapped', message: 'a call of WASI was given an address outside of the memory' }
  }
  return { kind: 'fault', message: thrown instanceof Error ? String(thrown) : 'something unknown was thrown' }
}

function readGlobal(instance: ModuleInstance | undefined, name: string): number | bigint | undefined {
  const found = instance?.exports[name]
  return found !== undefined && 'value' in found ? found.value : undefined
}
