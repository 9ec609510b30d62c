// A task that nobody bought: what an app gets when it is tried.
import { basename } from 'node:path'
import { NO_TAG, TAG_BITS } from '@iexec/protocol'
import { numberToHex, sha256, stringToHex } from 'viem'
import type { TaskFacts } from '../contract/describeRun.ts'
import { isFileAddress } from '../inputs/fetchFile.ts'

/** What an app is tried with. */
export type LocalWish = {
  /** In one string, as a request has them. */
  readonly args?: string | undefined
  /** URLs, `/ipfs/…` paths, or paths on this machine. */
  readonly inputFiles?: readonly string[] | undefined
  /** The same. */
  readonly dataset?: string | undefined
  /** Time of the category; 300 without it. */
  readonly categorySeconds?: number | undefined
  readonly hasCallback?: boolean | undefined
  readonly network?: boolean | undefined
}

/** A task that was made up, and its files that are at hand. */
export type LocalTask = { readonly facts: TaskFacts; readonly local: ReadonlyMap<string, string> }

const SECONDS = 300
/** Always the same, so that a seller finds the same digest again. */
const START = 1_700_000_000
const ID = sha256(stringToHex('a task that nobody bought'))
const DATASET = '0x00000000000000000000000000000000da7a5e70'
const NO_CHECKSUM = `0x${'00'.repeat(32)}` as const

/**
 * A task for an app that is tried. Files of this machine get an address each, by which they are found without any network.
 *
 * @example
 * const { facts, local } = localTask(app, { args: '--fast', inputFiles: ['./data.csv'] })
 */
export function localTask(app: TaskFacts['app'], wish: LocalWish): LocalTask {
  const local = new Map<string, string>()
  const addressOf = (file: string): string => {
    if (isFileAddress(file)) return file
    // The names below `.invalid` are nobody's for ever (RFC 2606).
    const address = `https://local.invalid/${local.size}/${encodeURIComponent(basename(file))}`
    local.set(address, file)
    return address
  }
  const { args = '', inputFiles = [], dataset, hasCallback = false, network = false } = wish
  const facts: TaskFacts = {
    taskId: ID,
    dealId: ID,
    index: 0,
    botFirst: 0,
    botSize: 1,
    startTime: START,
    categorySeconds: wish.categorySeconds ?? SECONDS,
    tag: network ? numberToHex(1n << TAG_BITS.network, { size: 32 }) : NO_TAG,
    params: JSON.stringify({ iexec_args: args, iexec_input_files: inputFiles.map(addressOf) }),
    hasCallback,
    app,
    ...(dataset === undefined
      ? {}
      : { dataset: { address: DATASET, multiaddr: addressOf(dataset), checksum: NO_CHECKSUM } }),
  }
  return { facts, local }
}
