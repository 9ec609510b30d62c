// Gets the result of a task out of the storage that the chain names.
import type { ResultLink, UnreadableLink } from '@iexec/protocol'
import type { Hex } from 'viem'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { askStorage } from '../storage/askStorage.ts'
import { readBlob } from '../storage/readBlob.ts'
import { showTask, type ShownTask } from '../task/showTask.ts'

/** How a result is fetched. */
export type ResultOptions = {
  /** Bytes; 1 GB when left out. */
  readonly maxBytes?: number
  readonly signal?: AbortSignal | undefined
}

/** A result as the storage gives it: a zip archive. Nothing of it is verified yet. */
export type OpenedResult = {
  readonly task: ShownTask
  readonly location: string
  /** Bytes, when the storage tells. */
  readonly size: number | undefined
  readonly body: ReadableStream<Uint8Array>
}

const MAX_BYTES = 1_000_000_000

/**
 * The result of a task, as a stream.
 *
 * @throws IexecError `ResultMissing` when there is none, not yet, or not in a storage that can be read from here; `NotFound`,
 * `NotConfigured`, `ServiceUnreachable`, `Aborted`
 */
export async function openResult(context: Context, taskid: Hex, { signal }: ResultOptions = {}): Promise<OpenedResult> {
  const task = await showTask(context, taskid)
  const location = requireLocation(task)
  const response = await askForResult(context, { location, taskid, signal })
  const length = Number(response.headers.get('content-length') ?? Number.NaN)
  return {
    task,
    location,
    size: Number.isSafeInteger(length) ? length : undefined,
    body: response.body ?? new Blob().stream(),
  }
}

/**
 * The result of a task: a zip archive.
 *
 * @throws IexecError as `openResult` does; `BadAnswer` when it is larger than allowed
 * @example
 * const zip = await downloadResult(context, taskid)
 * await verifyResult(context, taskid, zip)
 */
export async function downloadResult(context: Context, taskid: Hex, options: ResultOptions = {}): Promise<Blob> {
  const { maxBytes = MAX_BYTES, signal } = options
  const { body, location } = await openResult(context, taskid, options)
  return readBlob(new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>), { maxBytes, what: location, signal })
}

type Asking = { readonly location: string; readonly taskid: Hex; readonly signal: AbortSignal | undefined }

async function askForResult(context: Context, { location, taskid, signal }: Asking): Promise<Response> {
  try {
    return await askStorage(context, 'storage', { path: location, accept: 'application/zip', signal })
  } catch (error) {
    if (!(error instanceof IexecError) || error.code !== 'ServiceRefused') throw error
    throw new IexecError('ResultMissing', `The storage does not have the result of ${taskid}: ${error.message}`, {
      hints: ['It may be kept by another storage: set storageUrl.'],
      details: { ...error.details, taskid, location },
      cause: error,
    })
  }
}

function requireLocation({ id, end, reason, results, deal }: ShownTask): string {
  if (end !== 'completed')
    throw missing(id, `The task ${id} has no result${end === undefined ? ' yet' : ''}. ${reason}`)
  if (results.storage === 'ipfs') return results.location
  throw missing(id, `The result of ${id} cannot be downloaded from here: ${whereItIs(results, deal.callback)}.`)
}

function whereItIs(results: Exclude<ResultLink | UnreadableLink, { storage: 'ipfs' }>, callback: string): string {
  switch (results.storage) {
    case 'dropbox':
      return `it is in the Dropbox of the beneficiary, at ${results.location}`
    case 'ethereum':
      return `it went to the contract ${callback}`
    case 'unreadable':
      return `the workerpool wrote where it is in a way that nobody can read: ${results.reason}`
    case 'none':
      return 'the workerpool did not say where it is'
    default:
      return results satisfies never
  }
}

function missing(taskid: Hex, sentence: string): IexecError {
  return new IexecError('ResultMissing', sentence, { details: { taskid } })
}
