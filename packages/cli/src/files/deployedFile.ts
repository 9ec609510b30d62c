// deployed.json: at which address a project's assets are, on each chain.
import { join } from 'node:path'
import type { Address } from 'viem'
import { changingFile, readJsonFile, requireWritableJson, writeJsonFile } from './jsonFile.ts'
import { asAddress, isObject, unknownKey, wrongValue } from './section.ts'

/** What can be deployed. */
export type DeployedKind = 'app' | 'dataset' | 'workerpool'

/** By kind and by the id of the chain. */
export type DeployedFile = { readonly [Kind in DeployedKind]?: Readonly<Record<string, Address>> }

const KINDS: readonly DeployedKind[] = ['app', 'dataset', 'workerpool']

/** One asset on one chain. */
export type DeployedPlace = { readonly kind: DeployedKind; readonly chainId: number }

/**
 * Reads deployed.json; an empty one when there is none.
 *
 * @throws CliError `BadFile` with file, key and value
 */
export async function readDeployedFile(folder: string): Promise<DeployedFile> {
  const path = join(folder, 'deployed.json')
  const given = (await readJsonFile(path)) ?? {}
  if (!isObject(given)) throw wrongValue(path, given, 'an object')
  return Object.fromEntries(
    Object.entries(given).map(([kind, addresses]) => {
      if (!KINDS.some((known) => known === kind)) throw unknownKey(path, kind)
      return [kind, readAddresses(addresses, `${path}: ${kind}`)]
    }),
  )
}

/** The address of an asset; `undefined` when the file has none for the chain. */
export async function findDeployed(folder: string, { kind, chainId }: DeployedPlace): Promise<Address | undefined> {
  const file = await readDeployedFile(folder)
  return file[kind]?.[String(chainId)]
}

/**
 * Goes on only when what is deployed next can be written down.
 *
 * @throws CliError `BadFile`
 */
export async function requireDeployedFile(folder: string): Promise<void> {
  await readDeployedFile(folder)
  await requireWritableJson(join(folder, 'deployed.json'))
}

/** Writes where an asset is, and leaves all else as it is, also what another command writes at the same time. */
export async function writeDeployed(folder: string, { kind, chainId }: DeployedPlace, address: Address): Promise<void> {
  const path = join(folder, 'deployed.json')
  await changingFile(path, async () => {
    const file = await readDeployedFile(folder)
    await writeJsonFile(path, { ...file, [kind]: { ...file[kind], [String(chainId)]: address } })
  })
}

function readAddresses(given: unknown, place: string): Readonly<Record<string, Address>> {
  if (!isObject(given)) throw wrongValue(place, given, 'an object of chain ids and addresses')
  return Object.fromEntries(
    Object.entries(given).map(([chainId, address]) => {
      if (!/^[1-9]\d{0,15}$/u.test(chainId)) throw unknownKey(place, chainId)
      return [chainId, asAddress(address, `${place}.${chainId}`)]
    }),
  )
}
