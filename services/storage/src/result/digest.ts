// Whether an archive is what a worker votes for.
import {
  NO_CHALLENGE,
  enclaveMessageHash,
  findDigests,
  isSameAddress,
  sealVote,
  type ResultFile,
  type TaskId,
} from '@iexec/protocol'
import type { UploadTicket } from '@iexec/wire/work'
import type { Address, Hex } from 'viem'

/** Whether an account signed a hash. */
export type IsSigned = (account: Address, hash: Hex, signature: Hex) => Promise<boolean>

/** What a result is judged by. */
export type Judged = {
  readonly ticket: UploadTicket
  /** Whether the deal has a contract that is called back. */
  readonly hasCallback: boolean
  readonly isSigned: IsSigned
}

/**
 * Why the files are not the result of a ticket, in one sentence; `undefined` when they are.
 *
 * What an enclave encrypted for the beneficiary nobody else can hash: there, the enclave itself has signed the vote.
 *
 * @example
 * await whyNotResult(await readArchive(path), { ticket, hasCallback: false, isSigned })
 */
export async function whyNotResult(files: readonly ResultFile[], judged: Judged): Promise<string | undefined> {
  const { ticket, hasCallback, isSigned } = judged
  if (isEncrypted(files) && !isSameAddress(ticket.enclaveChallenge, NO_CHALLENGE)) {
    const vote = sealVote(ticket.worker, ticket.taskId as TaskId, ticket.digest)
    if (await isSigned(ticket.enclaveChallenge, enclaveMessageHash(vote), ticket.enclaveSignature)) return undefined
    return `The result is encrypted, and its digest ${ticket.digest} is not signed by the enclave ${ticket.enclaveChallenge}.`
  }
  const digests = findDigests(files, hasCallback)
  if (digests.some(({ digest }) => digest === ticket.digest.toLowerCase())) return undefined
  const found = digests[0]?.digest
  return found === undefined
    ? 'The archive has no digest: it lacks the files that its computed.json names, or the data for the callback.'
    : `The digest of the archive is ${found}, not ${ticket.digest}.`
}

/** Two files: the key for the beneficiary, and what it opens. */
function isEncrypted(files: readonly ResultFile[]): boolean {
  const names = files.map(({ name }) => name.split('/').at(-1) ?? '')
  return names.length === 2 && names.includes('aes-key.rsa') && names.some((name) => name.endsWith('.aes'))
}
