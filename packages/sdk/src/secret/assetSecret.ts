// Secrets of assets: the key of a dataset, and what an app's developer gives to his app. Written once.
import type { Address } from 'viem'
import { requireAddress, requireOwned } from '../asset/requireAsset.ts'
import type { Context } from '../context.ts'
import { hasSecret, pushSecret, type SecretPlace } from './vault.ts'

/**
 * Whether the key of a dataset is in the vault.
 *
 * @throws IexecError `InvalidInput`, `NotConfigured`, `ServiceUnreachable`
 */
export async function checkDatasetSecret(context: Context, dataset: Address): Promise<boolean> {
  return hasSecret(context, datasetPlace(requireAddress(dataset)))
}

/**
 * Puts the key of a dataset of the signer into the vault, for enclaves that are to decrypt it. It can never be changed.
 *
 * @param key as `generateDatasetKey` makes it
 * @throws IexecError `NotFound`, `NotOwner`, `AlreadyExists`, `InvalidInput`, `NotConfigured`, `NoSigner`
 * @example
 * await pushDatasetSecret(context, dataset, key)
 */
export async function pushDatasetSecret(context: Context, dataset: Address, key: string): Promise<void> {
  const place = datasetPlace(requireAddress(dataset))
  await requireOwned(context, 'dataset', place.subject)
  await pushSecret(context, { ...place, value: key })
}

/**
 * Whether an app has a secret of its developer.
 *
 * @throws IexecError `InvalidInput`, `NotConfigured`, `ServiceUnreachable`
 */
export async function checkAppSecret(context: Context, app: Address): Promise<boolean> {
  return hasSecret(context, appPlace(requireAddress(app)))
}

/**
 * Gives a secret to an app of the signer. It can never be changed.
 *
 * @throws IexecError `NotFound`, `NotOwner`, `AlreadyExists`, `InvalidInput`, `NotConfigured`, `NoSigner`
 * @example
 * await pushAppSecret(context, app, 'the key of an API')
 */
export async function pushAppSecret(context: Context, app: Address, value: string): Promise<void> {
  const place = appPlace(requireAddress(app))
  await requireOwned(context, 'app', place.subject)
  await pushSecret(context, { ...place, value })
}

function datasetPlace(subject: Address): SecretPlace {
  return { path: '/secrets/web3', query: { secretAddress: subject }, what: 'the key of the dataset', subject }
}

/** Apps can have one secret, which the wire calls "1". */
function appPlace(subject: Address): SecretPlace {
  return { path: `/apps/${subject}/secrets`, what: 'the secret of the app', subject, name: '1' }
}
