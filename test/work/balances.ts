// Who has how much while the house is at work, and who should have, by the rules of the protocol alone.
import { accountOf } from '@iexec/chain/test/anvil'
import { APP_OWNER, FIRST_WORKER, POOL_OWNER, REQUESTER, type Network } from '@iexec/network/test/startNetwork'
import { distributeRewards, isSameAddress } from '@iexec/protocol'
import type { ShownTask } from '@iexec/sdk'

/** Who has a part in it. */
export type Person = 'appOwner' | 'poolOwner' | 'requester' | 'worker1' | 'worker2' | 'worker3'

/** nRLC of everybody. */
export type Balances = Readonly<Record<Person, bigint>>

const PEOPLE: Readonly<Record<Person, number>> = {
  appOwner: APP_OWNER,
  poolOwner: POOL_OWNER,
  requester: REQUESTER,
  worker1: FIRST_WORKER,
  worker2: FIRST_WORKER + 1,
  worker3: FIRST_WORKER + 2,
}

/** What everybody has at the hub, locked or not. */
export async function readBalances(network: Network): Promise<Balances> {
  const reader = await network.user(REQUESTER)
  const entries = Object.entries(PEOPLE).map(async ([name, account]) => {
    const { stake, locked } = await reader.account.show(accountOf(account).address)
    return [name, stake + locked]
  })
  return Object.fromEntries(await Promise.all(entries)) as Balances
}

/** By how much each of them has more. */
export function changeOf(before: Balances, after: Balances): Balances {
  const entries = Object.entries(after).map(([name, amount]) => [name, amount - before[name as Person]])
  return Object.fromEntries(entries) as Balances
}

/** What everybody should have more after a task with several votes, by the votes that the chain has and the deal's prices. */
export function shareOut({ contributions, deal }: ShownTask): Balances {
  const { app, workerpool, workerStake, schedulerRewardRatio } = deal
  const { workers, poolOwner } = distributeRewards(
    { workerpoolPrice: workerpool.price, workerStake, schedulerRewardRatio },
    contributions.map(({ status, weight }) => ({ isProved: status === 'proved', weight })),
  )
  const earned = (account: number): bigint => {
    const part = workers[contributions.findIndex(({ worker }) => isSameAddress(worker, accountOf(account).address))]
    return part === undefined ? 0n : part.rewardRoundedDown - part.seized
  }
  return {
    appOwner: app.price,
    requester: -(app.price + workerpool.price),
    poolOwner,
    worker1: earned(PEOPLE.worker1),
    worker2: earned(PEOPLE.worker2),
    worker3: earned(PEOPLE.worker3),
  }
}
