// The vectors of docs/wasm.md: what another implementation has to do bit by bit. A new one is had with UPDATE_WASM_VECTORS=1.
import { createCipheriv, createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assemble, program } from '../../test/wasm/program.ts'
import { startModuleHouse, type ModuleHouse } from '../../test/wasm/runs.ts'
import { webAssembly } from './guest/v8.ts'
import { REWRITER_VERSION, rewrite } from './module/rewrite.ts'

const FILE = join(import.meta.dirname, '../../vectors/wasm.json')

type Vectors = {
  readonly rewriter: number
  /** A module as text, what it assembles to, and what that is rewritten to. */
  readonly rewritten: readonly {
    readonly name: string
    readonly sold: string
    readonly sha256: string
    readonly rewritten: string
  }[]
  /** The first bytes of `random_get`, in requests of these lengths. */
  readonly random: readonly { readonly taskId: string; readonly lengths: readonly number[]; readonly bytes: string }[]
  /** Readings of clock 0, then of clock 1, then a sleep of 5 seconds by poll_oneoff, then of clock 0. */
  readonly clock: readonly { readonly startTime: number; readonly readings: readonly string[] }[]
  /** An operation, its operands and its result, as bits. */
  readonly nan: readonly { readonly operation: string; readonly operands: readonly string[]; readonly result: string }[]
}

const REWRITTEN: readonly (readonly [name: string, text: string])[] = [
  ['nothing', '(module (func (export "_start")))'],
  ['return', '(module (func (export "_start") (block (return))))'],
  ['grow', '(module (memory 1) (func (export "_start") (drop (memory.grow (i32.const 1)))))'],
  [
    'two results',
    '(module (func $f (result i32 i64) (i32.const 1) (i64.const 2)) (func (export "_start") (call $f) (drop) (drop)))',
  ],
  ['start', '(module (func $s) (start $s) (func (export "_start")))'],
  ['table', '(module (table 1 funcref) (func (export "_start")))'],
  ['f32', '(module (func (export "_start") (drop (f32.div (f32.const 0) (f32.const 0)))))'],
  ['f64', '(module (func (export "_start") (drop (f64.sqrt (f64.const -1)))))'],
  [
    'f32x4',
    '(module (func (export "_start") (drop (f32x4.add (v128.const i32x4 0 0 0 0) (v128.const i32x4 0 0 0 0)))))',
  ],
  [
    'f64x2',
    '(module (func (export "_start") (drop (f64x2.min (v128.const i32x4 0 0 0 0) (v128.const i32x4 0 0 0 0)))))',
  ],
]

const F32 = { one: '3f800000', quiet: '7fc00000', negative: 'ffc00000', signalling: '7f800001', payload: '7fd55555' }
const F64 = {
  one: '3ff0000000000000',
  quiet: '7ff8000000000000',
  negative: 'fff8000000000000',
  signalling: '7ff0000000000001',
}
const NAN_CASES: readonly (readonly [operation: string, ...operands: readonly string[]])[] = [
  ['f32.div', '00000000', '00000000'],
  ['f32.sub', '7f800000', '7f800000'],
  ['f32.sqrt', 'bf800000'],
  ...Object.values(F32).flatMap(
    (x) =>
      [
        ['f32.add', x, F32.one],
        ['f32.min', F32.one, x],
        ['f32.nearest', x],
        ['f32.neg', x],
        ['f32.abs', x],
        ['f32.copysign', F32.one, x],
        ['f64.promote_f32', x],
      ] as const,
  ),
  ['f64.div', '0000000000000000', '8000000000000000'],
  ['f64.mul', '7ff0000000000000', '0000000000000000'],
  ...Object.values(F64).flatMap(
    (x) =>
      [
        ['f64.mul', F64.one, x],
        ['f64.max', x, F64.one],
        ['f64.floor', x],
        ['f64.neg', x],
        ['f64.copysign', x, F64.negative],
        ['f32.demote_f64', x],
      ] as const,
  ),
  ['f32x4.mul', '7f8000000000000000000000ffc00001', '000000003f8000007fa000003f800000'],
  ['f32x4.pmin', '7f8000010000000000000000ffc00001', '000000003f8000007fa000003f800000'],
  ['f32x4.demote_f64x2_zero', 'fff80000000000017ff0000000000000'],
  ['f64x2.sqrt', 'bff00000000000007ff0000000000001'],
  ['f64x2.promote_low_f32x4', '0000000000000000ffc000017f800001'],
]

let house: ModuleHouse
beforeAll(async () => {
  house = await startModuleHouse()
})
afterAll(() => house.stop())

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function computeRewritten(): Promise<Vectors['rewritten']> {
  return Promise.all(
    REWRITTEN.map(async ([name, text]) => {
      const sold = await assemble(text)
      return { name, sold: Buffer.from(sold).toString('hex'), sha256: sha256(sold), rewritten: sha256(rewrite(sold)) }
    }),
  )
}

async function computeRandom(): Promise<Vectors['random']> {
  const lengths = [1, 31, 32, 100, 0, 4096]
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const requests = lengths.map((length, i) => {
    const before = lengths.slice(0, i).reduce((sum, other) => sum + other, 0)
    return `(drop (call $random_get (i32.const ${131_072 + before}) (i32.const ${length})))`
  })
  const print = Array.from({ length: 8 }, (_, i) => `(call $hex (i64.load (i32.const ${131_072 + i * 8})))`)
  const last = `(call $hex (i64.load (i32.const ${131_072 + total - 8})))`
  const module = await program(() => [...requests, ...print, last].join('\n'))
  const ids = [`0x${'00'.repeat(32)}`, `0x${'5a'.repeat(32)}`, `0x${'0123456789abcdef'.repeat(4)}`] as const
  return Promise.all(
    ids.map(async (taskId) => {
      const { stdout } = await house.run(module, { job: { id: taskId } })
      return { taskId, lengths, bytes: stdout.text.trim().split('\n').map(reverseBytes).join('') }
    }),
  )
}

/** The bytes of a number, the highest first. */
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
/** A number as the bytes that it was read from. */
const reverseBytes = (hex: string): string => Buffer.from(bytesOf(hex).toReversed()).toString('hex')

const read = (clock: number): string => `(call $hex (call $now (i32.const ${clock})))`

async function computeClock(): Promise<Vectors['clock']> {
  // A subscription to clock 1, for 5 seconds from now.
  const sleep = `(i64.store (i32.const 200) (i64.const 7)) (i32.store (i32.const 216) (i32.const 1))
    (i64.store (i32.const 224) (i64.const 5000000000)) (drop (call $poll_oneoff (i32.const 200) (i32.const 300) (i32.const 1) (i32.const 400)))`
  const module = await program(() => [read(0), read(0), read(1), sleep, read(0)].join('\n'))
  return Promise.all(
    [0, 1_700_000_000, 4_294_967_296].map(async (startTime) => {
      const { stdout } = await house.run(module, { job: { startTime } })
      return {
        startTime,
        readings: stdout.text
          .trim()
          .split('\n')
          .map((text) => BigInt(`0x${text}`).toString()),
      }
    }),
  )
}

/** Runs an operation a hundred thousand times, so that both of V8's compilers have had it. */
async function computeNan(): Promise<Vectors['nan']> {
  return Promise.all(
    NAN_CASES.map(async ([operation, ...operands]) => {
      const loads = operands.map((_, i) => `(${loadOf(operation, 'in')} (i32.const ${i * 16}))`).join(' ')
      const text = `(module (memory (export "memory") 1) (func (export "_start"))
        (func (export "run") (local $i i32)
          (loop $again
            (${storeOf(operation)} (i32.const 64) (${operation} ${loads}))
            (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100000))))))`
      const { exports } = new webAssembly.Instance(new webAssembly.Module(rewrite(await assemble(text))), {})
      const { memory, run } = exports
      if (memory === undefined || !('buffer' in memory) || typeof run !== 'function') throw new Error('no module')
      const bytes = new Uint8Array(memory.buffer)
      for (const [i, operand] of operands.entries()) bytes.set(bytesOf(operand).toReversed(), i * 16)
      run()
      const width = storeOf(operation).startsWith('v128') ? 16 : storeOf(operation).startsWith('f64') ? 8 : 4
      return {
        operation,
        operands,
        result: Buffer.from(bytes.slice(64, 64 + width).toReversed()).toString('hex'),
      }
    }),
  )
}

const storeOf = (operation: string): string => loadOf(operation, 'out').replace('load', 'store')

function loadOf(operation: string, side: 'in' | 'out'): string {
  if (/x[24]/u.test(operation)) return 'v128.load'
  if (side === 'in' && operation === 'f64.promote_f32') return 'f32.load'
  if (side === 'in' && operation === 'f32.demote_f64') return 'f64.load'
  return `${operation.slice(0, 3)}.load`
}

test('the vectors hold on this machine', async () => {
  const computed: Vectors = {
    rewriter: REWRITER_VERSION,
    rewritten: await computeRewritten(),
    random: await computeRandom(),
    clock: await computeClock(),
    nan: await computeNan(),
  }
  if (process.env['UPDATE_WASM_VECTORS'] === '1') writeFileSync(FILE, `${JSON.stringify(computed, undefined, 2)}\n`)

  expect(computed).toEqual(JSON.parse(readFileSync(FILE, 'utf8')))
})

test('randomness is the ChaCha20 stream of RFC 8439, as OpenSSL has it', () => {
  const { random } = JSON.parse(readFileSync(FILE, 'utf8')) as Vectors

  for (const { taskId, bytes, lengths } of random) {
    // OpenSSL takes counter and nonce together, 16 bytes of zeros here.
    const cipher = createCipheriv('chacha20', Buffer.from(taskId.slice(2), 'hex'), Buffer.alloc(16))
    const total = lengths.reduce((sum, length) => sum + length, 0)
    const stream = cipher.update(Buffer.alloc(total)).toString('hex')

    expect(bytes).toBe(stream.slice(0, 128) + stream.slice(-16))
  }
})

test('every NaN that an operation makes is the canonical one; operations on bits keep theirs', () => {
  const { nan } = JSON.parse(readFileSync(FILE, 'utf8')) as Vectors
  const ofBits = /neg|abs|copysign|pmin/u
  const nans = nan
    .filter(({ operation }) => !ofBits.test(operation))
    .flatMap(({ operation, result }) => lanesOf(operation, result))
    .filter((lane) => Number.isNaN(toFloat(lane)))

  expect(nans.length).toBeGreaterThan(20)
  expect(new Set(nans)).toEqual(new Set([F32.quiet, F64.quiet]))
})

/** The numbers of a result, each as its bits. */
function lanesOf(operation: string, result: string): readonly string[] {
  const width = operation.startsWith('f32') ? 8 : 16
  return Array.from({ length: result.length / width }, (_, i) => result.slice(i * width, (i + 1) * width))
}

function toFloat(bits: string): number {
  const bytes = Buffer.from(bits, 'hex')
  return bytes.length === 4 ? bytes.readFloatBE() : bytes.readDoubleBE()
}
