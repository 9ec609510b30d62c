// From what the chain says of a task to what is run: pure, and the same for every worker.
import { TAG_BITS, findAppType, parseParams, requiresTee, teeOnlyKeys, type Params } from '@iexec/protocol'
import { hexToBigInt, sha256, stringToHex, type Address, type Hex } from 'viem'
import { isFileAddress } from '../inputs/fetchFile.ts'
import { MachineFault, TaskFault, type AppSource, type InputFile, type Job } from '../job.ts'
import { environmentOf } from './environment.ts'
import { limitsOf, type FetchLimits } from './limits.ts'
import { splitArguments } from './splitArguments.ts'

/** What the chain says of a task, in plain values. */
export type TaskFacts = {
  readonly taskId: Hex
  readonly dealId: Hex
  /** Of the task; tasks of a deal are `botFirst` to `botFirst + botSize - 1`. */
  readonly index: number
  readonly botFirst: number
  readonly botSize: number
  /** Seconds since 1970. */
  readonly startTime: number
  /** `workClockTimeRef` of the deal's category. */
  readonly categorySeconds: number
  readonly tag: Hex
  /** As the request order has them. */
  readonly params: string
  readonly hasCallback: boolean
  readonly app: {
    readonly type: string
    /** Decoded: a Docker reference, a URL, an `/ipfs/…` path. */
    readonly multiaddr: string
    readonly checksum: Hex
  }
  readonly dataset?: DatasetFacts | undefined
  /** Datasets of this task in a bulk deal, which `bulk_cid` of the params names; only with a TEE. */
  readonly bulk?: readonly DatasetFacts[] | undefined
  /** What a vault released for this task; only with a TEE. */
  readonly secrets?: SecretFacts | undefined
}

/** Secrets of an app in an enclave. */
export type SecretFacts = {
  /** Of the app's owner. */
  readonly app?: string | undefined
  /** Of the requester, by the numbers of `iexec_secrets`. */
  readonly requester?: { readonly [position: string]: string } | undefined
}

/** What the chain says of a dataset. */
export type DatasetFacts = {
  readonly address: Address
  /** Decoded. */
  readonly multiaddr: string
  /** sha256 of the file; zero when nobody registered one. */
  readonly checksum: Hex
}

/** What one task of a bag gets. */
export type BagEntry = { readonly args: string; readonly inputFiles: readonly string[] }

/** What is fetched and run for a task. */
export type RunPlan = {
  readonly ok: true
  readonly job: Job
  /** The deal's, then those of a bulk. */
  readonly datasets: readonly InputFile[]
  readonly inputs: readonly InputFile[]
  readonly fetch: FetchLimits
  readonly hasCallback: boolean
  readonly isTee: boolean
}

/** A task that cannot be run as its deal says. */
export type RunRefusal = {
  readonly ok: false
  /** What all honest workers vote for, because the chain says it to all of them; `undefined` when another worker may be able to. */
  readonly cause: 'PARAMS_REFUSED' | 'APP_IMAGE_REFUSED' | undefined
  /** One sentence for people. */
  readonly message: string
}

/** Characters of a stranger's words that are told again. */
const LONGEST_TYPE = 100
const LONGEST_PROBLEMS = 1_500

const NO_CHECKSUM: Hex = `0x${'00'.repeat(32)}`

/**
 * What is run for a task: arguments, environment, limits, and what is fetched before.
 *
 * A refusal is certain before anything is fetched, except for what a bag says: call it first without the entry, then fetch the
 * bag that `bagOf` names, and call it with the entry.
 *
 * @example
 * const plan = describeRun(facts)
 * if (!plan.ok) console.log(plan.message)
 */
export function describeRun(facts: TaskFacts, entry?: BagEntry): RunPlan | RunRefusal {
  const read = readParams(facts.params)
  const isTee = requiresTee(facts.tag)
  if (!read.ok) return read
  const wishes = isTee ? [] : teeOnlyKeys(read.params)
  if (wishes.length > 0) return wrongParams(`The params ask for ${wishes.join(', ')}, and the deal has no TEE.`)
  if (!isTee && (facts.bulk !== undefined || facts.secrets !== undefined)) {
    throw new TypeError('Secrets and datasets of a bulk go to enclaves only, and the deal has no TEE.')
  }
  if (read.params.bulk_cid !== undefined && facts.bulk === undefined) {
    if (!isTee) return wrongParams('The params ask for a bulk of datasets, and the deal has no TEE.')
    return refusal(undefined, 'The params ask for a bulk of datasets, which this worker cannot do.')
  }
  const app = appOf(facts.app)
  if (app === undefined) {
    const type = JSON.stringify(facts.app.type.slice(0, LONGEST_TYPE))
    return refusal('APP_IMAGE_REFUSED', `The app is of the type ${type}, and only DOCKER and WASM can be run.`)
  }

  const files = [...(read.params.iexec_input_files ?? []), ...(entry?.inputFiles ?? [])]
  const limits = limitsOf(facts.categorySeconds)
  const job: Job = {
    id: facts.taskId,
    app,
    args: [read.params.iexec_args, entry?.args].flatMap((part = '') => splitArguments(part)),
    env: environmentOf(facts, files.map(inputName)),
    startTime: facts.startTime,
    limits: limits.run,
    network: ((hexToBigInt(facts.tag) >> TAG_BITS.network) & 1n) === 1n,
  }
  const inputs = files.map((url) => ({ url, name: inputName(url) }))
  const datasets = [...(facts.dataset === undefined ? [] : [facts.dataset]), ...(facts.bulk ?? [])].map(datasetOf)
  return { ok: true, job, datasets, inputs, fetch: limits.fetch, hasCallback: facts.hasCallback, isTee }
}

/**
 * A refusal as an error: the task's own fault, which is voted for, or this worker's.
 *
 * @example
 * if (!plan.ok) throw faultOfRefusal(plan)
 */
export function faultOfRefusal({ cause, message }: RunRefusal): TaskFault | MachineFault {
  return cause === undefined ? new MachineFault(message) : new TaskFault(cause, message)
}

/**
 * The content identifier of the bag that a task takes its arguments from.
 *
 * @example
 * bagOf({ ...facts, params: '{"iexec_bag":"Qm…"}' }) // 'Qm…'
 */
export function bagOf(facts: TaskFacts): string | undefined {
  const read = readParams(facts.params)
  return read.ok ? read.params.iexec_bag : undefined
}

/**
 * Name of an input in `/iexec_in`: 0x and the sha256 of its URL.
 *
 * @example
 * inputName('https://example.com/a.csv') // '0x…'
 */
export function inputName(url: string): string {
  return sha256(stringToHex(url))
}

type ReadParams = { readonly ok: true; readonly params: Params } | RunRefusal

/** Params of any generation. */
function readParams(text: string): ReadParams {
  const old = readParamsOf2018(text)
  if (old !== undefined) return old
  const read = parseParams(text)
  if (read.ok) return { ok: true, params: read.params }
  const sentences = read.problems.map(({ sentence }) => sentence).join(' ')
  return wrongParams(sentences.slice(0, LONGEST_PROBLEMS))
}

/** `{"cmdline": "…", "dirinuri": "…"}`: the params of orders until 2018. The `XW…` keys beside them told another scheduler something. */
function readParamsOf2018(text: string): ReadParams | undefined {
  const { cmdline, dirinuri, ...rest } = asObject(text)
  if (cmdline === undefined && dirinuri === undefined) return undefined
  if (!Object.keys(rest).every((key) => /^xw/iu.test(key))) return undefined
  if (cmdline !== undefined && typeof cmdline !== 'string')
    return wrongParams('"cmdline" of the params must be a text.')
  if (dirinuri !== undefined && (typeof dirinuri !== 'string' || !isFileAddress(dirinuri))) {
    return wrongParams('"dirinuri" of the params must be an http or https URL.')
  }
  return {
    ok: true,
    params: { iexec_args: cmdline ?? '', ...(dirinuri === undefined ? {} : { iexec_input_files: [dirinuri] }) },
  }
}

function asObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function appOf({ type, multiaddr, checksum }: TaskFacts['app']): AppSource | undefined {
  const known = findAppType(type)
  if (known === 'DOCKER') return { type: known, image: multiaddr, digest: checksum }
  return known && { type: known, url: multiaddr, sha256: checksum }
}

function datasetOf({ address, multiaddr, checksum }: DatasetFacts): InputFile {
  const name = address.toLowerCase()
  return { url: multiaddr, name, ...(checksum === NO_CHECKSUM ? {} : { sha256: checksum }) }
}

function wrongParams(message: string): RunRefusal {
  return refusal('PARAMS_REFUSED', message)
}

function refusal(cause: RunRefusal['cause'], message: string): RunRefusal {
  return { ok: false, cause, message }
}
