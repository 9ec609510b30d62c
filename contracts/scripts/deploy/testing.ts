// The deployment command in a folder of its own, against a real chain: for the tests of all its parts.
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { accountOf, startAnvil, type Anvil } from '@iexec/chain/test/anvil'
import type { Address } from 'viem'
import { afterAll, beforeAll, expect } from 'vitest'
import { runDeploy } from './run.ts'

/** The keys of anvil's accounts 0 and 1, which all the world knows. */
export const KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'
export const OTHER_KEY = '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d'
/** Who deploys where nobody else is named. */
export const OWNER: Address = accountOf(0).address

/** The chain of this file of tests. */
export let anvil: Anvil
/** Where the command is called. */
export let folder = ''

beforeAll(async () => {
  anvil = await startAnvil()
  folder = mkdtempSync(join(tmpdir(), 'deploy-'))
  write('key', `${KEY}\n`)
})

afterAll(async () => {
  await anvil.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Writes a file that only its owner can read, or one of another mode. */
export function write(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

type Ended = { readonly code: number; readonly out: string; readonly err: string }

/** Runs the command in the folder of the files, where nobody sits at a terminal. */
export async function deploy(...args: readonly string[]): Promise<Ended> {
  return deployWhile(() => undefined, ...args)
}

/** Runs the command, and does something else at each sentence that it tells. */
export async function deployWhile(meanwhile: (sentence: string) => void, ...args: readonly string[]): Promise<Ended> {
  let [out, err] = ['', '']
  const code = await runDeploy(args, {
    directory: folder,
    terminal: { input: new PassThrough(), output: new PassThrough() },
    print: async (text) => {
      out += `${text}\n`
    },
    tell: (sentence) => {
      err += `${sentence}\n`
      meanwhile(sentence)
    },
  })
  // Whatever happens, no key is ever shown.
  expect(`${out}${err}`).not.toMatch(new RegExp(`${KEY.slice(2)}|${OTHER_KEY.slice(2)}`, 'iu'))
  return { code, out, err }
}

/** Runs the command with the usual chain and key, which later arguments replace. */
export async function deployWith(...args: readonly string[]): Promise<Ended> {
  return deploy('--rpc', anvil.url, '--key-file', 'key', ...args)
}

/** Runs the command with an output file. Nobody listens at its URL: what is refused here is refused before anybody is asked. */
export async function deployTo(out: string, ...args: readonly string[]): Promise<Ended> {
  const ended = await deploy('--rpc', 'http://127.0.0.1:9', '--key-file', 'key', '--out', out, ...args)
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  return ended
}

/** Ended early with exactly this sentence. */
export function refusedWith(err: string): Ended {
  return { code: 1, out: '', err: `${err}\n` }
}
