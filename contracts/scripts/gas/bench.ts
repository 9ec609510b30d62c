// The market on which gas is measured: fixed keys, salts and times, so that the same contracts always give the same figures.
import { deployPoolOperator, planMarket, type MarketPart, type PredictedMarket } from '@iexec/chain'
import { accountOf, startAnvil, type Anvil, type AnvilClient } from '@iexec/chain/test/anvil'
import { orderDomain, type OrderDomain } from '@iexec/protocol'
import { appRegistryAbi, datasetRegistryAbi, hubAbi, rlcAbi, workerpoolRegistryAbi } from '@iexec/protocol/abi'
import {
  BaseError,
  decodeErrorResult,
  decodeFunctionData,
  encodeFunctionData,
  getContractAddress,
  isAddressEqual,
  isHex,
  keccak256,
  stringToHex,
  toHex,
} from 'viem'
import type {
  Abi,
  Address,
  ContractFunctionArgs,
  ContractFunctionName,
  EncodeFunctionDataParameters,
  Hex,
  LocalAccount,
  TransactionReceipt,
} from 'viem'
import type { GasRecord } from './record.ts'

/** 0.1 RLC, 0.05 RLC and 1 RLC for one task. */
export const PRICES = { app: 100_000_000n, dataset: 50_000_000n, workerpool: 1_000_000_000n } as const

const GENESIS = 1_800_000_000
const DEPOSIT = 1_000_000_000_000n
const ALL_TAGS: Hex = `0x${'f'.repeat(64)}`

/** The number of anvil's account that plays each part. */
const CAST = {
  owner: 0,
  appOwner: 1,
  datasetOwner: 2,
  scheduler: 3,
  requester: 4,
  sponsor: 5,
  passerby: 6,
  worker1: 7,
  worker2: 8,
  worker3: 9,
} as const

/** Somebody who sends transactions. */
export type Actor = keyof typeof CAST

/** The workers, in the order in which they contribute. */
export const WORKERS: readonly Actor[] = ['worker1', 'worker2', 'worker3']

/** A call of the hub by somebody. */
export type HubCall<Name extends HubFunction> = {
  readonly from: Actor
  readonly call: Name
  readonly args: ContractFunctionArgs<typeof hubAbi, 'nonpayable', Name>
  /** The name under which its gas is noted; the function's own when left out. */
  readonly as?: string
  /** A contract with the same function, which calls the hub; the hub itself when left out. */
  readonly to?: Address | undefined
}

/** The functions of the hub that change something. */
export type HubFunction = ContractFunctionName<typeof hubAbi, 'nonpayable'>

/** A market with one app, one dataset and one workerpool, where everybody has a deposit. */
export type Bench = {
  readonly addresses: PredictedMarket
  readonly domain: OrderDomain
  readonly app: Address
  readonly dataset: Address
  readonly workerpool: Address
  /** Carries out a call, notes its gas, and fails with the contract's own words when it is refused. */
  readonly call: <const Name extends HubFunction>(call: HubCall<Name>) => Promise<void>
  readonly createEntries: (round: number) => Promise<void>
  readonly createReceiver: () => Promise<Address>
  /** Gives the pool to a contract that the scheduler operates from now on; what that costs is not noted. */
  readonly createPoolOperator: () => Promise<Address>
  readonly account: (actor: Actor) => LocalAccount
  readonly salt: () => Hex
  readonly passTime: (seconds: number) => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * Starts a fresh chain with a market on it. What setting it up costs is not noted.
 *
 * @example
 * const bench = await startBench(record)
 * await bench.call({ from: 'passerby', call: 'claim', args: [taskid] })
 */
export async function startBench(record: GasRecord): Promise<Bench> {
  const anvil = await startAnvil({ args: ['--timestamp', String(GENESIS), '--gas-limit', '60000000'] })
  const client = (actor: Actor): AnvilClient => anvil.client(CAST[actor])
  await client('owner').setBlockTimestampInterval({ interval: 1 })
  const addresses = await deployForGood(client('owner'))
  await depositForAll(anvil, addresses)
  const entries = await createFirstEntries(anvil, addresses)

  let salts = 0n
  return {
    addresses,
    ...entries,
    domain: orderDomain(anvil.chainId, addresses.hub),
    call: async ({ from, call, args, as, to = addresses.hub }) => {
      const data = encodeFunctionData({ abi: hubAbi, functionName: call, args } as EncodeFunctionDataParameters)
      const { gasUsed } = await send(client(from), { to, data, abi: hubAbi })
      record.add(as ?? call, gasUsed)
    },
    createEntries: async (round) => {
      for (const { name, actor, ...creation } of entryCreations(addresses, round)) {
        const { gasUsed } = await send(client(actor), creation)
        record.add(name, gasUsed)
      }
    },
    createReceiver: async () => createReceiver(client('requester')),
    createPoolOperator: async () => createPoolOperator(anvil, addresses, entries.workerpool),
    account: (actor) => accountOf(CAST[actor]),
    salt: () => keccak256(toHex(salts++, { size: 32 })),
    passTime: async (seconds) => {
      const { timestamp } = await client('owner').getBlock()
      await client('owner').setNextBlockTimestamp({ timestamp: timestamp + BigInt(seconds) })
      await client('owner').mine({ blocks: 1 })
    },
    stop: anvil.stop,
  }
}

const PARTS: readonly MarketPart[] = [
  'token',
  'appregistry',
  'datasetregistry',
  'workerpoolregistry',
  'hubExtension',
  'hub',
]

/**
 * Deploys at addresses that depend on the owner alone, not on the code as elsewhere: signatures and ids follow from the hub's
 * address, and another number of zeros in them would change figures that have not changed.
 */
async function deployForGood(client: AnvilClient): Promise<PredictedMarket> {
  const from = client.account.address
  const { addresses, steps } = planMarket({ owner: from }, (part) =>
    getContractAddress({ from, nonce: BigInt(PARTS.indexOf(part)) }),
  )
  for (const { part, initCode, address } of steps) {
    const { contractAddress } = await client.sendTransactionSync({ data: initCode, gas: 15_000_000n })
    if (contractAddress === null || contractAddress === undefined || !isAddressEqual(contractAddress, address)) {
      throw new Error(`The ${part} was not created at ${address}.`)
    }
  }
  return addresses
}

async function depositForAll(anvil: Anvil, { hub, token }: PredictedMarket): Promise<void> {
  const owner = anvil.client(CAST.owner)
  const names: readonly Actor[] = ['scheduler', 'requester', 'sponsor', ...WORKERS]
  const targets = names.map((name) => accountOf(CAST[name]).address)
  const amounts = targets.map(() => DEPOSIT)
  const approve = { abi: rlcAbi, functionName: 'approve', args: [hub, DEPOSIT * BigInt(targets.length)] } as const
  const deposit = { abi: hubAbi, functionName: 'depositForArray', args: [amounts, targets] } as const
  await send(owner, { to: token, data: encodeFunctionData(approve), abi: rlcAbi })
  await send(owner, { to: hub, data: encodeFunctionData(deposit), abi: hubAbi })
}

type Creation = Sending & { readonly name: string; readonly actor: Actor }

/** What people really register: an image in a public registry, an encrypted file on IPFS, a line about a pool. */
function entryCreations(
  { appregistry, datasetregistry, workerpoolregistry }: PredictedMarket,
  round: number,
): readonly Creation[] {
  const checksum = keccak256(toHex(round, { size: 32 }))
  const image = stringToHex(`docker.io/iexechub/vanity-address:1.${round}.0`)
  const file = stringToHex('/ipfs/QmfZ88JXmx2FJsAxT4ZsJBVhBUXdPoRbDZhbkSS1WsMbUA')
  const app = [accountOf(CAST.appOwner).address, 'vanity-address', 'DOCKER', image, checksum, '0x'] as const
  const dataset = [accountOf(CAST.datasetOwner).address, 'Genome variants', file, checksum] as const
  const pool = [accountOf(CAST.scheduler).address, `Pool ${round} of three workers`] as const
  return [
    {
      name: 'createApp',
      actor: 'appOwner',
      to: appregistry,
      abi: appRegistryAbi,
      data: encodeFunctionData({ abi: appRegistryAbi, functionName: 'createApp', args: app }),
    },
    {
      name: 'createDataset',
      actor: 'datasetOwner',
      to: datasetregistry,
      abi: datasetRegistryAbi,
      data: encodeFunctionData({ abi: datasetRegistryAbi, functionName: 'createDataset', args: dataset }),
    },
    {
      name: 'createWorkerpool',
      actor: 'scheduler',
      to: workerpoolregistry,
      abi: workerpoolRegistryAbi,
      data: encodeFunctionData({ abi: workerpoolRegistryAbi, functionName: 'createWorkerpool', args: pool }),
    },
  ]
}

async function createFirstEntries(
  anvil: Anvil,
  addresses: PredictedMarket,
): Promise<Pick<Bench, 'app' | 'dataset' | 'workerpool'>> {
  const created: Address[] = []
  for (const { actor, ...creation } of entryCreations(addresses, 0)) {
    const { logs } = await send(anvil.client(CAST[actor]), creation)
    // The last topic of the registry's Transfer is the token: the address of the entry.
    created.push(`0x${logs[0]?.topics[3]?.slice(-40) ?? ''}`)
  }
  const [app = '0x', dataset = '0x', workerpool = '0x'] = created
  return { app, dataset, workerpool }
}

/** A receiver of results that writes one slot: `sstore(0, calldatasize())`. */
async function createReceiver(client: AnvilClient): Promise<Address> {
  const { contractAddress } = await client.sendTransactionSync({ data: '0x63365f55005f526004601cf3', gas: 1_000_000n })
  return contractAddress ?? '0x'
}

/** The owner of the hub is the cold owner, too; the limits let everything through. */
async function createPoolOperator(
  anvil: Anvil,
  { hub, token }: PredictedMarket,
  workerpool: Address,
): Promise<Address> {
  const [owner, scheduler] = [anvil.client(CAST.owner), anvil.client(CAST.scheduler)]
  const most = 2n ** 64n - 1n
  const limits = { maxLocked: most, maxVolume: most, maxTrust: most, tags: ALL_TAGS, minPrices: [0n, 0n, 0n] } as const
  const { address: operator } = await deployPoolOperator({
    client: scheduler,
    hub,
    workerpool,
    owner: owner.account.address,
    operators: [scheduler.account.address],
    limits,
  })
  const approve = { abi: rlcAbi, functionName: 'approve', args: [hub, DEPOSIT] } as const
  const deposit = { abi: hubAbi, functionName: 'depositFor', args: [DEPOSIT, operator] } as const
  await send(owner, { to: token, data: encodeFunctionData(approve), abi: rlcAbi })
  await send(owner, { to: hub, data: encodeFunctionData(deposit), abi: hubAbi })
  return operator
}

type Sending = { readonly to: Address; readonly data: Hex; readonly abi: Abi }

async function send(client: AnvilClient, { to, data, abi }: Sending): Promise<TransactionReceipt> {
  // A fixed limit, because an estimate would be one more question for each of hundreds of calls.
  const receipt = await client.sendTransactionSync({ to, data, gas: 15_000_000n })
  if (receipt.status === 'success') return receipt
  throw new Error(await explain(client, { to, data, abi }))
}

/** Asks again, because a receipt holds no reason. */
async function explain(client: AnvilClient, { to, data, abi }: Sending): Promise<string> {
  const { functionName } = decodeFunctionData({ abi, data })
  try {
    await client.call({ to, data, account: client.account })
    return `${functionName} was refused, but not when asked again.`
  } catch (error) {
    const raw = error instanceof BaseError ? error.walk(hasData) : null
    if (!hasData(raw)) return `${functionName} was refused: ${String(error)}`
    const { errorName, args } = decodeErrorResult({ abi, data: raw.data })
    return `${functionName} was refused: ${errorName}(${String(args)})`
  }
}

function hasData(error: unknown): error is { readonly data: Hex } {
  return error instanceof Error && 'data' in error && isHex(error.data)
}
