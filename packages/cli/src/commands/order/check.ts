// What is looked at before an order is offered or taken: whether the chain would take it, and whether whoever runs it could.
import {
  NO_ADDRESS,
  formatRlc,
  isSameAddress,
  orderAsset,
  parseParams,
  requiresTee,
  taskPrice,
  teeOnlyKeys,
  workerpoolStake,
  type Order,
  type Params,
  type Signed,
} from '@iexec/protocol'
import {
  IexecError,
  checkDatasetSecret,
  checkEncryptionKey,
  checkRequesterSecret,
  checkStorageToken,
  isSignedBy,
  ownerOf,
  readStanding,
  requireOpen,
  requireOrderOwner,
  type Context,
  type Iexec,
} from '@iexec/sdk'
import type { Address } from 'viem'
import { CliError } from '../../cliError.ts'
import { orderName } from '../../files/ordersFile.ts'

/**
 * Goes on only when an order of orders.json is signed for this chain by whom it needs.
 *
 * @throws CliError `BadFile` when it is of another chain, was changed, or its asset has another owner now; IexecError `NotFound`
 */
export async function requireSignedHere({ context, orders }: Iexec, order: Signed): Promise<void> {
  const orderHash = orders.hash(order)
  const owner = await ownerOfOrder(context, order)
  const [isSigned, { presignedBy }] = await Promise.all([
    isSignedBy(context, owner, { orderHash, sign: order.sign }),
    readStanding(context, orderHash),
  ])
  if (isSigned || (presignedBy !== undefined && isSameAddress(presignedBy, owner))) return
  const { name, chainId } = context.chain
  throw new CliError(
    'BadFile',
    `The ${orderName(order.kind)} of orders.json is not signed for the chain ${name} (${chainId}) by ${owner}: it was signed for another chain or market, was changed afterwards, or is of a former owner.`,
    { hints: [`Sign it again: iexec order sign --${order.kind}`] },
  )
}

async function ownerOfOrder(context: Context, order: Order): Promise<Address> {
  return order.kind === 'request' ? order.requester : ownerOf(context, order.kind, orderAsset(order))
}

/**
 * Goes on only when the market can take an order of orders.json: it is the signer's, signed for this chain, something is left of
 * it, and his stake covers it.
 *
 * @throws IexecError `NotOwner`, `NotFound`, `Refused`; CliError `BadFile`, `Failed` with what to deposit
 */
export async function requirePublishable(iexec: Iexec, order: Signed): Promise<void> {
  await requireOrderOwner(iexec.context, order)
  await requireSignedHere(iexec, order)
  const remaining = await requireOpen(iexec.context, order)
  await requireStake(iexec, order, remaining)
}

async function requireStake({ account, context }: Iexec, order: Order, remaining: bigint): Promise<void> {
  const needed = stakePerTask(order) * remaining
  if (needed === 0n || context.signer === undefined) return
  const { address } = context.signer
  const { stake } = await account.show(address)
  if (stake >= needed) return
  throw missingStake({
    sentence: `The market takes this ${orderName(order.kind)} only when ${formatRlc(needed)} is free on the account, and ${address} has ${formatRlc(stake)}.`,
    missing: needed - stake,
    account: address,
    signer: address,
  })
}

/** What the market wants to see free for each task that is left. */
function stakePerTask(order: Order): bigint {
  if (order.kind === 'workerpool') return workerpoolStake(order.workerpoolprice)
  if (order.kind !== 'request') return 0n
  return taskPrice({ app: order.appmaxprice, dataset: order.datasetmaxprice, workerpool: order.workerpoolmaxprice })
}

type MissingStake = {
  readonly sentence: string
  /** In nRLC. */
  readonly missing: bigint
  readonly account: Address
  readonly signer: Address | undefined
}

/** The failure of too little RLC on an account, with the command that brings more: only its owner can give it. */
export function missingStake({ sentence, missing, account, signer }: MissingStake): CliError {
  const isOwn = signer !== undefined && isSameAddress(account, signer)
  const who = isOwn ? 'Deposit what is missing' : `With the wallet of ${account}`
  return new CliError('Failed', sentence, { hints: [`${who}: iexec account deposit ${formatRlc(missing)}`] })
}

/**
 * Goes on only when whoever runs an order could: what it needs of a TEE it asks for, and the secrets that it names are there.
 *
 * @param isTee whether a deal of it runs in a TEE, when the other orders tell more than its own tag
 * @throws CliError `Failed`; IexecError `NotConfigured`, `ServiceUnreachable`
 */
export async function preflight(
  { context }: Pick<Iexec, 'context'>,
  order: Order,
  isTee: boolean = requiresTee(order.tag),
): Promise<void> {
  if (order.kind === 'dataset' && isTee) return requireSecret(datasetSecret(context, order.dataset))
  if (order.kind !== 'request') return undefined
  const params = paramsOf(order)
  const [key] = teeOnlyKeys(params)
  if (key !== undefined && !isTee) {
    throw failed(
      `"${key}" in the params needs a TEE, and nothing asks for one.`,
      'Add "tee" to the tag of the request, or take an app order that needs it.',
    )
  }
  if (isTee) await requireSecrets(context, order, params)
  return undefined
}

function paramsOf({ params }: Order<'request'>): Params {
  const read = parseParams(params)
  return read.ok ? read.params : {}
}

type Secret = { readonly isThere: () => Promise<boolean>; readonly sentence: string; readonly hint: string }

async function requireSecrets(context: Context, order: Order<'request'>, params: Params): Promise<void> {
  const { requester, beneficiary } = order
  const secrets: readonly Secret[] = [
    ...(isSameAddress(order.dataset, NO_ADDRESS) ? [] : [datasetSecret(context, order.dataset)]),
    ...(params.iexec_result_encryption === true
      ? [
          {
            isThere: async () => checkEncryptionKey(context, beneficiary),
            sentence: `The result is to be encrypted, and ${beneficiary} has no key for that in the vault.`,
            hint: 'He brings one: iexec result push-encryption-key',
          },
        ]
      : []),
    ...(params.iexec_result_storage_provider === 'dropbox'
      ? [
          {
            isThere: async () => checkStorageToken(context, requester, 'dropbox'),
            sentence: `The result is to go to Dropbox, and the vault has no token of ${requester} for that.`,
            hint: 'Bring one: iexec storage init dropbox',
          },
        ]
      : []),
    ...Object.values(params.iexec_secrets ?? {}).map((name) => ({
      isThere: async () => checkRequesterSecret(context, requester, name),
      sentence: `The vault has no secret "${name}" of ${requester}.`,
      hint: `Bring it: iexec requester push-secret ${name}`,
    })),
  ]
  for (const secret of secrets) await requireSecret(secret)
}

function datasetSecret(context: Context, dataset: Address): Secret {
  return {
    isThere: async () => checkDatasetSecret(context, dataset),
    sentence: `The vault has no key of the dataset ${dataset}: nobody could read it.`,
    hint: `Its owner brings it: iexec dataset push-secret ${dataset}`,
  }
}

async function requireSecret({ isThere, sentence, hint }: Secret): Promise<void> {
  if (!(await isThere().catch(rethrow))) throw failed(sentence, hint)
}

/** Whoever has no vault is told how to go on without it. */
function rethrow(error: unknown): never {
  if (!(error instanceof IexecError)) throw error
  const { code, message, hints, details } = error
  throw new IexecError(code, message, { hints: [...hints, SKIP], details, cause: error })
}

const SKIP = '--skip-preflight-check goes on all the same.'

function failed(sentence: string, hint: string): CliError {
  return new CliError('Failed', sentence, { hints: [hint, SKIP] })
}
