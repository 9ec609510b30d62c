// What everybody at the hub should have: computed by the rules of the protocol from the chain's events, beside what the chain says.
import {
  accountOf,
  applyEntries,
  asDealId,
  asTaskId,
  dealPrices,
  decodeContribution,
  decodeDeal,
  decodeTask,
  emptyLedger,
  failureSplit,
  NO_ADDRESS,
  oneTransactionSplit,
  successSplit,
  taskPrice,
  workerpoolStake,
  KITTY_ADDRESS,
  type Account,
  type Contribution,
  type Deal,
  type LedgerEntry,
  type Settlement,
  type TaskRecord,
} from '@iexec/protocol'
import { hubAbi, rlcAbi } from '@iexec/protocol/abi'
import type { TestMarket } from '@iexec/chain/test/market'
import type { Address, Hex } from 'viem'

/** The accounts of a hub, and what became of its tasks. */
export type Audit = {
  /** By the rules, of everybody who ever had anything. */
  readonly expected: Readonly<Record<string, Account>>
  /** By the chain, of the same. */
  readonly actual: Readonly<Record<string, Account>>
  /** All that was deposited, what all accounts hold, and what the hub has of the token. In nRLC. */
  readonly sums: { readonly deposited: bigint; readonly held: bigint; readonly inToken: bigint }
  /** What is locked, but for the kitty. */
  readonly locked: bigint
  /** How tasks ended; each is here as often as it ended. */
  readonly finished: readonly Hex[]
  readonly claimed: readonly Hex[]
  /** Tasks that were bought. */
  readonly bought: number
}

type Found = {
  readonly deals: ReadonlyMap<Hex, Deal>
  readonly tasks: ReadonlyMap<Hex, TaskRecord>
  readonly votes: ReadonlyMap<Hex, readonly Contribution[]>
}

/**
 * Computes the accounts of a hub from its events, and reads them.
 *
 * @example
 * const audit = await auditHub(network.market)
 * expect(audit.actual).toEqual(audit.expected)
 */
export async function auditHub(market: TestMarket): Promise<Audit> {
  const { owner, addresses } = market
  const logs = await readHubLogs(market)
  const found = await lookUp(market, logs)
  let ledger = emptyLedger(addresses.hub)
  let deposited = 0n
  const [finished, claimed]: [Hex[], Hex[]] = [[], []]
  for (const log of logs) {
    const entries = movesOf(log, found, accountOf(ledger, KITTY_ADDRESS).locked)
    const step = applyEntries(ledger, entries.filter(isMove))
    if (!step.ok) throw new Error(`The rules refuse what the chain did: ${step.refusal.reason} at ${log.eventName}.`)
    ;({ ledger } = step)
    for (const entry of entries) if (entry.do === 'mint') deposited += entry.amount
    if (log.eventName === 'TaskFinalize') finished.push(log.args.taskid)
    if (log.eventName === 'TaskClaimed') claimed.push(log.args.taskid)
  }
  const addressesOf = [...ledger.accounts.keys()] as Address[]
  const actual = await Promise.all(
    addressesOf.map(async (account) => {
      const view = { address: addresses.hub, abi: hubAbi, functionName: 'viewAccount', args: [account] } as const
      const { stake, locked } = await owner.readContract(view)
      return [account, { stake, locked }] as const
    }),
  )
  const balance = { address: addresses.token, abi: rlcAbi, functionName: 'balanceOf', args: [addresses.hub] } as const
  const inToken = await owner.readContract(balance)
  return {
    expected: Object.fromEntries(ledger.accounts),
    actual: Object.fromEntries(actual),
    sums: { deposited, held: sumOf(actual, ({ stake }) => stake), inToken },
    locked: sumOf(actual, ({ locked }) => locked) - accountOf(ledger, KITTY_ADDRESS).locked,
    finished,
    claimed,
    bought: [...found.deals.values()].reduce((sum, { botSize }) => sum + Number(botSize), 0),
  }
}

function sumOf(accounts: readonly (readonly [string, Account])[], part: (account: Account) => bigint): bigint {
  return accounts.reduce((sum, [, account]) => sum + part(account), 0n)
}

type HubLog = Awaited<ReturnType<typeof readHubLogs>>[number]

async function readHubLogs({ owner, addresses }: TestMarket) {
  return owner.getContractEvents({ address: addresses.hub, abi: hubAbi, fromBlock: 0n, strict: true })
}

function isMove(entry: Settlement[number]): entry is LedgerEntry {
  return entry.do !== 'judge'
}

/** What an event means for the accounts. Movements that the hub tells itself are left out: they are what is tested. */
function movesOf(log: HubLog, found: Found, kittyLocked: bigint): Settlement {
  switch (log.eventName) {
    case 'Transfer':
      return log.args.from === NO_ADDRESS ? [{ do: 'mint', account: log.args.to, amount: log.args.value }] : []
    case 'OrdersMatched':
      return locksOf(dealOf(found, log.args.dealid))
    case 'TaskContribute': {
      const { deal, votes } = taskOf(found, log.args.taskid)
      // Whoever votes and finalizes in one transaction has no weight, and locks nothing.
      if (isAlone(votes)) return []
      return [{ do: 'lock', account: log.args.worker, amount: deal.workerStake }]
    }
    case 'TaskFinalize': {
      const { deal, votes, id } = taskOf(found, log.args.taskid)
      const [first] = votes
      return first !== undefined && isAlone(votes)
        ? oneTransactionSplit({ id, deal }, first.worker, kittyLocked)
        : successSplit({ id, deal }, votes, kittyLocked)
    }
    case 'TaskClaimed': {
      const { deal, votes, id } = taskOf(found, log.args.taskid)
      return failureSplit(
        { id, deal },
        votes.map(({ worker }) => worker),
      )
    }
    default:
      return []
  }
}

function isAlone(votes: readonly Contribution[]): boolean {
  return votes.length === 1 && votes[0]?.weight === 0n
}

function locksOf(deal: Deal): Settlement {
  const { sponsor, workerpool, botSize } = deal
  return [
    { do: 'lock', account: sponsor, amount: taskPrice(dealPrices(deal)) * botSize },
    { do: 'lock', account: workerpool.owner, amount: workerpoolStake(workerpool.price) * botSize },
  ]
}

function dealOf({ deals }: Found, id: Hex): Deal {
  const deal = deals.get(id)
  if (deal === undefined) throw new Error(`The hub does not know its deal ${id}.`)
  return deal
}

function taskOf(found: Found, id: Hex) {
  const record = found.tasks.get(id)
  if (record === undefined || record.status === 'unset') throw new Error(`The hub does not know its task ${id}.`)
  return { id: record.id, deal: dealOf(found, record.deal), votes: found.votes.get(id) ?? [] }
}

/** Reads each deal, task and vote that the events name. */
async function lookUp({ owner, addresses }: TestMarket, logs: readonly HubLog[]): Promise<Found> {
  const hub = { address: addresses.hub, abi: hubAbi } as const
  const dealIds = logs.flatMap((log) => (log.eventName === 'OrdersMatched' ? [log.args.dealid] : []))
  const taskIds = logs.flatMap((log) => (log.eventName === 'TaskInitialize' ? [log.args.taskid] : []))
  const deals = await Promise.all(
    dealIds.map(async (id) => {
      const deal = decodeDeal(await owner.readContract({ ...hub, functionName: 'viewDeal', args: [asDealId(id)] }))
      if (deal === undefined) throw new Error(`The hub does not know its deal ${id}.`)
      // Neither has to do with money.
      return [id, { ...deal, timeref: 0n, teeBroker: NO_ADDRESS }] as const
    }),
  )
  const tasks = await Promise.all(
    taskIds.map(async (id) => {
      const view = await owner.readContract({ ...hub, functionName: 'viewTask', args: [id] })
      return [id, decodeTask(asTaskId(id), view)] as const
    }),
  )
  const votes = await Promise.all(
    tasks.map(async ([id, task]) => {
      const workers = task.status === 'unset' ? [] : task.contributors
      const views = workers.map(async (worker) => {
        const view = await owner.readContract({ ...hub, functionName: 'viewContribution', args: [id, worker] })
        return decodeContribution(worker, view)
      })
      return [id, (await Promise.all(views)).filter((vote) => vote !== undefined)] as const
    }),
  )
  return { deals: new Map(deals), tasks: new Map(tasks), votes: new Map(votes) }
}
