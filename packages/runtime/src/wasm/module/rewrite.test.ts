// What is refused and why, and what a rewritten module does differently: nothing but what depends on the machine.
import { describe, expect, test } from 'vitest'
import { assemble, program } from '../../../test/wasm/program.ts'
import { webAssembly, type ModuleInstance } from '../guest/v8.ts'
import { frameBytes, STACK_BYTES } from './frame.ts'
import { limitMemory } from './limitMemory.ts'
import { ADDED, rewrite } from './rewrite.ts'

const START = '(func (export "_start"))'
const run = (module: Uint8Array, imports: object = {}): ModuleInstance =>
  new webAssembly.Instance(new webAssembly.Module(module), { wasi_snapshot_preview1: imports })
const call = (instance: ModuleInstance, name: string, ...args: readonly unknown[]): unknown =>
  (instance.exports[name] as (...args: readonly unknown[]) => unknown)(...args)
const global = (instance: ModuleInstance, name: string): number | bigint => {
  const found = instance.exports[name]
  if (found === undefined || !('value' in found)) throw new Error(`no global ${name}`)
  return found.value
}
const depth = (instance: ModuleInstance): number => Number(global(instance, ADDED.depth))
/** A module whose only function has this code, byte by byte. */
const raw = (...code: readonly number[]): Uint8Array => {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  const sections = [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 10, 1, 6, ...Buffer.from('_start'), 0, 0]
  return Uint8Array.of(...header, ...sections, 10, code.length + 4, 1, code.length + 2, 0, ...code, 0x0b)
}

describe('refused', () => {
  test.each([
    ['threads', `(module (memory 1 1 shared) ${START})`, 'a shared memory is not allowed: no threads'],
    ['64 bits', `(module (memory i64 1) ${START})`, 'a memory of 64 bits is not allowed'],
    ['exceptions', `(module (tag) ${START})`, 'exceptions are not allowed'],
    ['no _start', '(module (func (export "main")))', 'exports no function _start'],
    ['another _start', '(module (func (export "_start") (param i32)))', '_start has parameters'],
    ['a foreign import', `(module (import "env" "abort" (func)) ${START})`, '"env"."abort" is not had'],
    ['an imported memory', `(module (import "env" "memory" (memory 1)) ${START})`, 'is not a function'],
    [
      'an unknown function',
      `(module (import "wasi_snapshot_preview1" "fd_steal" (func)) ${START})`,
      'is not a function of WASI preview 1',
    ],
    [
      'another type',
      `(module (import "wasi_snapshot_preview1" "fd_close" (func)) ${START})`,
      'has another type than in WASI preview 1',
    ],
    [
      'a hidden memory',
      `(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i32))) (memory 1) ${START})`,
      'does not export its memory',
    ],
    ['a reserved name', `(module (func (export "iexec:depth")) ${START})`, 'is reserved'],
    ['a huge table', `(module (table 300000 funcref) ${START})`, 'begins with 300000 entries, at most 262144'],
    [
      'a computed constant',
      `(module (global i32 (i32.add (i32.const 1) (i32.const 2))) ${START})`,
      'not a single constant',
    ],
    [
      'atomics',
      '(module (memory 1 1) (func (export "_start") (drop (i32.atomic.load (i32.const 0)))))',
      'of threads, is not allowed',
    ],
    [
      'relaxed vectors',
      `(module (func (export "_start") (drop (f32x4.relaxed_min (v128.const i32x4 0 0 0 0) (v128.const i32x4 0 0 0 0)))))`,
      'of relaxed vectors, is not allowed',
    ],
    ['tail calls', `(module (func $f (return_call $f)) ${START})`, 'of tail calls, is not allowed'],
  ])('%s', async (_, text, message) => {
    const features = {
      threads: true,
      relaxed_simd: true,
      tail_call: true,
      exceptions: true,
      memory64: true,
      extended_const: true,
    }
    const module = await assemble(text, features)

    expect(() => rewrite(module)).toThrow(message)
  })

  test.each([
    [
      'several memories',
      [...raw().subarray(0, 18), 5, 5, 2, 0, 1, 0, 1, ...raw().subarray(23)],
      '2 memories, only one is allowed',
    ],
    ['garbage collection', raw(0xfb, 0), 'of garbage collection, is not allowed'],
    ['try', raw(0x06, 0x40, 0x0b), 'of exceptions, is not allowed'],
    ['references to functions', raw(0x14, 0), 'of typed function references, is not allowed'],
    ['a branch out of the function', raw(0x0c, 1), 'a branch leaves 1 blocks of 1'],
    ['a missing operand', raw(0x1a), 'too few operands'],
    ['the memory of a component', Uint8Array.of(0, 0x61, 0x73, 0x6d, 13, 0, 1, 0), 'components are not run'],
    ['no module', Buffer.from('#!/bin/sh'), 'not a WebAssembly module'],
    ['nothing', new Uint8Array(), 'not a WebAssembly module'],
    ['a number without an end', raw(0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x1a), 'more than 32 bits'],
  ])('%s', (_, module, message) => {
    expect(() => rewrite(Uint8Array.from(module))).toThrow(message)
  })

  test('what the rewriting adds cannot be named by the module', () => {
    const setsAddedGlobal = raw(0x41, 0, 0x24, 0)

    expect(() => rewrite(setsAddedGlobal)).toThrow('there is no global 0')
    expect(() => rewrite(raw(0x10, 1))).toThrow('there is no function 1')
    expect(() => rewrite(raw(0x20, 0, 0x1a))).toThrow('there is no local 0')
  })
})

describe('call depth', () => {
  const code = `(module
    ${START}
    (table funcref (elem $leaf))
    (func $leaf (export "leaf") (param i32) (result i32) (local.get 0))
    (func (export "returns") (param i32) (result i32)
      (block (block (br_if 0 (local.get 0)) (return (i32.const 1))) (return (i32.const 2))) (i32.const 3))
    (func (export "branches") (param i32) (result i32)
      (i32.add (i32.const 10) (block (result i32)
        (i32.add (i32.const 1) (block (result i32) (br_table 0 1 2 (i32.const 7) (local.get 0)))))))
    (func (export "many") (param i32) (result i32 i64 f32)
      (if (local.get 0) (then (return (i32.const 1) (i64.const 2) (f32.const 3)))) (i32.const 4) (i64.const 5) (f32.const 6))
    (func (export "indirect") (param i32) (result i32) (call_indirect (param i32) (result i32) (local.get 0) (i32.const 0)))
    (func $f (export "recurse") (param i32) (result i32)
      (if (result i32) (local.get 0) (then (i32.add (call $f (i32.sub (local.get 0) (i32.const 1))) (i32.const 1))) (else (i32.const 0)))))`

  test('every way out of a function gives its frame back', async () => {
    const plain = run(await assemble(code))
    const counted = run(rewrite(await assemble(code)))
    const before = depth(counted)

    for (const name of ['leaf', 'returns', 'branches', 'many', 'recurse']) {
      for (const arg of [0, 1, 2, 3]) expect([name, call(counted, name, arg)]).toEqual([name, call(plain, name, arg)])
    }

    expect(call(counted, 'indirect', 0)).toBe(call(plain, 'indirect', 0))
    expect(depth(counted)).toBe(before)
  })

  test('a call traps when all frames together are above the limit, and not one call before', async () => {
    // So many instructions that the count ends long before the stack of this process.
    const module = rewrite(
      await assemble(`(module ${START}
        (func $f (export "recurse") (param i32) ${'(nop)'.repeat(5_000)} (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1)))))))`),
    )
    const idle = run(module)
    const total = depth(idle)
    const deep = run(module)
    call(deep, 'recurse', 0)
    const deepest = Math.floor(total / frameBytes({ slots: 4, values: 5_009, hasVectors: false }))

    expect(total).toBe(STACK_BYTES)
    expect(() => call(run(module), 'recurse', deepest - 1)).not.toThrow()
    const tooDeep = run(module)
    expect(() => call(tooDeep, 'recurse', deepest)).toThrow('unreachable')
    expect(depth(tooDeep)).toBeLessThan(0)
    expect(depth(deep)).toBe(total)
  })

  test('a frame counts what it keeps, vectors twice, and is never more than the whole', () => {
    expect(frameBytes({ slots: 0, values: 0, hasVectors: false })).toBe(128)
    expect(frameBytes({ slots: 10, values: 5, hasVectors: false })).toBe(248)
    expect(frameBytes({ slots: 10, values: 5, hasVectors: true })).toBe(368)
    expect(frameBytes({ slots: 50_000, values: 7_000_000, hasVectors: true })).toBe(STACK_BYTES + 1)
  })
})

describe('memory and tables', () => {
  test('memory grows as before, and the smallest size that was refused is remembered', async () => {
    const module = limitMemory(
      rewrite(
        await assemble(
          `(module (memory 1) (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))) ${START})`,
        ),
      ),
      10,
    )
    const instance = run(module ?? new Uint8Array())
    const refused = (): bigint => BigInt.asUintN(64, BigInt(global(instance, ADDED.refused)))

    expect(call(instance, 'grow', 4)).toBe(1)
    expect(refused()).toBe(2n ** 64n - 1n)
    expect(call(instance, 'grow', -1)).toBe(-1)
    expect(refused()).toBe(2n ** 32n + 4n)
    expect(call(instance, 'grow', 6)).toBe(-1)
    expect(refused()).toBe(11n)
    expect(call(instance, 'grow', 100)).toBe(-1)
    expect(refused()).toBe(11n)
    expect(call(instance, 'grow', 5)).toBe(5)
  })

  test('a module’s own greatest size holds when it is lower than the limit', async () => {
    const own = rewrite(
      await assemble(`(module (memory 1 3) (func (export "grow") (result i32) (memory.grow (i32.const 3))) ${START})`),
    )

    expect(call(run(limitMemory(own, 100) ?? own), 'grow')).toBe(-1)
    expect(limitMemory(own, 1)).toBeDefined()
    expect(limitMemory(own, 0)).toBeUndefined()
  })

  test('a table grows to 262,144 entries and no further', async () => {
    const module = rewrite(
      await assemble(`(module (table $t 1 externref)
        (func (export "grow") (param i32) (result i32) (table.grow $t (ref.null extern) (local.get 0))) ${START})`),
    )
    const instance = run(module)

    expect(call(instance, 'grow', 262_144)).toBe(-1)
    expect(call(instance, 'grow', 262_143)).toBe(1)
    expect(call(instance, 'grow', 1)).toBe(-1)
  })
})

test('custom sections are left out', async () => {
  const plain = await program(() => '')
  const named = Uint8Array.from([...plain, 0, 8, 4, ...Buffer.from('name'), 1, 2, 3])

  expect(rewrite(named)).toEqual(rewrite(plain))
})

test('rewriting has one outcome', async () => {
  const module = await program((place) => `(call $print ${place('hello')})`)

  expect(rewrite(module)).toEqual(rewrite(module))
})
