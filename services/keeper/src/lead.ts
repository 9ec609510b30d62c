// What the one process does that claims: it lets settle what an earlier one sent, follows the chain, and claims.
import { createSender, type FollowState, type SenderEvent } from '@iexec/chain'
import { pause, sayWhy } from '@iexec/service'
import type { Logger } from 'pino'
import type { LocalAccount } from 'viem'
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
