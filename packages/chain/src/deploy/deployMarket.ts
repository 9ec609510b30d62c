// Puts a whole market on a chain. What is there already is kept, so a repeated call finishes what an earlier one began.
import { NO_ADDRESS, type Category } from '@iexec/protocol'
import type { Address, Client, Hash } from 'viem'
import { estimateGas, getChainId, getCode, sendTransaction } from 'viem/actions'
import { planMarket, type MarketPart, type MarketStep, type PredictedMarket } from './addresses.ts'
import { isCodeOf } from './code.ts'
import { DeployError, isUnreachable, reasonOf } from './deployError.ts'
import { findFirstBlock } from './firstBlock.ts'
import { requireFunds } from './funds.ts'
import { initializeRegistries } from './initializeRegistries.ts'
import { awaitPending, waitUntil } from './pending.ts'
import type { DeployClient, DeployProgress } from './progress.ts'
import { DEPLOYMENT_PROXY, PROXY_SIGNER, createProxy, creationCall, hasProxy } from './proxy.ts'
import { MAX_CATEGORY_SECONDS, type MarketTerms } from './terms.ts'
import { requireToken } from './token.ts'
import { waitForReceipt } from '../waitForReceipt.ts'

/** Where a market stands, ready for JSON. */
export type MarketAddresses = PredictedMarket & {
  readonly chainId: number
  readonly owner: Address
  /** Who made this call; the market is the same whoever deploys it. */
  readonly deployer: Address
  /** No event of the market is in an earlier block: where to start to follow it. 0 when the RPC cannot tell. */
  readonly blockNumber: number
}

/** What to deploy, with whose money, and who hears of each step. */
export type DeployOptions = MarketTerms & {
  readonly client: DeployClient
  readonly onProgress?: ((progress: DeployProgress) => void) | undefined
}

/**
 * Deploys a market: the token (or takes one that exists), the three registries, and the hub in its two parts, at addresses
 * that depend on the terms alone.
 *
 * Safe to repeat: what stands is kept, and when nothing is missing nothing is spent. Before the first transaction it is
 * checked that the deployer can pay for all of them.
 *
 * @throws DeployError when something foreign stands in the way, the deployer cannot pay, or a step fails
 * @example
 * const market = await deployMarket({ client, owner: client.account.address })
 * market.hub // '0x…'
 */
export async function deployMarket(options: DeployOptions): Promise<MarketAddresses> {
  const { client, onProgress = () => undefined } = options
  const { addresses, steps } = planMarket(options)
  requireOwner(options.owner)
  requireCategories(options.categories ?? [])
  if (options.token !== undefined) await requireToken(client, options.token)

  // An interrupted call may have left transactions that no block holds yet.
  await awaitPending(client, client.account.address, onProgress)
  const missing = await keepStanding(client, steps, onProgress)
  await requireFunds(client, missing)
  if (missing.length > 0 && !(await hasProxy(client))) {
    await awaitPending(client, PROXY_SIGNER, onProgress)
  }
  if (missing.length > 0 && !(await hasProxy(client))) {
    onProgress({ step: 'createProxy' })
    await createProxy(client)
  }
  const blocks = new Map<MarketPart, bigint | undefined>()
  for (const step of missing) blocks.set(step.part, await deployPart(client, step, onProgress))
  await initializeRegistries({ client, addresses, owner: options.owner, onProgress })

  // The first of the contracts that have events. When all were created here, nobody has to search for it.
  const isAllOurs = steps.every(({ part }) => part === 'token' || blocks.get(part) !== undefined)
  const firstBlock = isAllOurs ? blocks.get('appregistry') : undefined
  return {
    chainId: await getChainId(client),
    ...addresses,
    owner: options.owner,
    deployer: client.account.address,
    blockNumber: Number(firstBlock ?? (await findFirstBlock(client, contractsOf(addresses)))),
  }
}

/** Those that have events of the market. */
function contractsOf({ hub, appregistry, datasetregistry, workerpoolregistry }: PredictedMarket): readonly Address[] {
  return [appregistry, datasetregistry, workerpoolregistry, hub]
}

/** Tells which parts stand already, and returns the others. */
async function keepStanding(
  client: Client,
  steps: readonly MarketStep[],
  onProgress: (progress: DeployProgress) => void,
): Promise<readonly MarketStep[]> {
  const standing = await Promise.all(steps.map(async (step) => isStanding(client, step)))
  for (const { part, address } of steps.filter((_, index) => standing[index])) {
    onProgress({ step: 'keep', part, address })
  }
  return steps.filter((_, index) => standing[index] !== true)
}

async function isStanding(client: Client, { part, address }: MarketStep): Promise<boolean> {
  const code = await getCode(client, { address })
  if (code === undefined) return false
  if (isCodeOf(part, code)) return true
  throw new DeployError('UnexpectedCode', `What stands at ${address}, where the ${part} belongs, is something else.`)
}

/** Creates one part, and returns the block in which it stands; `undefined` when somebody else was quicker. */
async function deployPart(
  client: DeployClient,
  step: MarketStep,
  onProgress: (progress: DeployProgress) => void,
): Promise<bigint | undefined> {
  const { part, address } = step
  const hash = await sendCreation(client, step)
  if (hash === undefined) {
    onProgress({ step: 'keep', part, address })
    return undefined
  }
  onProgress({ step: 'send', part, address, hash })
  const { gasUsed, blockNumber, status } = await waitForReceipt(client, hash)
  if (!(await isStanding(client, step))) {
    throw new DeployError('StepFailed', `The chain executed ${hash}, but it left no ${part} at ${address}.`)
  }
  onProgress({ step: 'deploy', part, address, gasUsed })
  return status === 'success' ? blockNumber : undefined
}

async function sendCreation(client: DeployClient, step: MarketStep): Promise<Hash | undefined> {
  const request = { to: DEPLOYMENT_PROXY, data: creationCall(step.initCode) }
  try {
    const gas = await estimateGas(client, { ...request, account: client.account })
    return await sendTransaction(client, { ...request, chain: null, gas })
  } catch (cause) {
    if (isUnreachable(cause)) throw cause
    // The proxy refuses to create what is there, or will be with the next block.
    if (await willStand(client, step)) return undefined
    throw new DeployError('StepFailed', `The chain refuses to create the ${step.part}: ${reasonOf(cause)}.`, { cause })
  }
}

/** Whether somebody else created the part, or has a transaction on its way that does; that one is waited for. */
async function willStand(client: Client, step: MarketStep): Promise<boolean> {
  if (await isStanding(client, step)) return true
  const code = await getCode(client, { address: step.address, blockTag: 'pending' }).catch(() => undefined)
  return code !== undefined && waitUntil(client, async () => isStanding(client, step))
}

/** Nobody could use such a market, and a new token would refuse to be created. */
function requireOwner(owner: Address): void {
  if (owner !== NO_ADDRESS) return
  throw new DeployError('NoOwner', 'The owner is the zero address, whose key nobody has.')
}

/** The hub would refuse it too, but only after the other parts were paid for. */
function requireCategories(categories: readonly Category[]): void {
  const endless = categories.find(({ workClockTimeRef }) => workClockTimeRef > MAX_CATEGORY_SECONDS)
  if (endless === undefined) return
  throw new DeployError(
    'CategoryTimeOutOfRange',
    `The category "${endless.name}" has ${endless.workClockTimeRef} seconds, and at most ${MAX_CATEGORY_SECONDS} are possible.`,
  )
}
