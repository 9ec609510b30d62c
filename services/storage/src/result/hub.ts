// What the hub is asked about results: deals, votes, tasks, and who signed what.
import { STRANGER_GAS, isRevert } from '@iexec/chain'
import { recoverSigner } from '@iexec/chain/recover'
import {
  asInstant,
  decodeContribution,
  decodeDeal,
  decodeTask,
  finalDeadline,
  isSameAddress,
  type Contribution,
  type DealRecord,
  type Instant,
  type TaskId,
  type TaskRecord,
} from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { decodeFunctionResult, encodeFunctionData, type Address, type Client, type Hex } from 'viem'
import { getBlock, readContract } from 'viem/actions'
import type { IsSigned } from './digest.ts'
import { remember } from './remember.ts'

/** A deal with the end of its tasks. */
export type HubDeal = DealRecord & { readonly finalDeadline: Instant }

/** The hub of one chain. Every question fails with viem's errors while no node answers. */
export type Hub = {
  readonly address: Address
  readonly chainId: number
  /** `undefined` when the hub has none of this id. Remembered for ten seconds, as a deal changes only by a reorganisation. */
  readonly deal: (id: Hex) => Promise<HubDeal | undefined>
  /** Whether the next answer of `deal` is what was read for somebody else before. */
  readonly remembersDeal: (id: Hex) => boolean
  /** Forgets what it remembers of a deal: before somebody is refused because of it. */
  readonly forgetDeal: (id: Hex) => void
  readonly contribution: (task: TaskId, worker: Address) => Promise<Contribution | undefined>
  readonly task: (task: TaskId) => Promise<TaskRecord>
  /** Who signs for enclaves in the pools' place; the zero address: nobody. */
  readonly teeBroker: () => Promise<Address>
  /** The chain's own clock. */
  readonly now: () => Promise<Instant>
  /** Whether an account signed a hash: with its key, or by its contract's word. */
  readonly isSigned: IsSigned
}

/** Of so many deals. The tasks of one deal come in one after the other; after a reorganisation, nobody waits for long. */
const DEALS = { most: 1_000, ms: 10_000 }

/**
 * Asks a hub through a client. What is asked at the same moment travels in one request.
 *
 * @param now a clock in milliseconds that never goes back
 * @example
 * const hub = openHub({ client, chainId, address })
 * await hub.contribution(task, worker) // { status: 'contributed', … }
 */
export function openHub({
  client,
  chainId,
  address,
  now = () => performance.now(),
}: Pick<Hub, 'address' | 'chainId'> & { readonly client: Client; readonly now?: () => number }): Hub {
  const hub = { address, abi: hubAbi } as const
  const readDeal = async (id: Hex): Promise<HubDeal | undefined> => {
    const deal = decodeDeal(await readContract(client, { ...hub, functionName: 'viewDeal', args: [id] }))
    if (deal === undefined) return undefined
    const { workClockTimeRef: timeref } = await readContract(client, {
      ...hub,
      functionName: 'viewCategory',
      args: [deal.category],
    })
    return { ...deal, finalDeadline: finalDeadline({ startTime: deal.startTime, timeref }) }
  }
  const deals = remember(readDeal, { ...DEALS, now })
  return {
    address,
    chainId,
    deal: deals.get,
    remembersDeal: deals.has,
    forgetDeal: deals.forget,
    contribution: async (task, worker) =>
      decodeContribution(
        worker,
        await readContract(client, { ...hub, functionName: 'viewContribution', args: [task, worker] }),
      ),
    task: async (task) =>
      decodeTask(task, await readContract(client, { ...hub, functionName: 'viewTask', args: [task] })),
    teeBroker: async () => readContract(client, { ...hub, functionName: 'teebroker' }),
    now: async () => asInstant((await getBlock(client, { includeTransactions: false })).timestamp),
    isSigned: async (account, hash, signature) => {
      const signer = recoverSigner(hash, signature)
      if (signer !== undefined && isSameAddress(signer, account)) return true
      return askContract(client, address, [account, hash, signature])
    },
  }
}

/** The hub asks the contract of an account, if there is one; what a stranger's contract does there costs little gas. */
async function askContract(client: Client, hub: Address, args: readonly [Address, Hex, Hex]): Promise<boolean> {
  const data = encodeFunctionData({ abi: hubAbi, functionName: 'verifySignature', args })
  const question = { method: 'eth_call', params: [{ to: hub, data, gas: STRANGER_GAS }, 'latest'] }
  try {
    const answer: Hex = await client.request(question as never)
    return decodeFunctionResult({ abi: hubAbi, functionName: 'verifySignature', data: answer })
  } catch (error) {
    if (isRevert(error)) return false
    throw error
  }
}
