// Fetches a file by its address: an http(s) URL, or an `/ipfs/…` path through gateways, one after the other.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, stat } from 'node:fs/promises'
import { isCid, isIpfsPath } from '@iexec/protocol'
import { CID } from 'multiformats/cid'
import { base58btc } from 'multiformats/bases/base58'
import { bytesToHex, type Hex } from 'viem'
import { download, type Downloaded, type DownloadOptions } from './download.ts'
import { MachineFault } from '../job.ts'
import { FetchFault, type FetchReason } from './fetchFault.ts'

/** A file, by its address. */
export type FileAddress = {
  /** http(s) URL or `/ipfs/…` path. */
  readonly url: string
  /** What its bytes must have, where that is registered. */
  readonly sha256?: Hex | undefined
}

/** How files are fetched. */
export type FetchOptions = Omit<DownloadOptions, 'trusted'> & {
  /** Base URLs of gateways that the worker's owner chose, the preferred one first: `https://ipfs.example`. They may be private. */
  readonly gateways: readonly string[]
  /** Files that need not be fetched: their paths on this machine by their addresses. For apps that are tried where they are made. */
  readonly local?: ReadonlyMap<string, string> | undefined
}

const RAW = 0x55
const SHA2_256 = 0x12

/**
 * Fetches a file to the disk, and checks it where something tells what it must be: a registered checksum, or an identifier of
 * one raw block. Other identifiers are not checked: where that matters, workers vote on what came.
 *
 * @param file path of a file that is written anew
 * @throws FetchFault when it cannot be had, or is another file; MachineFault when it cannot be written, or no gateway is there; what `signal` was aborted with
 * @example
 * await fetchFile({ url: '/ipfs/Qm…' }, '/tmp/input', { gateways: ['https://ipfs.example'], … })
 */
export async function fetchFile(address: FileAddress, file: string, options: FetchOptions): Promise<Downloaded> {
  const path = options.local?.get(address.url)
  if (path !== undefined) return copyLocal(path, file)
  const wanted = address.sha256 ?? hashInIdentifier(address.url)
  const faults: FetchFault[] = []
  for (const source of sourcesOf(address.url, options.gateways)) {
    try {
      const got = await download(source.url, file, { ...options, trusted: source.trusted })
      if (wanted === undefined || got.sha256 === wanted.toLowerCase()) return got
      // What was thrown away is not counted twice.
      options.budget.left += got.bytes
      const sentence = `${address.url} is another file than promised: its sha256 is ${got.sha256}, and ${wanted} was registered.`
      faults.push(new FetchFault('wrong-checksum', sentence))
    } catch (error) {
      if (!(error instanceof FetchFault)) throw error
      faults.push(error)
    }
  }
  const fault = sumUp(faults, address.url)
  // Others have gateways that are there.
  if (isIpfsPath(address.url) && faults.every(({ reason }) => reason === 'nobody')) {
    const sentence = `None of the IPFS gateways of this worker is there: start one, or name others. ${fault.message}`
    throw new MachineFault(sentence, { cause: fault })
  }
  throw fault
}

async function copyLocal(from: string, file: string): Promise<Downloaded> {
  try {
    await copyFile(from, file)
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk)
    const { size } = await stat(file)
    return { bytes: size, sha256: `0x${hash.digest('hex')}` }
  } catch (cause) {
    throw new FetchFault('absent', `${from} cannot be read: ${inWords(cause)}.`, { cause })
  }
}

/** `EISDIR: illegal operation on a directory, copyfile …` without the words of the system around it. */
function inWords(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  return text.replace(/^[A-Z]+: /u, '').replace(/, .*$/su, '')
}

/**
 * Whether a text is an address from which files can be fetched.
 *
 * @example
 * isFileAddress('ftp://example.com/a') // false
 */
export function isFileAddress(text: string): boolean {
  return isIpfsPath(text) || (/^https?:\/\//iu.test(text) && URL.canParse(text))
}

type Source = { readonly url: URL; readonly trusted: URL | undefined }

function sourcesOf(address: string, gateways: readonly string[]): readonly Source[] {
  const path = pathInIpfs(address)
  if (path === undefined) {
    if (!isFileAddress(address))
      throw new FetchFault('absent', `${address} is neither an http(s) URL nor an /ipfs/ path.`)
    return [{ url: new URL(address), trusted: undefined }]
  }
  // Others have one: this is no fault of the task, and nothing to vote for.
  if (gateways.length === 0) throw new MachineFault(`No IPFS gateway is set, and ${address} needs one.`)
  return gateways.map((gateway) => {
    const trusted = new URL(gateway)
    return { url: new URL(trusted.pathname.replace(/\/$/u, '') + path, trusted), trusted }
  })
}

/** The path below a gateway; nothing in it leads to other things of the gateway. */
function pathInIpfs(address: string): string | undefined {
  return isIpfsPath(address) ? address.split('/').map(encodeURIComponent).join('/') : undefined
}

/** The sha256 of the bytes, when the identifier is that of one raw block. */
function hashInIdentifier(address: string): Hex | undefined {
  const text = /^\/ipfs\/([^/]+)$/u.exec(address)?.[1]
  if (text === undefined || !isCid(text)) return undefined
  const cid = text.startsWith('z') ? CID.parse(text, base58btc) : parseCid(text)
  if (cid?.code !== RAW || cid.multihash.code !== SHA2_256) return undefined
  return bytesToHex(cid.multihash.digest)
}

function parseCid(text: string): CID | undefined {
  return /^[Qb]/u.test(text) ? CID.parse(text) : undefined
}

/** The reason that says most comes first: what was found to be wrong, before what was not found. */
const BY_WEIGHT: readonly FetchReason[] = [
  'wrong-checksum',
  'too-large',
  'too-slow',
  'forbidden',
  'unreachable',
  'nobody',
  'absent',
]
const LONGEST_SUM = 1500

function sumUp(faults: readonly FetchFault[], address: string): FetchFault {
  const [only] = faults
  if (only !== undefined && faults.length === 1) return only
  const reason = BY_WEIGHT.find((weighty) => faults.some((fault) => fault.reason === weighty)) ?? 'unreachable'
  const sentences = faults.map(({ message }) => message).join(' ')
  return new FetchFault(reason, `No gateway has ${address}. ${sentences}`.slice(0, LONGEST_SUM), { cause: only })
}
