// For every module: what V8 takes and we take stays valid, and does the same; and nothing that is read makes the rewriter fail.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomModule } from '../../../test/wasm/arbitrary.ts'
import { assemble, program } from '../../../test/wasm/program.ts'
import { webAssembly, type ModuleInstance } from '../guest/v8.ts'
import { ByteWriter, ModuleRefused } from './bytes.ts'
import { limitMemory } from './limitMemory.ts'
import { rewrite } from './rewrite.ts'

const isValid = (module: Uint8Array): boolean => {
  try {
    void new webAssembly.Module(module)
    return true
  } catch {
    return false
  }
}

/** What a module does, as far as it is the same everywhere: results, traps, memory. */
function observe(module: Uint8Array): readonly unknown[] {
  const instance: ModuleInstance = new webAssembly.Instance(new webAssembly.Module(module), {})
  const results = Array.from({ length: 7 }, (_, i) => {
    const run = instance.exports[`run${i}`]
    try {
      return typeof run === 'function' ? run() : 'absent'
    } catch (error) {
      return String(error)
    }
  })
  const { memory } = instance.exports
  const bytes = memory !== undefined && 'buffer' in memory ? new Uint8Array(memory.buffer) : new Uint8Array()
  return [...results, bytes.length, createHash('sha256').update(bytes).digest('hex')]
}

/** Rewritten, or undefined when it is refused. Any other failure fails the test. */
function attempt(module: Uint8Array): Uint8Array | undefined {
  try {
    return rewrite(module)
  } catch (error) {
    if (error instanceof ModuleRefused) return undefined
    throw error
  }
}

test('a rewritten module is valid and does what it did', async () => {
  await fc.assert(
    fc.asyncProperty(randomModule, async (text) => {
      const module = await assemble(text)

      const rewritten = rewrite(module)

      expect(isValid(rewritten)).toBe(true)
      expect(observe(limitMemory(rewritten, 100) ?? rewritten)).toEqual(observe(module))
    }),
    { numRuns: 150 },
  )
}, 120_000)

test('a module with other bytes in it is refused, or stays as valid as it was', async () => {
  const prelude = await program((place) => `(call $show (i32.const 3) ${place('file')})`)
  const random = await Promise.all(fc.sample(randomModule, 10).map((text) => assemble(text)))
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255), kind: fc.constantFrom('set', 'insert', 'remove') })

  fc.assert(
    fc.property(
      fc.constantFrom(prelude, ...random),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (module, changes) => {
        const bytes = [...module]
        for (const { at, byte, kind } of changes) {
          const place = 8 + (at % (bytes.length - 8))
          bytes.splice(place, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [byte]))
        }
        const changed = Uint8Array.from(bytes)

        const rewritten = attempt(changed)

        expect(rewritten === undefined || !isValid(changed) || isValid(rewritten)).toBe(true)
      },
    ),
    { numRuns: 3_000 },
  )
}, 120_000)

test('no bytes make the rewriter fail in another way than by refusing', () => {
  const header = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
  const section = fc.tuple(fc.nat(13), fc.uint8Array({ maxLength: 60 })).map(([id, body]) => [id, body.length, ...body])

  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(section, { maxLength: 8 }).map((list) => Uint8Array.from(list.flat())),
      ),
      (bytes) => {
        expect(() => [attempt(bytes), attempt(Buffer.concat([header, bytes]))]).not.toThrow()
      },
    ),
    { numRuns: 5_000 },
  )
})

test('a number of entries that is not there costs nothing', () => {
  // Section 1 promises four thousand million types.
  const module = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f)

  expect(() => rewrite(module)).toThrow('4294967295 entries are promised, 0 bytes are left')
})

test('a list of more entries than V8 takes is not read', () => {
  const types = Buffer.alloc(3 * 1_000_001, Uint8Array.of(0x60, 0, 0))
  const writer = new ByteWriter()
  writer.raw(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1))
  writer.part(Buffer.concat([Uint8Array.of(0xc1, 0x84, 0x3d), types]))

  expect(() => rewrite(writer.done())).toThrow('a section has 1000001 entries, at most 1000000 are allowed')
})
