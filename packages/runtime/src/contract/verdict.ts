// What a worker votes for: the result of an app, or the way in which it failed, so that the task ends now and not at a deadline.
import type { Stats } from 'node:fs'
import {
  failureDigest,
  findDigests,
  isDeclared,
  unreachable,
  type DigestRule,
  type FailureCause,
  type ResultFile,
} from '@iexec/protocol'
import { sha256, type Hex } from 'viem'
import type { Ending, Limits, Log, RunFolders, TaskFault } from '../job.ts'
import { entryOf, type ArchiveEntry } from './archive.ts'
import { findEnclaveSignature } from './enclaveSignature.ts'
import { OutputFault, listOutputs, type OutputFile } from './listOutputs.ts'
import { statementWarnings } from './statements.ts'

/** Why a task has no result. Fetching failed, the app ended badly, or what it left breaks the rules. */
export type FaultCause = FailureCause

/** What is voted for, and what goes into the archive; and what the app says of its result that is passed over, a sentence each. */
export type Verdict = { readonly warnings?: readonly string[] } & Judged

type Judged =
  | {
      readonly kind: 'result'
      readonly rule: DigestRule | 'enclave'
      readonly digest: Hex
      /** Files that the digest proves. */
      readonly covers: readonly string[]
      readonly callbackData?: Hex
      /** 65 bytes r ‖ s ‖ v. */
      readonly enclaveSignature?: Hex
      readonly entries: readonly ArchiveEntry[]
    }
  | {
      readonly kind: 'fault'
      readonly cause: FaultCause
      /** One sentence for people. It is not part of the vote. */
      readonly message: string
      /** None for a deal with a callback: it would be delivered to the contract as if it were a result. */
      readonly digest?: Hex
      readonly entries: readonly ArchiveEntry[]
    }

/** What an app wrote to its streams; nothing when it never ran. */
export type Logs = { readonly stdout: Log; readonly stderr: Log }

/** What stood in the folder of 2018 before the app ran. */
export type Given = {
  /** By their names in that folder. */
  readonly files: ReadonlyMap<string, GivenFile>
  /** Files and folders. */
  readonly entries: number
  readonly bytes: number
}

/** A file that an app was given, and how to see that it did not change it. */
export type GivenFile = { readonly sha256: Hex; readonly stats: Stats }

/** What a run is judged by. */
export type RunEnd = {
  readonly ending: Exclude<Ending, { readonly kind: 'aborted' }>
  readonly logs: Logs
  readonly folders: Pick<RunFolders, 'output' | 'legacy'>
  readonly given: Given
  readonly limits: Limits
  readonly hasCallback: boolean
  readonly isTee: boolean
}

/**
 * Judges a run that took place.
 *
 * An app that says itself what decides the digest is believed even when it exits with another code than 0. Whatever else an
 * app that failed left behind is not looked at: how far it came may differ from worker to worker.
 *
 * @throws MachineFault when the disk cannot be read
 * @example
 * const verdict = await judgeRun({ ending: { kind: 'exited', exitCode: 0 }, … })
 */
export async function judgeRun(end: RunEnd): Promise<Verdict> {
  const bad = badEnding(end.ending)
  if (bad !== undefined && bad.cause !== 'APP_EXITED') return faultOf(bad, end)
  try {
    const { files, folder } = await listResult(end)
    const warnings = statementWarnings(files, folder)
    return { ...judgeFiles(files, bad, end), ...(warnings.length === 0 ? {} : { warnings }) }
  } catch (error) {
    if (!(error instanceof OutputFault)) throw error
    return faultOf(bad ?? { cause: error.kind, message: error.message }, end)
  }
}

function judgeFiles(files: readonly OutputFile[], bad: Fault | undefined, end: RunEnd): Verdict {
  if (bad !== undefined && !isDeclared(files)) return faultOf(bad, end)
  return resultOf(partsOf(files, end.logs), end) ?? faultOf(bad ?? refusedBy(end), end)
}

/**
 * Judges a task whose app, dataset or inputs could not be had.
 *
 * @example
 * judgeFault(new TaskFault('INPUT_FILES_DOWNLOAD_FAILED', '…'), false).digest // '0x…'
 */
export function judgeFault(fault: TaskFault, hasCallback: boolean): Verdict {
  return faultOf({ cause: fault.kind, message: fault.message }, { hasCallback })
}

type Fault = { readonly cause: FaultCause; readonly message: string }

/** The vote for a failure holds its cause and nothing else: no words, no times, nothing that honest workers could see otherwise. */
function faultOf({ cause, message }: Fault, { hasCallback, logs }: { hasCallback: boolean; logs?: Logs }): Verdict {
  const text = entryOf('error.txt', Buffer.from(cause))
  const computed = JSON.stringify({ 'deterministic-output-path': '/iexec_out/error.txt' })
  const entries = [
    text,
    entryOf('computed.json', Buffer.from(computed)),
    ...(logs === undefined ? [] : logEntries(logs)),
  ]
  const fault = { kind: 'fault', cause, message, entries } as const
  return hasCallback ? fault : { ...fault, digest: failureDigest(cause) }
}

function badEnding(ending: RunEnd['ending']): Fault | undefined {
  switch (ending.kind) {
    case 'exited':
      if (ending.exitCode === 0) return undefined
      return { cause: 'APP_EXITED', message: `The app exited with ${ending.exitCode}.` }
    case 'out-of-memory':
      return { cause: 'APP_OUT_OF_MEMORY', message: 'The app needed more memory than its category has.' }
    case 'timeout':
      return { cause: 'APP_TIMEOUT', message: 'The app took longer than its category allows.' }
    case 'disk-full':
      return { cause: 'APP_DISK_FULL', message: 'The app wrote more than its category allows.' }
    case 'trapped':
      return { cause: 'APP_TRAPPED', message: `The module stopped itself: ${ending.message}` }
    default:
      return unreachable(ending)
  }
}

/** Files, and the folder of them as the app names it. */
type Listed = { readonly files: readonly OutputFile[]; readonly folder: string }

/** `/iexec_out` when the app left something there, otherwise what it left in the folder of 2018. */
async function listResult({ folders, given, limits }: RunEnd): Promise<Listed> {
  const files = await listOutputs(folders.output, limits)
  if (files.length > 0) return { files, folder: '/iexec_out' }
  const room = {
    outputBytes: limits.outputBytes + given.bytes,
    outputFiles: limits.outputFiles + given.entries,
  }
  const legacy = await listOutputs(folders.legacy, room, (name, stats) => isUntouched(given.files.get(name), stats))
  return { files: legacy.filter((file) => given.files.get(file.name)?.sha256 !== file.sha256()), folder: '/iexec' }
}

/** The times alone would not do: an app can set back one of them, but not both. */
function isUntouched(file: GivenFile | undefined, stats: Stats): boolean {
  const keys = ['ino', 'size', 'mtimeMs', 'ctimeMs'] as const
  return file !== undefined && keys.every((key) => file.stats[key] === stats[key])
}

/** What goes into the archive, and what is judged by: so whoever reads the archive finds the same digest. */
type Part = ResultFile & ArchiveEntry

function partsOf(files: readonly OutputFile[], logs: Logs): readonly Part[] {
  const outputs = files.map((file) => ({ ...file, content: file.path }))
  // An app that writes a file of that name means it; its log was heard live.
  const isFree = ({ name }: ArchiveEntry): boolean =>
    !files.some((file) => file.name === name || file.name.startsWith(`${name}/`))
  return [...outputs, ...logEntries(logs).filter(isFree).map(asPart)]
}

function asPart(entry: ArchiveEntry & { readonly content: Uint8Array }): Part {
  return { ...entry, sha256: () => sha256(entry.content), read: () => entry.content }
}

function logEntries({ stdout, stderr }: Logs): readonly (ArchiveEntry & { readonly content: Uint8Array })[] {
  return [entryOf('stdout.txt', logBytes(stdout)), entryOf('stderr.txt', logBytes(stderr))]
}

function logBytes({ text, isCut }: Log): Uint8Array {
  return Buffer.from(isCut ? `${text.replace(/\n$/u, '')}\n[The rest was cut off.]\n` : text)
}

function resultOf(parts: readonly Part[], end: RunEnd): Verdict | undefined {
  const entries = parts.map(({ name, size, crc32, content }) => ({ name, size, crc32, content }))
  const [found] = findDigests(parts, end.hasCallback)
  const enclave = end.isTee ? findEnclaveSignature(parts) : undefined
  const signed = enclave === undefined ? {} : { enclaveSignature: enclave.signature }
  if (enclave?.digest !== undefined && !end.hasCallback) {
    return { kind: 'result', rule: 'enclave', digest: enclave.digest, covers: [], entries, ...signed }
  }
  return found && { kind: 'result', ...found, entries, ...signed }
}

function refusedBy({ hasCallback }: RunEnd): Fault {
  const message = hasCallback
    ? 'The deal has a callback, and the app left no "callback-data" (hex, not empty) in computed.json.'
    : 'The app named files in "deterministic-output-path" of computed.json that it did not leave.'
  return { cause: 'RESULT_REFUSED', message }
}
