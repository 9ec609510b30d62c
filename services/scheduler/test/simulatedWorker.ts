// A worker that computes nothing: it speaks with a scheduler, and votes on the real chain with a key of its own. For tests alone.
import { createSender, openChain, type Sender } from '@iexec/chain'
import { NO_ADDRESS, asTaskId, decodeTask, encodeResultLink, ipfsLink, resultHash, sealVote } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import {
  GATEWAY_PATH,
  hashWorkerLogin,
  poolMessage,
  welcome,
  type Place,
  type PlaceReport,
  type PlaceState,
  type PoolFacts,
  type PoolMessage,
  type WorkerMessage,
  type WorkerProfile,
} from '@iexec/wire/work'
import {
  createClient,
  custom,
  encodeFunctionData,
  keccak256,
  stringToHex,
  type Address,
  type Hex,
  type LocalAccount,
} from 'viem'
import { readContract } from 'viem/actions'
import { WebSocket } from 'ws'

/** Any content identifier: nothing is stored anywhere. */
const SIMULATED_CID = 'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ'

/** What a simulated worker does differently. */
export type SimulatedBehaviour = {
  /** What it votes for; `undefined`: it falls silent after accepting. */
  readonly resultOf?: (place: Place) => string | undefined
  /** How long it pretends to compute, in milliseconds. */
  readonly computeMs?: number
  /** It computes at least until this is resolved. */
  readonly computesUntil?: Promise<void>
  readonly doesReveal?: boolean
  readonly doesDeliver?: boolean
  /** When it is asked for its result, it delivers it after this is resolved. */
  readonly deliversAfter?: Promise<void>
  /** Why it refuses a place, if it does. */
  readonly refuses?: (place: Place) => PlaceReport['cause'] | undefined
  /** Contributes only to the chain, when false: it talks, and sends nothing. */
  readonly doesVote?: boolean
  readonly profile?: Partial<WorkerProfile>
  /** What its app writes to stdout. */
  readonly says?: string
  /** Where it says that the result is. */
  readonly cid?: string
}

/** A simulated worker that runs. */
export type SimulatedWorker = {
  readonly address: Address
  /** Every place that it was offered, by task. */
  readonly places: ReadonlyMap<Hex, Place>
  /** Every offer that came, with repetitions. */
  readonly offers: readonly Place[]
  readonly withdrawn: ReadonlySet<Hex>
  readonly delivered: readonly Hex[]
  readonly states: ReadonlyMap<Hex, PlaceState>
  /** What the scheduler said at the end of connections. */
  readonly goodbyes: readonly { readonly message: string; readonly isFinal: boolean }[]
  readonly ready: Promise<PoolFacts>
  /** Breaks the connection without a word; it connects again after `pauseMs`. */
  readonly breakOff: (pauseMs: number) => void
  readonly stop: () => Promise<void>
}

/** Where a simulated worker works. */
export type SimulatedWorkerOptions = SimulatedBehaviour & {
  /** Of the scheduler. */
  readonly url: string
  readonly rpc: string
  readonly account: LocalAccount
}

const PROFILE: WorkerProfile = {
  name: 'simulated',
  version: '0.0.0',
  platform: 'linux/x64',
  engines: ['DOCKER', 'WASM'],
  cpus: 8,
  memoryBytes: 2 ** 36,
  diskBytes: 2 ** 40,
  gpu: false,
  tee: [],
  network: false,
  places: 1,
  cached: [],
}

type Line = { socket: WebSocket | undefined; n: number; isReady: boolean; pauseMs: number }

type Machine = {
  readonly options: SimulatedWorkerOptions
  readonly line: Line
  readonly places: Map<Hex, Place>
  readonly offers: Place[]
  readonly states: Map<Hex, PlaceState>
  readonly reports: Map<Hex, PlaceReport>
  readonly withdrawn: Set<Hex>
  readonly delivered: Hex[]
  readonly goodbyes: { readonly message: string; readonly isFinal: boolean }[]
  readonly onReady: (facts: PoolFacts) => void
  readonly stopped: AbortController
  readonly hand: () => Promise<Hand>
}

type Hand = {
  readonly sender: Sender
  readonly client: Awaited<ReturnType<typeof openChain>>['client']
  readonly hub: Address
}

/**
 * Starts a simulated worker. It connects again whenever its connection breaks, and says again what it said last.
 *
 * @example
 * const worker = startSimulatedWorker({ url: scheduler.url, rpc: chain.url, account: privateKeyToAccount(key) })
 * await worker.ready
 */
export function startSimulatedWorker(options: SimulatedWorkerOptions): SimulatedWorker {
  const { promise: ready, resolve: onReady } = Promise.withResolvers<PoolFacts>()
  const stopped = new AbortController()
  let hand: Promise<Hand> | undefined
  const machine: Machine = {
    options,
    line: { socket: undefined, n: 0, isReady: false, pauseMs: 50 },
    places: new Map(),
    offers: [],
    states: new Map(),
    reports: new Map(),
    withdrawn: new Set(),
    delivered: [],
    goodbyes: [],
    onReady,
    stopped,
    hand: async () => {
      hand ??= ready.then(async ({ hub }) => openHand(options, hub))
      return hand
    },
  }
  connect(machine)
  return {
    ...machine,
    address: options.account.address.toLowerCase() as Address,
    ready,
    breakOff: (pauseMs) => {
      machine.line.pauseMs = pauseMs
      machine.line.socket?.terminate()
    },
    stop: async () => {
      stopped.abort()
      machine.line.socket?.terminate()
      await (await hand)?.sender.close()
    },
  }
}

async function openHand({ rpc, account }: SimulatedWorkerOptions, hub: Address): Promise<Hand> {
  const { client } = await openChain({ rpcUrls: [rpc] })
  const signing = createClient({
    account,
    chain: client.chain,
    transport: custom({ request: client.request }, { retryCount: 0 }),
  })
  return { client, hub, sender: createSender({ client: signing, maxFeePerGas: 10n ** 12n, pollingMs: 50 }) }
}

function connect(machine: Machine): void {
  const { options, line, stopped } = machine
  if (stopped.signal.aborted) return
  const socket = new WebSocket(`${options.url.replace('http', 'ws')}${GATEWAY_PATH}`)
  Object.assign(line, { socket, n: 0, isReady: false })
  let facts: PoolFacts | undefined
  socket.on('message', (data: Buffer) => {
    const given: unknown = JSON.parse(data.toString())
    if (facts === undefined) {
      const { pool, nonce } = welcome.parse(given)
      facts = pool
      void logIn(machine, pool, nonce)
    } else hear(machine, poolMessage.parse(given), facts)
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    line.isReady = false
    const { pauseMs } = line
    line.pauseMs = 50
    setTimeout(() => {
      connect(machine)
    }, pauseMs)
  })
}

async function logIn({ options, line }: Machine, { chainId, workerpool }: PoolFacts, nonce: Hex): Promise<void> {
  const { account } = options
  const validUntil = Math.floor(Date.now() / 1_000) + 600
  const worker = account.address
  const hash = hashWorkerLogin({ worker, workerpool, nonce, validUntil }, chainId)
  const signature = await account.sign?.({ hash })
  const profile = { ...PROFILE, ...options.profile }
  line.socket?.send(JSON.stringify({ type: 'hello', worker, validUntil, signature, profile }))
}

function say(
  { line }: Machine,
  message: Extract<WorkerMessage, { type: 'ack' | 'logs' }> | { readonly type: 'report'; readonly report: PlaceReport },
): void {
  if (line.socket?.readyState !== WebSocket.OPEN || !line.isReady) return
  if (message.type === 'report') line.n += 1
  line.socket.send(JSON.stringify(message.type === 'report' ? { ...message, n: line.n } : message))
}

function hear(machine: Machine, message: PoolMessage, facts: PoolFacts): void {
  const { line } = machine
  switch (message.type) {
    case 'ready':
      line.isReady = true
      machine.onReady(facts)
      for (const report of machine.reports.values()) say(machine, { type: 'report', report })
      return
    case 'offer':
      machine.offers.push(message.place)
      say(machine, { type: 'ack', ns: [message.n] })
      void take(machine, message.place)
      return
    case 'withdraw':
      machine.withdrawn.add(message.taskId)
      say(machine, { type: 'ack', ns: [message.n] })
      if (!isVoting(machine, message.taskId)) tell(machine, message.taskId, { state: 'aborted', cause: 'WITHDRAWN' })
      return
    case 'deliver':
      machine.delivered.push(message.taskId)
      say(machine, { type: 'ack', ns: [message.n] })
      void deliver(machine, message.taskId)
      return
    case 'goodbye':
      machine.goodbyes.push({ message: message.message, isFinal: message.isFinal })
      return
    case 'ack':
  }
}

function isVoting({ states }: Machine, task: Hex): boolean {
  return ['contributing', 'contributed', 'revealing', 'revealed', 'done'].includes(states.get(task) ?? '')
}

function tell(machine: Machine, taskId: Hex, change: Partial<PlaceReport> & Pick<PlaceReport, 'state'>): void {
  const next: PlaceReport = { taskId, at: new Date().toISOString(), ...change }
  machine.states.set(taskId, change.state)
  machine.reports.set(taskId, next)
  say(machine, { type: 'report', report: next })
}

async function take(machine: Machine, place: Place): Promise<void> {
  const { taskId } = place
  const known = machine.states.get(taskId)
  if (known !== undefined && known !== 'refused' && known !== 'aborted' && known !== 'failed') {
    const last = machine.reports.get(taskId)
    if (last !== undefined) say(machine, { type: 'report', report: last })
    return
  }
  machine.withdrawn.delete(taskId)
  machine.places.set(taskId, place)
  const { refuses, computeMs = 0, computesUntil, says, resultOf = () => 'right', doesVote = true } = machine.options
  const cause = refuses?.(place)
  if (cause !== undefined) {
    tell(machine, taskId, { state: 'refused', cause })
    return
  }
  tell(machine, taskId, { state: 'accepted' })
  const result = resultOf(place)
  if (result === undefined) return
  tell(machine, taskId, { state: 'running' })
  if (says !== undefined) say(machine, { type: 'logs', taskId, stream: 'stdout', offset: 0, text: says })
  await new Promise((resolve) => setTimeout(resolve, computeMs))
  await computesUntil
  if (machine.withdrawn.has(taskId) || machine.stopped.signal.aborted) return
  tell(machine, taskId, { state: 'computed', exitCode: 0 })
  if (doesVote) await vote(machine, place, keccak256(stringToHex(result)))
}

async function vote(machine: Machine, place: Place, digest: Hex): Promise<void> {
  const hand = await machine.hand()
  if (place.path === 'finalize') await finishAlone(machine, hand, { place, digest })
  else await commitAndReveal(machine, hand, { place, digest })
}

type Ballot = { readonly place: Place; readonly digest: Hex }

async function finishAlone(machine: Machine, { sender, hub }: Hand, { place, digest }: Ballot): Promise<void> {
  const { taskId, dealId, index, authorization } = place
  tell(machine, taskId, { state: 'contributing', exitCode: 0 })
  const begin = encodeFunctionData({ abi: hubAbi, functionName: 'initialize', args: [dealId, BigInt(index)] })
  const results = encodeResultLink(ipfsLink(SIMULATED_CID))
  const finish = encodeFunctionData({
    abi: hubAbi,
    functionName: 'contributeAndFinalize',
    args: [taskId, digest, results, '0x', NO_ADDRESS, '0x', authorization],
  })
  const data = encodeFunctionData({ abi: hubAbi, functionName: 'multicall', args: [[begin, finish]] })
  const outcome = await sender.send({ to: hub, data, label: taskId })
  if (outcome.kind === 'mined') tell(machine, taskId, { state: 'done', exitCode: 0, digest, cid: SIMULATED_CID })
  else tell(machine, taskId, { state: 'aborted', cause: 'CONTRIBUTE_REVERTED' })
}

async function deliver(machine: Machine, taskId: Hex): Promise<void> {
  const { deliversAfter, cid = SIMULATED_CID } = machine.options
  await deliversAfter
  tell(machine, taskId, { state: 'revealed', cid })
}

async function commitAndReveal(machine: Machine, hand: Hand, { place, digest }: Ballot): Promise<void> {
  const { sender, hub } = hand
  const { taskId, authorization } = place
  const task = asTaskId(taskId)
  const { account, doesReveal = true, doesDeliver = true, cid = SIMULATED_CID } = machine.options
  await whenTask(machine, [hand, taskId], (status) => status === 'active')
  if (machine.withdrawn.has(taskId)) return
  tell(machine, taskId, { state: 'contributing', exitCode: 0 })
  const { resultHash: hash, resultSeal } = sealVote(account.address, task, digest)
  const data = encodeFunctionData({
    abi: hubAbi,
    functionName: 'contribute',
    args: [taskId, hash, resultSeal, NO_ADDRESS, '0x', authorization],
  })
  const outcome = await sender.send({ to: hub, data, label: `contribute ${taskId}` })
  if (outcome.kind !== 'mined') {
    const message = outcome.kind === 'refused' ? outcome.refusal.sentence : 'stopped'
    tell(machine, taskId, { state: 'aborted', cause: 'CONTRIBUTE_REVERTED', message })
    return
  }
  tell(machine, taskId, { state: 'contributed', exitCode: 0 })
  if (!doesReveal) return
  // A reorganisation may take the vote off the chain: then it is cast again.
  if (!(await isKept(machine, hand, taskId))) {
    await commitAndReveal(machine, hand, { place, digest })
    return
  }
  await whenTask(machine, [hand, taskId], (status, value) => value !== undefined || status === 'failed')
  const record = await readTask(hand, taskId)
  if (record.status !== 'revealing' || record.consensus.value !== resultHash(task, digest)) {
    tell(machine, taskId, { state: 'aborted', cause: 'CONSENSUS_OF_OTHERS' })
    return
  }
  tell(machine, taskId, { state: 'revealing', exitCode: 0 })
  const revealing = encodeFunctionData({ abi: hubAbi, functionName: 'reveal', args: [taskId, digest] })
  await sender.send({ to: hub, data: revealing, label: `reveal ${taskId}` })
  tell(machine, taskId, { state: 'revealed', exitCode: 0, digest, ...(doesDeliver ? { cid } : {}) })
  await whenTask(machine, [hand, taskId], (status) => status === 'completed' || status === 'failed')
  tell(machine, taskId, { state: 'done', exitCode: 0, digest, cid })
}

/** Waits for the consensus; false when the vote vanished before. */
async function isKept(machine: Machine, hand: Hand, task: Hex): Promise<boolean> {
  const own = machine.options.account.address.toLowerCase()
  while (!machine.stopped.signal.aborted) {
    const record = await readTask(hand, task).catch(() => undefined)
    if (record?.status === 'unset') return false
    if (record !== undefined && !record.contributors.some((one) => one.toLowerCase() === own)) return false
    if (record !== undefined && record.status !== 'active') return true
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  return true
}

async function readTask({ client, hub }: Hand, task: Hex): Promise<ReturnType<typeof decodeTask>> {
  const view = await readContract(client, { address: hub, abi: hubAbi, functionName: 'viewTask', args: [task] })
  return decodeTask(asTaskId(task), view)
}

async function whenTask(
  { stopped }: Machine,
  [hand, task]: readonly [hand: Hand, task: Hex],
  isThere: (status: string, consensus: Hex | undefined) => boolean,
): Promise<void> {
  while (!stopped.signal.aborted) {
    const record = await readTask(hand, task).catch(() => undefined)
    const value = record !== undefined && 'consensus' in record ? record.consensus?.value : undefined
    if (record !== undefined && isThere(record.status, value)) return
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}
