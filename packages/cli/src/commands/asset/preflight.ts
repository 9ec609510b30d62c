// What would make an order worth nothing to whoever buys it, or unwelcome at the market: said before it is signed.
import { encodeTag, formatRlc, requiresTee, workerpoolStake } from '@iexec/protocol'
import { IexecError, type AssetKind, type Iexec } from '@iexec/sdk'
import type { Sale } from './sell.ts'

/**
 * Goes on only when whoever buys it could use it: enclaves get the key of a dataset, and a pool's owner has what tasks lock of his.
 *
 * @throws IexecError `NotFound`, `InsufficientFunds`; `NotConfigured` when the chain has no vault to ask
 */
export async function requireUsable(iexec: Iexec, kind: AssetKind, sale: Sale): Promise<void> {
  if (kind === 'dataset') await requireKey(iexec, sale)
  if (kind === 'workerpool') await requireStake(iexec, sale)
}

async function requireKey(iexec: Iexec, { address, tag = '' }: Sale): Promise<void> {
  if (!requiresTee(encodeTag(tag)) || (await iexec.secrets.checkDataset(address))) return
  throw new IexecError('NotFound', `The vault has no key of the dataset ${address}: no enclave could decrypt it.`, {
    hints: [`iexec dataset push-secret ${address} gives it; --skip-preflight-check sells the dataset without.`],
  })
}

async function requireStake(iexec: Iexec, { price, volume }: Sale): Promise<void> {
  const owner = iexec.context.signer?.address
  const wanted = workerpoolStake(price) * volume
  if (owner === undefined || wanted === 0n) return
  const { stake } = await iexec.account.show(owner)
  if (stake >= wanted) return
  const sentence = `Tasks for ${formatRlc(price * volume)} lock ${formatRlc(wanted)} of yours, and you have ${formatRlc(stake)} on the market.`
  throw new IexecError('InsufficientFunds', sentence, {
    hints: [`iexec account deposit ${wanted - stake} brings what is missing, or offer fewer tasks with --volume.`],
    details: { wanted, stake },
  })
}
