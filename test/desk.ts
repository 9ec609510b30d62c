// A desk of somebody who is on the chain of a house already: the key of an anvil account lies in wallet.json.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keyOf } from '@iexec/chain/test/anvil'
import type { ChainSettings } from '@iexec/sdk'
import { onTestFinished } from 'vitest'
import { openDesk, type Desk } from './iexec.ts'

/** A desk, and the files of its project. */
export type OwnDesk = Desk & {
  readonly read: (name: string) => Readonly<Record<string, unknown>>
  /** An object is written as JSON. */
  readonly write: (name: string, content: object | string) => void
}

/**
 * The desk of anvil's nth account; it is cleared when the test is over.
 *
 * @example
 * const desk = deskOf(1, house.chain)
 */
export function deskOf(account: number, chain?: ChainSettings): OwnDesk {
  const desk = openDesk(chain)
  onTestFinished(desk.clear)
  const write: OwnDesk['write'] = (name, content) => {
    writeFileSync(join(desk.folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  write('wallet.json', { privateKey: keyOf(account) })
  return {
    ...desk,
    write,
    read: (name) => JSON.parse(readFileSync(join(desk.folder, name), 'utf8')) as Readonly<Record<string, unknown>>,
  }
}
