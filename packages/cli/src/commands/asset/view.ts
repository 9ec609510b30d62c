// What is shown of an asset of each kind: for scripts, for programs and for people.
import { unreachable } from '@iexec/protocol'
import { IexecError, findPoolApi, type AssetKind, type Iexec, type Owned } from '@iexec/sdk'
import type { Address } from 'viem'
import type { Outcome } from '../../command.ts'
import { rows } from '../../rows.ts'

/** How each kind is called in a sentence, with its article. */
export const ARTICLES: { readonly [Kind in AssetKind]: string } = {
  app: 'an app',
  dataset: 'a dataset',
  workerpool: 'a workerpool',
}

/** What the kinds have in common, of one kind. */
export function ownedOf(iexec: Iexec, kind: AssetKind): Owned {
  return iexec[`${kind}s`]
}

/** Reads an asset. */
export async function viewAsset(iexec: Iexec, kind: AssetKind, address: Address): Promise<Outcome> {
  switch (kind) {
    case 'app':
      return viewApp(iexec, address)
    case 'dataset':
      return viewDataset(iexec, address)
    case 'workerpool':
      return viewWorkerpool(iexec, address)
    default:
      return unreachable(kind)
  }
}

async function viewApp(iexec: Iexec, address: Address): Promise<Outcome> {
  const app = await iexec.apps.show(address)
  const { owner, name, type, multiaddr, checksum, mrenclave, registry } = app
  const fields = {
    appName: name,
    appType: type,
    appMultiaddr: multiaddr,
    appChecksum: checksum,
    appMREnclave: mrenclave,
  }
  return {
    raw: { address, app: { owner, ...fields, registry } },
    json: app,
    text: [
      `App ${address}`,
      ...rows([
        ['name', name],
        ['owner', owner],
        ['type', type],
        [type === 'WASM' ? 'module' : 'image', multiaddr],
        ['checksum', checksum],
        ['enclave', mrenclave === '0x' ? undefined : mrenclave],
      ]),
    ],
  }
}

async function viewDataset(iexec: Iexec, address: Address): Promise<Outcome> {
  const dataset = await iexec.datasets.show(address)
  const { owner, name, multiaddr, checksum, registry } = dataset
  const fields = { datasetName: name, datasetMultiaddr: multiaddr, datasetChecksum: checksum }
  return {
    raw: { address, dataset: { owner, ...fields, registry } },
    json: dataset,
    text: [
      `Dataset ${address}`,
      ...rows([
        ['name', name],
        ['owner', owner],
        ['file', multiaddr],
        ['checksum', checksum],
      ]),
    ],
  }
}

async function viewWorkerpool(iexec: Iexec, address: Address): Promise<Outcome> {
  const [pool, apiUrl] = await Promise.all([iexec.workerpools.show(address), apiOf(iexec, address)])
  const { owner, description, workerStakeRatio, schedulerRewardRatio, registry } = pool
  return {
    raw: {
      address,
      workerpool: {
        owner,
        workerpoolDescription: description,
        schedulerRewardRatioPolicy: schedulerRewardRatio.toString(),
        workerStakeRatioPolicy: workerStakeRatio.toString(),
        registry,
      },
      ...(apiUrl === undefined ? {} : { apiUrl }),
    },
    json: { ...pool, apiUrl },
    text: [
      `Workerpool ${address}`,
      ...rows([
        ['description', description],
        ['owner', owner],
        ['stake', `each worker locks ${workerStakeRatio} % of the price`],
        ['share', `the owner keeps ${schedulerRewardRatio} % of the reward`],
        ['API', apiUrl],
      ]),
    ],
  }
}

/** What the directory says is an extra: without one, or while it is down, the chain's own answer is shown all the same. */
async function apiOf({ context }: Iexec, address: Address): Promise<string | undefined> {
  try {
    return await findPoolApi(context, address)
  } catch (error) {
    if (error instanceof IexecError) return undefined
    throw error
  }
}
