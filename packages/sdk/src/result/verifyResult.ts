// Compares a result that was downloaded with what the workers agreed on.
import { NO_ADDRESS, isSameAddress, parseParams, requiresTee, resultHash } from '@iexec/protocol'
import type { Hex } from 'viem'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { showTask, type ShownTask } from '../task/showTask.ts'
import { readZip } from './readZip.ts'
import { findDigests, type FoundDigest } from './resultDigest.ts'

/**
 * Verifies that an archive is the result on which the workers of a task agreed.
 *
 * What is returned says how much that proves: `covers` names the files that were voted on.
 *
 * @throws IexecError `ResultMismatch` with both digests; `ResultMissing` when the workers have not agreed; `BadAnswer` when it is no
 * archive; `ResultEncrypted` for one that is encrypted, as its deal asked: decrypt it, then verify what comes out
 * @example
 * const { covers } = await verifyResult(context, taskid, zip)
 */
export async function verifyResult(context: Context, taskid: Hex, zip: Blob | Uint8Array): Promise<FoundDigest> {
  const task = await showTask(context, taskid)
  const agreed = requireAgreement(task)
  const bytes = zip instanceof Blob ? new Uint8Array(await zip.arrayBuffer()) : zip
  const files = readZip(bytes)
  if (asksForEncryption(task) && files.some(({ name }) => isKeyFile(name))) throw encrypted(task)
  const digests = findDigests(files, !isSameAddress(task.deal.callback, NO_ADDRESS))
  const found = digests.find(({ digest }) => resultHash(task.id, digest) === agreed.hash)
  if (found !== undefined) return found
  throw mismatch(task, digests[0], agreed)
}

/** Whether a file of an archive is the key of an encrypted result. */
export function isKeyFile(name: string): boolean {
  return name.split('/').at(-1) === 'aes-key.rsa'
}

/** Anybody can put a key beside other files: only the deal says whether there has to be one. */
function asksForEncryption({ deal: { tag, params } }: ShownTask): boolean {
  const read = parseParams(params)
  return requiresTee(tag) && read.ok && read.params.iexec_result_encryption === true
}

type Agreement = { readonly hash: Hex; readonly digest: Hex | undefined }

function requireAgreement({ id, record, reason }: ShownTask): Agreement {
  const consensus = 'consensus' in record ? record.consensus : undefined
  if (consensus !== undefined) return { hash: consensus.value.toLowerCase() as Hex, digest: consensus.resultDigest }
  throw new IexecError('ResultMissing', `The workers of ${id} have not agreed on a result. ${reason}`, {
    details: { taskid: id },
  })
}

function mismatch({ id }: ShownTask, found: FoundDigest | undefined, { hash, digest }: Agreement): IexecError {
  const [said, agreed] = [found?.digest ?? 'none', digest ?? `hidden behind ${hash}`]
  const sentence = `What was downloaded is not what the workers of ${id} agreed on: its digest is ${said}, theirs is ${agreed}.`
  return new IexecError('ResultMismatch', sentence, {
    hints: ['Do not use it. Download it from another storage; its content identifier is on chain.'],
    details: { taskid: id, actual: found?.digest, rule: found?.rule, agreed: digest, consensus: hash },
  })
}

function encrypted({ id }: ShownTask): IexecError {
  const sentence = `The result of ${id} is encrypted: it cannot be checked before it is decrypted.`
  return new IexecError('ResultEncrypted', sentence, {
    hints: ['Decrypt it first, then verify what comes out.'],
    details: { taskid: id },
  })
}
