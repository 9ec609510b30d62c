// order → deal → task → contribution → result, as people go through it, on the bench.
import {
  NO_ADDRESS,
  NO_CHALLENGE,
  NO_DATASET_ORDER,
  authorizationHash,
  dealId,
  enclaveHash,
  hashOrder,
  operatorAuthorization,
  operatorOrderSignature,
  taskId,
  sealVote,
  type DealId,
  type Order,
  type OrderHash,
  type Signed,
  type TaskId,
} from '@iexec/protocol'
import { encodeResultLink, ipfsLink, serializeParams } from '@iexec/protocol'
import { keccak256, toHex, type Address, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { PRICES, WORKERS, type Actor, type Bench } from './bench.ts'

/** What distinguishes the deals that are measured. */
export type Wishes = {
  readonly volume?: bigint
  /** 8 needs exactly three newcomers; 1 needs one worker. */
  readonly trust?: bigint
  readonly tag?: Hex
  readonly withDataset?: boolean
  readonly callback?: Address
  /** The contract that owns the workerpool; the scheduler signs as its operator. */
  readonly operator?: Address
}

/** Four signed orders, as the hub takes them. */
export type Orders = readonly [Signed<'app'>, Signed<'dataset'>, Signed<'workerpool'>, Signed<'request'>]

/** Scone in a TEE. */
export const TEE_TAG: Hex = `0x${'0'.repeat(63)}3`
const NO_TAG: Hex = `0x${'0'.repeat(64)}`

const ENCLAVE = privateKeyToAccount(keccak256(toHex('the key that only the enclave knows')))
const DIGEST = keccak256(toHex('the result'))

/** `{ "storage": "ipfs", "location": "/ipfs/Qm…" }` */
const RESULTS = encodeResultLink(ipfsLink('QmfZ88JXmx2FJsAxT4ZsJBVhBUXdPoRbDZhbkSS1WsMbUA'))

/** What an oracle gives its receiver: a time and a value. */
const CALLBACK_DATA: Hex = `${toHex(1_800_000_000, { size: 32 })}${toHex(4_217n, { size: 32 }).slice(2)}`

/** Signs four new orders that fit each other. */
export async function signOrders(bench: Bench, wishes: Wishes = {}): Promise<Orders> {
  const { volume = 1n, trust = 8n, tag = NO_TAG, withDataset = false, callback = NO_ADDRESS, operator } = wishes
  const { app, workerpool } = bench
  const dataset = withDataset ? bench.dataset : NO_ADDRESS
  const open = { datasetrestrict: NO_ADDRESS, workerpoolrestrict: NO_ADDRESS, requesterrestrict: NO_ADDRESS }
  const requester = bench.account('requester').address
  return [
    await sign(bench, 'appOwner', { kind: 'app', app, appprice: PRICES.app, volume, tag, ...open, salt: bench.salt() }),
    withDataset ? await signDatasetOrder(bench, volume, tag) : NO_DATASET_ORDER,
    operated(
      await sign(bench, 'scheduler', {
        kind: 'workerpool',
        workerpool,
        workerpoolprice: PRICES.workerpool,
        volume,
        tag,
        category: 2n,
        trust,
        apprestrict: NO_ADDRESS,
        datasetrestrict: NO_ADDRESS,
        requesterrestrict: NO_ADDRESS,
        salt: bench.salt(),
      }),
      operator,
    ),
    await sign(bench, 'requester', {
      kind: 'request',
      app,
      appmaxprice: PRICES.app,
      dataset,
      datasetmaxprice: withDataset ? PRICES.dataset : 0n,
      workerpool,
      workerpoolmaxprice: PRICES.workerpool,
      requester,
      volume,
      tag,
      category: 2n,
      trust,
      beneficiary: requester,
      callback,
      params: serializeParams({ iexec_args: '--size 10 input.txt' }),
      salt: bench.salt(),
    }),
  ]
}

/** The signature as the contract that owns the workerpool reads it, if there is one. */
function operated(order: Signed<'workerpool'>, operator: Address | undefined): Signed<'workerpool'> {
  return operator === undefined ? order : { ...order, sign: operatorOrderSignature(order, order.sign) }
}

async function signDatasetOrder(bench: Bench, volume: bigint, tag: Hex): Promise<Signed<'dataset'>> {
  return sign(bench, 'datasetOwner', {
    kind: 'dataset',
    dataset: bench.dataset,
    datasetprice: PRICES.dataset,
    volume,
    tag,
    apprestrict: NO_ADDRESS,
    workerpoolrestrict: NO_ADDRESS,
    requesterrestrict: NO_ADDRESS,
    salt: bench.salt(),
  })
}

async function sign<Signable extends Order>(
  bench: Bench,
  signer: Actor,
  order: Signable,
): Promise<Signable & { readonly sign: Hex }> {
  return { ...order, sign: await signHash(bench, signer, hashOrder(order, bench.domain)) }
}

async function signHash(bench: Bench, signer: Actor, hash: Hex): Promise<Hex> {
  const account = bench.account(signer)
  if (account.sign === undefined) throw new TypeError(`${signer} cannot sign hashes.`)
  return account.sign({ hash })
}

/** Matches orders of which the request was never matched before, and returns the deal's id. */
export async function match(bench: Bench, orders: Orders): Promise<DealId> {
  await bench.call({ from: 'requester', call: 'matchOrders', args: orders })
  return dealOf(bench, orders)
}

/** The id of the first deal of a request. */
export function dealOf({ domain }: Bench, [, , , request]: Orders): DealId {
  return dealId(hashOrder(request, domain) satisfies OrderHash, 0n)
}

/** Initializes one task of a deal. */
export async function initialize(bench: Bench, deal: DealId, index = 0n): Promise<TaskId> {
  await bench.call({ from: 'scheduler', call: 'initialize', args: [deal, index] })
  return taskId(deal, index)
}

/** What is different for a task: callback data, whose digest is the result's, or a contract that owns the workerpool. */
export type ByThree = { readonly hasCallback?: boolean; readonly operator?: Address | undefined }

/** Three workers contribute and reveal, and the scheduler finalizes. */
export async function verifyByThree(
  bench: Bench,
  task: TaskId,
  { hasCallback = false, operator }: ByThree = {},
): Promise<void> {
  const callback = hasCallback ? CALLBACK_DATA : '0x'
  const digest = hasCallback ? keccak256(CALLBACK_DATA) : DIGEST
  for (const worker of WORKERS) {
    const { resultHash, resultSeal } = sealVote(bench.account(worker).address, task, digest)
    const authorization = await authorize(bench, { worker, task, challenge: NO_CHALLENGE, operator })
    await bench.call({
      from: worker,
      call: 'contribute',
      args: [task, resultHash, resultSeal, NO_CHALLENGE, '0x', authorization],
    })
  }
  for (const worker of WORKERS) await bench.call({ from: worker, call: 'reveal', args: [task, digest] })
  await bench.call({ from: 'scheduler', call: 'finalize', args: [task, RESULTS, callback], to: operator })
}

/** How one worker ends a task alone. */
export type Alone = { readonly hasEnclave?: boolean; readonly hasCallback?: boolean; readonly operator?: Address }

/** The arguments of contributeAndFinalize by the first worker. */
export async function argsOfAlone(
  bench: Bench,
  task: TaskId,
  { hasEnclave = false, hasCallback = false, operator }: Alone = {},
): Promise<readonly [TaskId, Hex, Hex, Hex, Address, Hex, Hex]> {
  const digest = hasCallback ? keccak256(CALLBACK_DATA) : DIGEST
  const challenge = hasEnclave ? ENCLAVE.address : NO_CHALLENGE
  const raw = enclaveHash(sealVote(bench.account('worker1').address, task, digest))
  const enclaveSign = hasEnclave ? await ENCLAVE.signMessage({ message: { raw } }) : '0x'
  const authorization = await authorize(bench, { worker: 'worker1', task, challenge, operator })
  return [task, digest, RESULTS, hasCallback ? CALLBACK_DATA : '0x', challenge, enclaveSign, authorization]
}

/** One worker contributes and finalizes. */
export async function verifyAlone(bench: Bench, task: TaskId, how: Alone = {}): Promise<void> {
  await bench.call({
    from: 'worker1',
    call: 'contributeAndFinalize',
    args: await argsOfAlone(bench, task, how),
  })
}

type Authorization = {
  readonly worker: Actor
  readonly task: TaskId
  readonly challenge: Address
  readonly operator: Address | undefined
}

async function authorize(bench: Bench, { worker, task, challenge, operator }: Authorization): Promise<Hex> {
  const { address } = bench.account(worker)
  const raw = authorizationHash(address, task, challenge)
  const signature = await bench.account('scheduler').signMessage({ message: { raw } })
  if (operator === undefined) return signature
  return operatorAuthorization({ worker: address, task, enclaveChallenge: challenge, signature })
}
