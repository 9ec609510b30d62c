// Whose bulk is fetched next, and how much is fetched for all of them together.
import { onBothEngines } from '@iexec/service/test/database'
import type { Address } from 'viem'
import { expect, onTestFinished, test } from 'vitest'
import { address, hash } from '../../test/rows.ts'
import type { Database } from '../db/database.ts'
import { followBulks } from './followBulks.ts'
import { openGateway } from './gateway.ts'
import { dueBulks, nextDue, type DueBulk } from './rows.ts'
import { cidOf } from './testGateway.ts'
import { NOW, insertDeal, openShop, type Shop } from './testShop.ts'

/** The files of this requester never come. */
const SLOW = 1_000
const NEVER = cidOf('never')
const PATIENCE = { timeout: 10_000, interval: 10 }

/** A deal for each of these requesters, in that order, whose bulk is due. The files are empty, or never come. */
async function insertBulks({ database, gateway, note }: Shop, ...requesters: readonly number[]): Promise<void> {
  gateway.set(NEVER, () => undefined)
  for (const [index, requester] of requesters.entries()) {
    const row = { id: hash(index + 1, 'd'), requester: address(requester), block: index + 1, log_index: 0 }
    await insertDeal(database, requester === SLOW ? NEVER : gateway.add('[]'), row)
    await note([row.id])
  }
}

async function ask({ read }: Database, limit: number, after: Address | '0x' = '0x'): Promise<readonly string[]> {
  const due = await dueBulks(read, { now: NOW, after, limit })
  return due.map(nameOf)
}

function nameOf({ deal, requester }: Pick<DueBulk, 'deal' | 'requester'>): string {
  return `${Number(`0x${deal.slice(-4)}`)} of ${Number(`0x${requester.slice(-4)}`)}`
}

onBothEngines('turns of bulks', (engine) => {
  test('go round by requesters, however many bulks one of them has', async () => {
    const shop = await openShop(engine)
    await insertBulks(shop, 1, 1, 1, 1, 2, 3)

    expect(await ask(shop.database, 2)).toEqual(['1 of 1', '5 of 2'])
    expect(await ask(shop.database, 2, address(2))).toEqual(['6 of 3', '1 of 1'])
    expect(await ask(shop.database, 4, address(1))).toEqual(['5 of 2', '6 of 3', '1 of 1', '2 of 1'])
  })

  test('pass over whoever has nothing that is due, or whose deals were undone', async () => {
    const shop = await openShop(engine)
    await insertBulks(shop, 1, 2, 3)
    await shop.database.write(async (writer) => {
      await writer
        .updateTable('bulk')
        .set({ next_at: NOW + 1 })
        .where('requester', '=', address(1))
        .execute()
      await writer.deleteFrom('deal').where('requester', '=', address(2)).execute()
    })

    expect(await ask(shop.database, 4)).toEqual(['3 of 3'])
    expect(await ask(shop.database, 4, address(3))).toEqual(['3 of 3'])
  })

  test('reach a bulk that can be fetched, while another requester has many that never come', async () => {
    const shop = await openShop(engine)
    await insertBulks(shop, ...Array.from({ length: 9 }, () => SLOW), 1)

    const follow = startFollowing(shop, 1e9)

    await expect.poll(async () => openOf(shop), PATIENCE).toBe(0)
    expect(shop.gateway.asked.slice(0, 4).filter((path) => !path.endsWith(NEVER))).toHaveLength(1)
    expect(await follow.stop()).toEqual([])
  })

  test('end when so much was read for all together, which is said once; also after a start', async () => {
    const shop = await openShop(engine)
    await insertBulks(shop, 1, 2, 3, 4, 5, 6)
    const quota = new Error('8 bytes were read for them, no less than the quota: --ipfs-quota can be raised.')

    for (const round of [1, 2]) {
      const follow = startFollowing(shop, 8)
      await expect.poll(() => follow.errors, PATIENCE).toHaveLength(1)
      expect([round, await follow.stop()]).toEqual([round, [quota]])
    }

    expect(shop.gateway.asked).toHaveLength(4)
    expect(await nextDue(shop.database.read)).toBe(NOW)
    const more = startFollowing(shop, 9)
    await expect.poll(async () => nextDue(shop.database.read), PATIENCE).toBeUndefined()
    await more.stop()
  })
})

/** How many bulks of the first requester are not complete. */
async function openOf({ database }: Shop): Promise<number> {
  const open = database.read.selectFrom('bulk').select('deal').where('next_at', 'is not', null)
  return (await open.where('requester', '=', address(1)).execute()).length
}

type Following = { readonly errors: readonly unknown[]; readonly stop: () => Promise<readonly unknown[]> }

function startFollowing({ database, gateway, bus }: Shop, quotaBytes: number): Following {
  const ended = new AbortController()
  const errors: unknown[] = []
  const onError = (error: unknown): unknown => errors.push(error)
  const options = { read: database.read, bus, quotaBytes, now: () => NOW, onError }
  const running = followBulks({ ...options, gateway: openGateway(gateway.url, { timeoutMs: 200 }) }, ended.signal)
  const stop = async (): Promise<readonly unknown[]> => {
    ended.abort()
    await running
    return errors
  }
  onTestFinished(async () => void (await stop()))
  return { errors, stop }
}
