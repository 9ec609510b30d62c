// Our count of calls ends a recursion long before V8's stack does: for the functions that take most of it, in the process and
// with the options of a task. If V8 were first, the run would be a fault of the machine and not a trap.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assemble } from '../../test/wasm/program.ts'
import { startModuleHouse, type ModuleHouse } from '../../test/wasm/runs.ts'

let house: ModuleHouse
beforeAll(async () => {
  house = await startModuleHouse()
})
afterAll(() => house.stop())

const list = (count: number, write: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => write(i)).join(' ')
const module = (code: string, start = '(call $f)'): string =>
  `(module (memory (export "memory") 1) (func (export "_start") ${start}) ${code})`

const WORST: readonly (readonly [name: string, text: string])[] = [
  ['nothing', module('(func $f (call $f))')],
  [
    'many parameters',
    module(
      `(func $f (param ${'f64 '.repeat(900)}) (call $f ${list(900, (i) => `(local.get ${899 - i})`)}))`,
      `(call $f ${'(f64.const 0)'.repeat(900)})`,
    ),
  ],
  ['many results', module(`(func $f (result ${'v128 '.repeat(900)}) (call $f))`, `(call $f) ${'(drop)'.repeat(900)}`)],
  [
    'many local variables',
    module(
      `(func $f (local ${'i64 '.repeat(3_000)}) ${list(3_000, (i) => `(local.set ${i} (i64.load (i32.const ${i * 8})))`)} (call $f) ${list(3_000, (i) => `(i64.store (i32.const ${i * 8}) (local.get ${i}))`)})`,
    ),
  ],
  // Computed before and after the call: an optimising compiler keeps all of it.
  [
    'many values',
    module(
      `(func $f (param i32) ${list(3_000, (i) => `(i32.store (i32.const ${i * 4}) (i32.div_u (i32.const ${1_000_003 + i}) (local.get 0)))`)} (call $f (i32.add (local.get 0) (i32.const 1))) ${list(3_000, (i) => `(i32.store (i32.const ${i * 4}) (i32.div_u (i32.const ${1_000_003 + i}) (local.get 0)))`)})`,
      '(call $f (i32.const 1))',
    ),
  ],
  ['indirect calls', module('(table 1 funcref) (elem (i32.const 0) $f) (func $f (call_indirect (i32.const 0)))')],
]

test.each(WORST)('%s', async (_, text) => {
  const { ending } = await house.run(await assemble(text))

  expect(ending).toEqual({ kind: 'trapped', message: 'calls are nested too deep' })
})

test('functions that V8 has optimised end at the same depth', async () => {
  // Counts its depth in the memory, and says it; before, it ran shallow until V8 took it seriously.
  const text = `(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func $f (param $left i32) (result i32)
      (if (result i32) (local.get $left) (then (i32.add (call $f (i32.sub (local.get $left) (i32.const 1))) (i32.const 1))) (else (i32.const 0))))
    (func (export "_start") (local $i i32)
      (loop $warm
        (drop (call $f (i32.const 1000)))
        (br_if $warm (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ROUNDS))))
      (drop (call $f (i32.const DEPTH)))
      (call $exit (i32.const 7))))`
  const endings = await Promise.all(
    [1, 20_000].flatMap((rounds) =>
      [100_000, 250_000].map(async (depth) => {
        const ran = await house.run(
          await assemble(text.replace('ROUNDS', String(rounds)).replace('DEPTH', String(depth))),
        )
        return ran.ending.kind
      }),
    ),
  )

  expect(endings).toEqual(['exited', 'trapped', 'exited', 'trapped'])
})
