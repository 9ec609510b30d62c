// A desk of somebody who is on the chain of a house already: the key of an anvil account lies in wallet.json.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keyOf } from '@iexec/chain/test/anvil'
import type { ChainSettings } from '@iexec/sdk'
import type { Address } from 'viem'
import { onTestFinished } from 'vitest'
import type { House } from './house.ts'
import { openDesk, type Begun, type Called, type Desk } from './iexec.ts'

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

/**
 * Presses Ctrl-C again and again once a transaction of the address waits for a block: mining has to be stopped.
 *
 * @example
 * const { exitCode, errors } = await leaveOnceSent(desk.begin(['account', 'deposit', '3']), addressOf(5), house.owner)
 */
export async function leaveOnceSent(call: Begun, address: Address, owner: House['owner']): Promise<Called> {
  const count = async (blockTag: 'latest' | 'pending') => owner.getTransactionCount({ address, blockTag })
  while (!call.isOver() && (await count('pending')) === (await count('latest')));
  return call.interruptUntilEnded()
}
