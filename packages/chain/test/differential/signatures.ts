// Real signatures for what the model only knows as "signed by": EIP-712 orders, authorisations, enclaves' words.
import { authorizationHash, authorizationMessageHash, enclaveHash, enclaveMessageHash } from '@iexec/protocol'
import { hashOperation, hashOrder, operationTypedData, orderTypedData } from '@iexec/protocol'
import type { Order, OrderDomain, OrderOperation, TaskId, Vote } from '@iexec/protocol'
import { parseSignature, serializeCompactSignature, signatureToCompactSignature } from 'viem'
import type { Address, Hex, LocalAccount } from 'viem'
import { SAFE, keyOf } from './actors.ts'

/** What somebody signs: the hash that the hub verifies, and how a key signs it. */
type Signable = { readonly hash: Hex; readonly by: (key: LocalAccount) => Promise<Hex> }

// A well-formed signature that nobody in the test has made.
const NOBODYS: Hex = `0x${'01'.repeat(32)}${'02'.repeat(32)}1b`

const known = new Map<string, Hex>()

/**
 * The signature that holds for a signer and for nobody else; for `undefined` one that holds for nobody.
 *
 * A third of the keys' signatures come in the short form (EIP-2098), so that both are tried.
 */
async function signatureBy(signer: Address | undefined, { hash, by }: Signable): Promise<Hex> {
  if (signer === undefined) return NOBODYS
  // The contract vouches for whatever repeats the hash.
  if (signer.toLowerCase() === SAFE) return hash
  const key = keyOf(signer)
  if (key === undefined) throw new Error(`Nobody can sign for ${signer}.`)

  const cacheKey = `${signer} ${hash}`
  const signature = known.get(cacheKey) ?? (await by(key))
  known.set(cacheKey, signature)
  return BigInt(hash) % 3n === 0n
    ? serializeCompactSignature(signatureToCompactSignature(parseSignature(signature)))
    : signature
}

/** An order, signed. */
export async function signOrder(order: Order, signer: Address | undefined, domain: OrderDomain): Promise<Hex> {
  const by = async (key: LocalAccount): Promise<Hex> => key.signTypedData(orderTypedData(order, domain))
  return signatureBy(signer, { hash: hashOrder(order, domain), by })
}

/** An operation on an order. */
export type ManagedOrder = { readonly order: Order; readonly operation: OrderOperation }

/** An operation on an order, signed. */
export async function signOperation(
  { order, operation }: ManagedOrder,
  signer: Address | undefined,
  domain: OrderDomain,
): Promise<Hex> {
  const by = async (key: LocalAccount): Promise<Hex> => key.signTypedData(operationTypedData(order, operation, domain))
  return signatureBy(signer, { hash: hashOperation(order, operation, domain), by })
}

/** Who may contribute to which task, with which enclave. */
export type Permission = { readonly worker: Address; readonly task: TaskId; readonly enclaveChallenge: Address }

/** A permission to contribute, signed. */
export async function signAuthorization(permission: Permission, signer: Address | undefined): Promise<Hex> {
  const { worker, task, enclaveChallenge } = permission
  const raw = authorizationHash(worker, task, enclaveChallenge)
  const hash = authorizationMessageHash(worker, task, enclaveChallenge)
  return signatureBy(signer, { hash, by: async (key) => key.signMessage({ message: { raw } }) })
}

/** An enclave's word for a vote. */
export async function signEnclave(vote: Vote, signer: Address | undefined): Promise<Hex> {
  const raw = enclaveHash(vote)
  return signatureBy(signer, {
    hash: enclaveMessageHash(vote),
    by: async (key) => key.signMessage({ message: { raw } }),
  })
}
