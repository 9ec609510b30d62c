import { expect, test } from 'vitest'
import { requireModule } from './module.ts'

test('a module is taken', () => {
  expect(() => {
    requireModule(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1))
  }).not.toThrow()
})

test.each([
  ['a text', new TextEncoder().encode('hello, I am no module')],
  ['nothing', new Uint8Array()],
  ['a component', Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0)],
])('%s is no module', (_, bytes) => {
  expect(() => {
    requireModule(bytes)
  }).toThrow('no WASM module')
})
