// What somebody wants to run, and what of it becomes part of the request.
import { encodeTag, requiresTee, serializeParams, teeOnlyKeys, type Params } from '@iexec/protocol'
import type { Address } from 'viem'
import type { Context } from '../context.ts'
import { IexecError, asIexecError } from '../error/iexecError.ts'
import { requireKnownFields } from '../error/knownFields.ts'
import type { TagInput } from '../order/createOrder.ts'
import type { OrderWish } from '../orderbook/wish.ts'
import { checkEncryptionKey } from '../result/encryptionKey.ts'
import { checkDatasetSecret } from '../secret/assetSecret.ts'
import { checkRequesterSecret } from '../secret/requesterSecret.ts'
import { requireSigner } from '../signer/signer.ts'
import { checkStorageToken } from '../storage/storageToken.ts'

/** How an app is to be run. All of it may be left out. */
export type RunWish = {
  /** Arguments of the app, in one string, split as a shell does. */
  readonly args?: string | undefined
  /** http(s) URLs of files that the app gets. */
  readonly inputFiles?: readonly string[] | undefined
  readonly dataset?: Address | undefined
  /** How long it may take; 0, the shortest, when left out. */
  readonly category?: bigint | undefined
  /** How sure the result has to be: wrong in less than one of so many cases. 0 when left out. */
  readonly trust?: bigint | undefined
  readonly tag?: TagInput | undefined
  /** The most for one task, all orders together, in nRLC. Without limit when left out. */
  readonly maxPrice?: bigint | undefined
  /** Further params; the wishes above win. */
  readonly params?: Params | undefined
  /** Names of the requester's secrets by their place in the app. Needs a TEE. */
  readonly secrets?: { readonly [position: string]: string } | undefined
  /** For whom the result is; the signer when left out. */
  readonly beneficiary?: Address | undefined
  /** A contract that is called with the result. */
  readonly callback?: Address | undefined
  /** Needs a TEE, and the beneficiary's key in the vault. */
  readonly encryptResult?: boolean | undefined
  readonly storageProvider?: 'ipfs' | 'dropbox' | undefined
  /** Only this workerpool. */
  readonly workerpool?: Address | undefined
  /** How many tasks; 1 when left out. */
  readonly volume?: bigint | undefined
}

/** Those of how it is bought may stand beside them, so that one object estimates and buys. */
const FIELDS: { readonly [Name in keyof RunWish | 'deposit' | 'skipPreflight' | 'onRequest' | 'onDeal']-?: true } = {
  args: true,
  inputFiles: true,
  dataset: true,
  category: true,
  trust: true,
  tag: true,
  maxPrice: true,
  params: true,
  secrets: true,
  beneficiary: true,
  callback: true,
  encryptResult: true,
  storageProvider: true,
  workerpool: true,
  volume: true,
  deposit: true,
  skipPreflight: true,
  onRequest: true,
  onDeal: true,
}

/**
 * The wish as orders are sought for it.
 *
 * @throws IexecError `InvalidInput` for a field that means nothing
 */
export function orderWishOf(app: Address, wish: RunWish): OrderWish {
  requireKnownFields(wish, Object.keys(FIELDS), 'the wish')
  const { dataset, workerpool, category, tag, trust, volume, maxPrice } = wish
  return { app, dataset, workerpool, category, tag, trust, volume, maxprice: maxPrice }
}

/** The wish as the request carries it. */
export function paramsOf(wish: RunWish): Params {
  const { args, inputFiles, secrets, encryptResult, storageProvider, params = {} } = wish
  const said = {
    iexec_args: args,
    iexec_input_files: inputFiles,
    iexec_secrets: secrets,
    iexec_result_encryption: encryptResult,
    iexec_result_storage_provider: storageProvider,
  }
  const known = Object.entries(said).filter(([, value]) => value !== undefined)
  return JSON.parse(serializeParams({ ...params, ...Object.fromEntries(known) })) as Params
}

/**
 * Goes on only when a run with this wish could work: what needs an enclave asks for one, and what the enclave needs is in the vault.
 *
 * @throws IexecError `InvalidInput`; `NotFound` when something is not in the vault; `NotConfigured` when it should be and there is none
 */
export async function requireRunnable(context: Context, wish: RunWish): Promise<void> {
  const params = paramsOf(wish)
  const isInEnclave = requiresTee(tagOf(wish))
  const [secretKey] = teeOnlyKeys(params)
  if (secretKey !== undefined && !isInEnclave) {
    throw new IexecError('InvalidInput', `"${secretKey}" needs an enclave, and the tag does not ask for one.`, {
      hints: ['Add tee and a framework to the tag, such as "tee,tdx"; or leave it out.'],
      details: { code: 'NeedsTee', key: secretKey },
    })
  }
  const { address } = requireSigner(context)
  if (isInEnclave && wish.dataset !== undefined) {
    requirePresent(await checkDatasetSecret(context, wish.dataset), `the key of the dataset ${wish.dataset}`)
  }
  if (params.iexec_result_encryption === true) {
    const beneficiary = wish.beneficiary ?? address
    requirePresent(await checkEncryptionKey(context, beneficiary), `the key of ${beneficiary} for encrypting results`)
  }
  if (params.iexec_result_storage_provider === 'dropbox') {
    requirePresent(await checkStorageToken(context, address), `the Dropbox token of ${address}`)
  }
  for (const name of Object.values(params.iexec_secrets ?? {})) {
    requirePresent(await checkRequesterSecret(context, address, name), `the secret "${name}" of ${address}`)
  }
}

function requirePresent(isThere: boolean, what: string): void {
  if (isThere) return
  throw new IexecError('NotFound', `The vault does not have ${what}.`, { hints: ['Push it first.'], details: { what } })
}

function tagOf({ tag = '' }: RunWish): `0x${string}` {
  try {
    return encodeTag(tag)
  } catch (error) {
    throw asIexecError(error)
  }
}
