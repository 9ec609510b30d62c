// A registry in a folder of its own, for tests: with one listing that is right, which each test breaks in its own way.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** The registry of this repository. */
export const OURS: string = join(import.meta.dirname, '../../registry')

/** A registry of a test. */
export type TestRegistry = {
  readonly path: string
  /** Writes a file of it; an object is written as JSON. */
  readonly write: (file: string, content: object | string | Uint8Array) => void
}

/** What the right listing says. */
export const IEXEC: Readonly<Record<string, unknown>> & {
  readonly app: Readonly<Record<string, unknown>>
  readonly description: string
} = {
  description:
    'It says hello to whoever gives a name, in as many languages as there are, and never twice the same. '.repeat(2),
  license: 'Apache-2.0',
  author: 'Ada',
  social: { website: 'https://ada.example' },
  logo: 'logo.png',
  app: {
    owner: '0x629293Dc11ed5cFb6e039eCFf31062141C24FF21',
    name: 'hello',
    type: 'WASM',
    multiaddr: '/ipfs/QmfYWu7a9YLKHHXsK1NtFAtuKg9SnojavNW4vKGMC8ubSz',
    checksum: `0x${'11'.repeat(32)}`,
    price: '0.02 RLC',
  },
  buyConf: { params: { iexec_args: 'Ada' } },
}

/**
 * A registry with the listing `ada/hello`; it goes away with the test.
 *
 * @example
 * const registry = openTestRegistry()
 * registry.write('ada/hello/iexec.json', { ...IEXEC, author: '' })
 */
export function openTestRegistry(): TestRegistry {
  const path = mkdtempSync(join(tmpdir(), 'iexec-registry-'))
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true })
  })
  const write: TestRegistry['write'] = (file, content) => {
    const isText = typeof content === 'string' || content instanceof Uint8Array
    mkdirSync(dirname(join(path, file)), { recursive: true })
    writeFileSync(join(path, file), isText ? content : JSON.stringify(content, undefined, 2))
  }
  write('ada/hello/iexec.json', IEXEC)
  write('ada/hello/deployed.json', { app: {} })
  write('ada/hello/README.md', '# Hello\n')
  copyFileSync(join(OURS, 'iexec/ray-tracer/logo.png'), join(path, 'ada/hello/logo.png'))
  return { path, write }
}
