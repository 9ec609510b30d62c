// Every way in which V8 stops a module is told in our own words.
import { expect, test } from 'vitest'
import { assemble } from '../../../test/wasm/program.ts'
import { rewrite } from '../module/rewrite.ts'
import { describeEnding } from './endings.ts'
import { webAssembly, type ModuleInstance } from './v8.ts'

const CASES: readonly (readonly [code: string, message: string])[] = [
  ['(unreachable)', 'unreachable code was reached'],
  ['(drop (i32.load (i32.const -1)))', 'a memory access is out of bounds'],
  ['(memory.fill (i32.const 65536) (i32.const 0) (i32.const 1))', 'a memory access is out of bounds'],
  ['(memory.init $piece (i32.const 0) (i32.const 9) (i32.const 9))', 'a memory access is out of bounds'],
  ['(drop (table.get $t (i32.const 9)))', 'a table access is out of bounds'],
  ['(table.copy $t $t (i32.const 9) (i32.const 9) (i32.const 9))', 'a table access is out of bounds'],
  ['(table.init $t $entries (i32.const 0) (i32.const 9) (i32.const 9))', 'a table access is out of bounds'],
  ['(call_indirect $t (i32.const 9))', 'a table access is out of bounds'],
  ['(call_indirect $t (i32.const 1))', 'an indirect call found no function of its type'],
  ['(drop (call_indirect $t (result i32) (i32.const 0)))', 'an indirect call found no function of its type'],
  ['(drop (i32.div_s (i32.const 1) (i32.const 0)))', 'a division by zero'],
  ['(drop (i64.rem_u (i64.const 1) (i64.const 0)))', 'a division by zero'],
  ['(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))', 'a division overflows'],
  ['(drop (i32.trunc_f64_s (f64.const 1e10)))', 'a float does not fit into an integer'],
]

const moduleOf = (code: string, more = ''): Promise<Uint8Array> =>
  assemble(`(module (memory (export "memory") 1) (table $t 2 funcref) (elem $e (table $t) (i32.const 0) func $f)
    (elem $entries func $f) (data $piece "bytes") (func $f) ${more} (func (export "_start") ${code}))`)

function endingOf(module: Uint8Array): ReturnType<typeof describeEnding> {
  let instance: ModuleInstance | undefined
  try {
    instance = new webAssembly.Instance(new webAssembly.Module(rewrite(module)), {})
    const { _start: start } = instance.exports
    return describeEnding(typeof start === 'function' ? start() : undefined, instance, 100)
  } catch (error) {
    return describeEnding(error, instance, 100)
  }
}

test.each(CASES)('%s', async (code, message) => {
  const ending = endingOf(await moduleOf(code))

  expect(ending).toEqual({ kind: 'trapped', message })
})

test.each([
  ['data', '(data (i32.const 65536) "x")', 'a segment is out of bounds'],
  ['elements', '(elem (table $t) (i32.const 9) func $f)', 'a table access is out of bounds'],
])('%s that do not fit at the start', async (_, more, message) => {
  const ending = endingOf(await moduleOf('', more))

  expect(ending).toEqual({ kind: 'trapped', message })
})

test('what V8 itself could not give is a fault of the machine, and no trap of the module', () => {
  for (const message of [
    'Maximum call stack size exceeded',
    'Array buffer allocation failed',
    'WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance',
  ]) {
    expect(describeEnding(new RangeError(message), undefined, 100)).toMatchObject({ kind: 'fault' })
  }
})

test('a refusal below the limit is a fault of the machine, even when the module goes on', () => {
  const exports = { 'iexec:refused': { value: 100n }, 'iexec:depth': { value: 5 } }

  expect(describeEnding(undefined, { exports }, 100)).toMatchObject({ kind: 'fault' })
  expect(describeEnding(undefined, { exports }, 99)).toEqual({ kind: 'exited', exitCode: 0 })
  expect(describeEnding(new webAssembly.RuntimeError('unreachable'), { exports }, 99)).toEqual({
    kind: 'out-of-memory',
  })
})
