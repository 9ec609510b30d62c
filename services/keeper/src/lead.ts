// What the one process does that claims: it lets settle what an earlier one sent, follows the chain, and claims.
import { createSender, type FollowState, type SenderEvent } from '@iexec/chain'
import { pause, sayWhy } from '@iexec/service'
import type { Logger } from 'pino'
import type { Address, LocalAccount } from 'viem'
import { getBalance } from 'viem/actions'
import { countPending, signingClient, type KeeperChain } from './chain.ts'
import type { Config } from './config.ts'
import type { KeeperDatabase } from './db/schema.ts'
import { followDeals, type Head } from './deal/followDeals.ts'
import { openClaimer } from './task/claimer.ts'

/** What changes while a keeper works; whoever shows its status reads it. */
export type Work = {
  state: FollowState
  head: Head | undefined
  /** Why the account cannot send, in one sentence. */
  trouble: string | undefined
  /** Whether the account has no coins at all, by the youngest block. */
  isPoor: boolean
  /** How many tasks are in transactions now. */
  inFlight: () => number
}

/** What it takes to claim. */
export type LeadOptions = {
  readonly config: Config
  readonly chain: KeeperChain
  readonly firstBlock: number
  readonly account: LocalAccount
  readonly database: KeeperDatabase
  readonly log: Logger
  readonly work: Work
}

/** So long the transactions of an earlier process may take; then they are probably lost. */
const PATIENCE_MS = 30_000

/** Claims until the signal. */
export async function leadKeeper(options: LeadOptions, signal: AbortSignal): Promise<void> {
  const { config, chain, firstBlock, account, database, log, work } = options
  await whenSettled(options, signal)
  const sender = createSender({
    client: signingClient(chain.client, account),
    maxFeePerGas: config.maxFeePerGas,
    maxInFlight: config.mostInFlight,
    pollingMs: Math.max(config.pollingMs, 100),
    onEvent: tellLog(log, work),
    signal,
  })
  const half = chain.blockGas / 2n
  const claimer = openClaimer({
    ...config,
    database,
    sender,
    gasLimit: config.gasLimit < half ? config.gasLimit : half,
    log,
    onTrouble: (sentence) => {
      if (sentence !== undefined && sentence !== work.trouble) log.error(sentence)
      work.trouble = sentence
    },
  })
  work.inFlight = claimer.inFlight
  const lookAtCoins = watchCoins(options)
  try {
    await followDeals({
      ...chain,
      firstBlock,
      database,
      pollingMs: config.pollingMs,
      signal,
      onState: tellState(log, work),
      onHead: (head) => {
        work.head = head
        claimer.onHead(head)
        if (head.isLatest) lookAtCoins()
      },
      onRollback: (last) => {
        log.warn({ last }, 'Blocks are no longer on the chain: everything after this one is read again.')
        claimer.onRollback(last)
      },
    })
  } finally {
    await sender.close()
    await claimer.close()
    work.inFlight = () => 0
  }
}

/** What a process sent before it was killed may still be mined: sent again, it would cost gas for nothing. */
async function whenSettled({ chain, account, config, log }: LeadOptions, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  let told = false
  while (!signal.aborted && Date.now() < deadline) {
    const pending = await countPending(chain.client, account.address).catch(() => 1)
    if (pending === 0) return
    if (!told) log.info({ pending }, 'Transactions of this account are on their way; they are waited for.')
    told = true
    await pause(config.pollingMs, signal)
  }
}

/** That nothing can be claimed, and what to do. */
export function sayPoor(account: Address): string {
  return `${account} has no coins, so it can claim nothing: send it some for gas.`
}

/** Looks whether there are coins before there is something to claim: who may have to bring some hears of it in time. */
function watchCoins({ chain, account, log, work }: LeadOptions): () => void {
  let isLooking = false
  const look = async (): Promise<void> => {
    const isPoor = (await getBalance(chain.client, { address: account.address })) === 0n
    if (isPoor && !work.isPoor) log.error(sayPoor(account.address))
    work.isPoor = isPoor
  }
  return () => {
    if (isLooking) return
    isLooking = true
    // Nodes that do not answer are told of by whoever follows the chain.
    void look()
      .catch(() => undefined)
      .finally(() => {
        isLooking = false
      })
  }
}

function tellState(log: Logger, work: Work): (state: FollowState) => void {
  return (state) => {
    const { reason } = work.state
    work.state = state
    if (state.state === 'waiting' && state.reason !== reason) log.warn(`The keeper waits: ${state.reason}`)
    else if (state.state !== 'waiting' && reason !== undefined) log.info('The keeper goes on.')
  }
}

function tellLog(log: Logger, work: Work): (event: SenderEvent) => void {
  return (event) => {
    if (event.type === 'rejected') {
      if (work.trouble === undefined) log.error({ words: sayWhy(event.words) }, 'The node does not take a transaction.')
      work.trouble = 'The node does not take a transaction; the log says why.'
    } else if (event.type === 'capReached') {
      work.trouble = 'Gas costs more than --max-fee allows.'
      log.warn(work.trouble)
    }
  }
}
