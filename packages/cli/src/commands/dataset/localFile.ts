// A dataset that is a file of this machine: its checksum, and the storage in which workers find it.
import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { basename, resolve, sep } from 'node:path'
import type { Iexec } from '@iexec/sdk'
import type { Hex } from 'viem'
import { CliError } from '../../cliError.ts'
import { projectFolder } from '../../session.ts'

/** A file of this machine. */
export type LocalFile = { readonly name: string; readonly checksum: Hex; readonly content: Uint8Array<ArrayBuffer> }

/**
 * The file that `dataset.multiaddr` names, when it is one of this project; `undefined` for a URL, an /ipfs path, or anything else.
 *
 * @throws CliError `Unusable` when it cannot be read, or is not what iexec.json says
 */
export async function readLocalFile(multiaddr: string, given: Hex | undefined): Promise<LocalFile | undefined> {
  const path = resolve(projectFolder(), multiaddr)
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
  if (!isFile) return undefined
  await requireInside(path)
  const content = await readFile(path).catch((cause: unknown) => {
    throw new CliError('Unusable', `${path} cannot be read.`, { cause })
  })
  const checksum: Hex = `0x${createHash('sha256').update(content).digest('hex')}`
  const name = basename(path)
  if (given === undefined || given === checksum) return { name, checksum, content: new Uint8Array(content) }
  throw new CliError('Unusable', `The sha256 of ${name} is ${checksum}, and dataset.checksum is ${given}.`, {
    hints: ['Remove dataset.checksum from iexec.json: then it is computed.'],
  })
}

/** A project may come from a stranger: what it names is published, and must not be anything else of this machine. */
async function requireInside(path: string): Promise<void> {
  const [file, project] = await Promise.all([realpath(path), realpath(projectFolder())])
  if (file.startsWith(project + sep)) return
  throw new CliError('Unusable', `dataset.multiaddr names ${file}, which is not in the project at ${project}.`, {
    hints: ['What is deployed is stored where everybody can read it: copy the file into the project if you want that.'],
  })
}

/**
 * Puts a file of this machine into storage, and returns where that is.
 *
 * @throws CliError `Unusable` when the chain has no storage; IexecError as the SDK's `storage.add` does
 */
export async function storeFile({ context, storage }: Iexec, file: LocalFile, signal: AbortSignal): Promise<string> {
  const { name, ipfsApiUrl } = context.chain
  if (ipfsApiUrl !== undefined) return (await storage.add(file, signal)).location
  throw new CliError('Unusable', `Workers cannot read ${file.name}, which is a file of this machine.`, {
    hints: [
      `Put it where they can, and write its URL as dataset.multiaddr, and ${file.checksum} as dataset.checksum.`,
      `Or write ipfsNode into chain.json, which the chain ${name} has not: then it is stored there.`,
    ],
  })
}
