// Modules of WASM apps: their sha256, from wherever they are.
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ChainSettings, Iexec } from '@iexec/sdk'
import type { Hex } from 'viem'
import { CliError } from '../../cliError.ts'
import { MEBIBYTE, inWords, readParts, request, type DownloadOptions } from '../../registry/download.ts'
import { projectFolder } from '../../session.ts'
import type { Contents } from './findContents.ts'
import type { DescribedApp } from './readApp.ts'

const MAX_BYTES = 256 * MEBIBYTE
/** `\0asm`: how every module begins. */
const MAGIC = Buffer.from([0x00, 0x61, 0x73, 0x6d])

type Options = Pick<DownloadOptions, 'signal'> & { readonly chain: ChainSettings }

/**
 * Finds the module of an app: a URL and an /ipfs path are downloaded when no checksum is given, a file of this machine is read.
 *
 * @throws CliError `NotFound`, `Unusable`, `Unreachable`, `Interrupted`
 */
export async function findModule({ multiaddr, checksum: given }: DescribedApp, options: Options): Promise<Contents> {
  const url = urlOf(multiaddr, options.chain)
  if (url === undefined) return readModule(multiaddr, given)
  const checksum =
    given ?? (url === 'nowhere' ? noGateway(multiaddr, options.chain) : await hashModule(multiaddr, url, options))
  const said = given === undefined ? 'as it was downloaded' : 'as iexec.json says'
  return {
    multiaddr,
    checksum,
    rows: [
      ['module', multiaddr],
      ['sha256', `${checksum.slice(2)}, ${said}`],
    ],
  }
}

/** Where a module is downloaded from; nothing when it is a file of this machine. */
function urlOf(multiaddr: string, { storageUrl }: ChainSettings): URL | 'nowhere' | undefined {
  if (/^https?:\/\//iu.test(multiaddr) && URL.canParse(multiaddr)) return new URL(multiaddr)
  if (!multiaddr.startsWith('/ipfs/')) return undefined
  return storageUrl === undefined ? 'nowhere' : new URL(`${storageUrl.replace(/\/+$/u, '')}${multiaddr}`)
}

function noGateway(multiaddr: string, { name }: ChainSettings): never {
  throw new CliError('Unreachable', `${multiaddr} cannot be read: the chain ${name} has no ipfsGateway.`, {
    hints: ['Write ipfsGateway into chain.json, or the sha256 of the module as app.checksum into iexec.json.'],
  })
}

async function hashModule(multiaddr: string, url: URL, options: Options): Promise<Hex> {
  const what = `The module at ${url.host}`
  const response = await request(url, what, { ...options, timeoutMs: 120_000 })
  if (!response.ok) {
    await response.body?.cancel()
    throw new CliError('NotFound', `There is no module at ${multiaddr}: the answer is ${response.status}.`, {
      hints: ['Look for a typing error in app.multiaddr.'],
    })
  }
  return inWords<Hex>(what, { ...options, timeoutMs: 600_000 }, async () => {
    const hash = createHash('sha256')
    let start = Buffer.alloc(0)
    for await (const part of readParts(response, what, MAX_BYTES)) {
      hash.update(part)
      if (start.length < MAGIC.length) start = Buffer.concat([start, part.subarray(0, MAGIC.length)])
    }
    requireModule(start, multiaddr)
    return `0x${hash.digest('hex')}`
  })
}

async function readModule(multiaddr: string, given: Hex | undefined): Promise<Contents> {
  const path = multiaddr.startsWith('file:') ? fileURLToPath(multiaddr) : resolve(projectFolder(), multiaddr)
  const { size } = await stat(path).catch((cause: unknown) => {
    throw new CliError('NotFound', `app.multiaddr is "${multiaddr}": no URL, no /ipfs path, and no file ${path}.`, {
      cause,
    })
  })
  if (size > MAX_BYTES) {
    throw new CliError(
      'Unusable',
      `${path} is more than ${MAX_BYTES / MEBIBYTE} MiB, and no worker takes such a module.`,
    )
  }
  const file = await readFile(path).catch((cause: unknown) => {
    throw new CliError('Unusable', `${path} cannot be read.`, { cause })
  })
  requireModule(file, path)
  const checksum: Hex = `0x${createHash('sha256').update(file).digest('hex')}`
  if (given !== undefined && given !== checksum) {
    throw new CliError('Unusable', `The sha256 of ${basename(path)} is ${checksum}, and app.checksum is ${given}.`, {
      hints: ['Remove app.checksum from iexec.json: then it is computed.'],
    })
  }
  return { multiaddr, checksum, file: new Uint8Array(file), rows: [['sha256', checksum.slice(2)]] }
}

function requireModule(start: Buffer, where: string): void {
  if (start.subarray(0, MAGIC.length).equals(MAGIC)) return
  throw new CliError('Unusable', `${where} is no WASM module: it does not begin as every module does.`, {
    hints: ['An app of an image has "type": "DOCKER".'],
  })
}

/**
 * Puts a module of this machine into storage, where workers find it, and returns where that is.
 *
 * @throws IexecError as the SDK's `storage.add` does; CliError `Unusable` when the chain has no storage
 */
export async function storeModule(
  iexec: Iexec,
  { multiaddr, checksum, file }: Module,
  signal: AbortSignal,
): Promise<string> {
  const { name, ipfsApiUrl } = iexec.context.chain
  if (ipfsApiUrl !== undefined) {
    return (await iexec.storage.add({ name: basename(multiaddr), content: file }, signal)).location
  }
  throw new CliError('Unusable', `Workers cannot read ${multiaddr}, which is a file of this machine.`, {
    hints: [
      `Put it where they can, and write its URL as app.multiaddr. Its sha256 is ${checksum}.`,
      `Or write ipfsNode into chain.json, which the chain ${name} has not: then it is stored there.`,
    ],
  })
}

/** A module that is a file of this machine. */
export type Module = Pick<Contents, 'multiaddr' | 'checksum'> & { readonly file: Uint8Array<ArrayBuffer> }
