// How a worker brings a result to a storage.
//
//   PUT /results/{taskId}   body: the archive (zip), headers: content-length, content-type application/zip,
//                           x-iexec-authorization: base64url of the JSON of `UploadTicket`
//   201 { "cid": "Qm…", "isPublic": true }
//
// The storage checks the pool's permission and the worker's signature before the body, recomputes the digest while the bytes
// come in, and serves them from the moment on at which the chain has a contribution of this worker for that digest. What comes
// before the contribution waits for it, unseen, until the task's end.
import type { Address, Hex } from 'viem'
import { hashTypedData } from 'viem/utils'
import { z } from 'zod'
import { address, hash, hex, seconds } from '../shape.ts'

/** Name of the header with the ticket. */
export const TICKET_HEADER = 'x-iexec-authorization'

/** Who brings a result, and by whose permission. */
export type UploadTicket = {
  readonly worker: Address
  readonly taskId: Hex
  readonly dealId: Hex
  readonly index: number
  readonly enclaveChallenge: Address
  /** The workerpool's permission to contribute, as in the place. */
  readonly authorization: Hex
  /** What the worker votes for, or has voted for. */
  readonly digest: Hex
  /** Of an enclave over result hash and seal, for results that only the beneficiary can read; `0x` without a TEE. */
  readonly enclaveSignature: Hex
  /** Seconds since 1970. */
  readonly validUntil: number
  /** The worker's own signature: EIP-712, `UPLOAD_TYPES`. */
  readonly signature: Hex
}

/** Reads a ticket. */
export const uploadTicket: z.ZodType<UploadTicket> = z.object({
  worker: address,
  taskId: hash,
  dealId: hash,
  index: z.int().min(0),
  enclaveChallenge: address,
  authorization: hex,
  digest: hash,
  enclaveSignature: hex,
  validUntil: seconds,
  signature: hex,
})

/** The EIP-712 type that a worker signs to bring a result. */
export const UPLOAD_TYPES: { readonly Upload: readonly { readonly name: string; readonly type: string }[] } = {
  Upload: [
    { name: 'worker', type: 'address' },
    { name: 'taskId', type: 'bytes32' },
    { name: 'digest', type: 'bytes32' },
    { name: 'validUntil', type: 'uint256' },
  ],
}

/** EIP-712 hash of an upload on a chain: what the worker signs. */
export function hashUpload(
  { worker, taskId, digest, validUntil }: Pick<UploadTicket, 'worker' | 'taskId' | 'digest' | 'validUntil'>,
  chainId: number,
): Hex {
  return hashTypedData({
    domain: { name: 'iExec Storage', version: '1', chainId },
    types: UPLOAD_TYPES,
    primaryType: 'Upload',
    message: { worker, taskId, digest, validUntil: BigInt(validUntil) },
  })
}

/** What a storage answers to an upload. */
export type Uploaded = {
  readonly cid: string
  /** False while the contribution is not on the chain. */
  readonly isPublic: boolean
}

/** Reads a storage's answer. */
export const uploaded: z.ZodType<Uploaded> = z.object({ cid: z.string().max(100), isPublic: z.boolean() })
