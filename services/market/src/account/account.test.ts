import { accountItem, historyItem } from '@iexec/wire'
import { toWide } from '@iexec/service'
import { onBothEngines } from '@iexec/service/test/database'
import { getAddress } from 'viem'
import { expect, test } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { accountRow, address, assetRow, contributionRow, dealRow, eventRow, hash } from '../../test/rows.ts'
import { accountHistory } from './accountHistory.ts'
import { findAccount } from './findAccount.ts'

const ALICE = address(1, 'd')
const BOB = address(2, 'd')

onBothEngines('accounts', (engine) => {
  test('are told with what they own and did', async () => {
    const { read, write } = await openTestDatabase(engine)
    await write(async (writer) => {
      await writer
        .insertInto('account')
        .values(accountRow({ address: ALICE, stake: toWide(2n ** 80n), locked: toWide(3n), score: toWide(4n) }))
        .execute()
      await writer
        .insertInto('asset')
        .values([
          assetRow({ address: address(1), kind: 'app', owner: ALICE }),
          assetRow({ address: address(2), kind: 'app', owner: ALICE }),
          assetRow({ address: address(3), kind: 'workerpool', owner: ALICE }),
          assetRow({ address: address(4), kind: 'dataset', owner: BOB }),
        ])
        .execute()
      await writer
        .insertInto('deal')
        .values(dealRow({ id: hash(1), requester: ALICE }))
        .execute()
      await writer
        .insertInto('event')
        .values([
          eventRow({ kind: 'Reward', block: 1, log_index: 0, account: ALICE, amount: toWide(5n) }),
          eventRow({ kind: 'Reward', block: 2, log_index: 0, account: ALICE, amount: toWide(2n ** 40n) }),
          eventRow({ kind: 'Reward', block: 2, log_index: 1, account: BOB, amount: toWide(2n ** 90n) }),
          eventRow({ kind: 'Reward', block: 2, log_index: 2, account: BOB, amount: toWide(2n ** 90n) }),
          eventRow({ kind: 'Seize', block: 3, log_index: 0, account: ALICE, amount: toWide(7n) }),
        ])
        .execute()
      await writer
        .insertInto('contribution')
        .values(contributionRow({ task: hash(2), worker: ALICE }))
        .execute()
    })

    const account = await findAccount(read, { chainId: 134, address: ALICE })

    expect(accountItem.parse(account)).toEqual(account)
    expect(account).toEqual({
      address: getAddress(ALICE),
      chainId: 134,
      stake: Number.MAX_SAFE_INTEGER,
      locked: 3,
      earned: 2 ** 40 + 5,
      score: 4,
      apps: 2,
      datasets: 0,
      workerpools: 1,
      deals: 1,
      contributions: 1,
    })
    expect(await findAccount(read, { chainId: 134, address: BOB })).toMatchObject({ earned: Number.MAX_SAFE_INTEGER })
  })

  test('of which the hub has never heard are empty', async () => {
    const { read } = await openTestDatabase(engine)

    const account = await findAccount(read, { chainId: 134, address: BOB })

    expect(account).toMatchObject({
      address: getAddress(BOB),
      stake: 0,
      locked: 0,
      earned: 0,
      score: 0,
      apps: 0,
      deals: 0,
    })
  })

  test('have a history of both sides of events, the newest first, each event once', async () => {
    const { read, write } = await openTestDatabase(engine)
    const rows = [
      eventRow({ kind: 'Transfer', block: 1, log_index: 0, account: BOB, counterparty: ALICE, amount: toWide(5n) }),
      eventRow({ kind: 'Transfer', block: 2, log_index: 0, account: ALICE, counterparty: ALICE }),
      eventRow({ kind: 'Lock', block: 2, log_index: 1, account: ALICE, detail: '{"why":"deal"}' }),
      eventRow({ kind: 'Lock', block: 3, log_index: 0, account: BOB }),
      eventRow({ kind: 'AppTransfer', block: 4, log_index: 0, counterparty: ALICE, asset: address(9) }),
    ]
    await write(async (writer) => writer.insertInto('event').values(rows).execute())

    const all = await accountHistory(read, { chainId: 134, address: ALICE, page: { skip: 0, limit: 10 } })
    const second = await accountHistory(read, { chainId: 134, address: ALICE, page: { skip: 2, limit: 1 } })

    expect(all.events.map(({ id }) => id)).toEqual(['4-0', '2-1', '2-0', '1-0'])
    expect(all).toMatchObject({ count: 4 })
    expect(all.events.map((event) => historyItem.parse(event))).toEqual(all.events)
    expect(all.events[1]).toMatchObject({ kind: 'Lock', detail: { why: 'deal' }, amount: null })
    expect(all.events[3]).toMatchObject({ account: getAddress(BOB), amount: 5 })
    expect(second).toMatchObject({ count: 4, nextPage: 3, events: [{ id: '2-0' }] })
  })
})
