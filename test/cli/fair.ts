// People who trade: a seller of an app, one of a dataset, one of computing, and a buyer, each at a desk of his own.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accountOf } from '@iexec/chain/test/anvil'
import type { Iexec } from '@iexec/sdk'
import { bytesToHex, type Address, type Hex } from 'viem'
import { addressOf, startHouse, type House } from '../house.ts'
import { openDesk, type Desk } from '../iexec.ts'

/** What a command prints, and what files hold. */
export type Json = Readonly<Record<string, unknown>>

/** Somebody with a key in wallet.json, and his client for what a test is not about. */
export type Person = { readonly desk: Desk; readonly iexec: Iexec; readonly address: Address }

/** A market with something to sell. */
export type Fair = {
  readonly house: House
  readonly appSeller: Person
  readonly datasetSeller: Person
  readonly poolSeller: Person
  readonly buyer: Person
  readonly app: Address
  readonly dataset: Address
  readonly workerpool: Address
  readonly close: () => Promise<void>
}

/** nRLC that the buyer and the seller of computing have free. */
const STAKE = 100n

const CHECKSUM: Hex = `0x${'c5'.repeat(32)}`

/** Opens a market on which everything is deployed, and nothing is sold yet. */
export async function openFair(): Promise<Fair> {
  const house = await startHouse()
  const [appSeller, datasetSeller, poolSeller, buyer] = await Promise.all([
    sit(house, 1),
    sit(house, 2),
    sit(house, 3),
    sit(house, 4),
  ])
  const { address: app } = await appSeller.iexec.apps.deploy({
    name: 'a',
    multiaddr: 'docker.io/me/a:1',
    checksum: CHECKSUM,
  })
  const { address: dataset } = await datasetSeller.iexec.datasets.deploy({
    name: 'd',
    multiaddr: 'https://a.b/c',
    checksum: CHECKSUM,
  })
  const { address: workerpool } = await poolSeller.iexec.workerpools.deploy({ description: 'pool' })
  for (const [person, kind, address] of [
    [appSeller, 'app', app],
    [datasetSeller, 'dataset', dataset],
    [poolSeller, 'workerpool', workerpool],
  ] as const) {
    write(person, 'deployed.json', { [kind]: { [house.chain.chainId]: address } })
  }
  for (const [number, { iexec }] of [
    [3, poolSeller],
    [4, buyer],
  ] as const) {
    await house.give(number, STAKE)
    await iexec.account.deposit(STAKE)
  }
  const people = { appSeller, datasetSeller, poolSeller, buyer }
  const close = async (): Promise<void> => {
    for (const { desk } of Object.values(people)) desk.clear()
    await house.stop()
  }
  return { house, ...people, app, dataset, workerpool, close }
}

/** A desk of anvil's nth account. */
async function sit(house: House, account: number): Promise<Person> {
  const person = { desk: openDesk(house.chain), iexec: await house.user(account), address: addressOf(account) }
  write(person, 'wallet.json', { privateKey: keyOf(account) })
  return person
}

/** The private key of anvil's nth account. */
export function keyOf(account: number): Hex {
  return bytesToHex(accountOf(account).getHdKey().privateKey ?? new Uint8Array())
}

/** Puts a file on the desk of somebody. */
export function write({ desk }: Pick<Person, 'desk'>, name: string, value: unknown): void {
  writeFileSync(join(desk.folder, name), JSON.stringify(value))
}

/** Reads a file on the desk of somebody. */
export function read({ desk }: Pick<Person, 'desk'>, name: string): Json {
  return JSON.parse(readFileSync(join(desk.folder, name), 'utf8')) as Json
}

/** Changes an order of iexec.json, as people do with an editor. */
export function edit(person: Person, name: string, fields: Json): void {
  const file = read(person, 'iexec.json')
  const orders = (file['order'] ?? {}) as Readonly<Record<string, Json>>
  write(person, 'iexec.json', { ...file, order: { ...orders, [name]: { ...orders[name], ...fields } } })
}

/** Signs an order and publishes it with the SDK, for tests of what comes after. */
export async function offer({ iexec }: Person, order: Parameters<Iexec['orders']['sign']>[0]): Promise<Hex> {
  return (await iexec.orders.publish(await iexec.orders.sign(order))).orderHash
}
