// The chain, the wallet and what it has: what every purchase needs.
import { stat } from 'node:fs/promises'
import process from 'node:process'
import { formatCoin, formatRlc } from '@iexec/protocol'
import { createIexec, type ChainSettings, type Iexec } from '@iexec/sdk'
import type { Address } from 'viem'
import { findWallet, type WalletChoice } from '../wallet/findWallet.ts'
import { broken, brokenBy, note, ok, PATIENCE_MS, type Finding } from './check.ts'

/** What was found of a chain, and the way to it when there is one. */
export type ChainFinding = { readonly finding: Finding; readonly iexec: Iexec | undefined }

/** From here on, a head is older than any chain takes for a block. In seconds. */
const OLD_HEAD_S = 600

/** Looks whether a chain answers, is the right one, and has a market. */
export async function checkChain(chain: ChainSettings): Promise<ChainFinding> {
  try {
    const iexec = await createIexec({ chain, timeoutMs: PATIENCE_MS })
    return { finding: await findHead(iexec), iexec }
  } catch (error) {
    return { finding: brokenBy(error, 'Mend host, id and hub of the chain in chain.json.'), iexec: undefined }
  }
}

async function findHead({ context }: Iexec): Promise<Finding> {
  const { chain, request, now } = context
  const head = (await request({ method: 'eth_getBlockByNumber', params: ['latest', false] })) as {
    readonly number: string
    readonly timestamp: string
  }
  const age = Math.max(0, Math.floor(now() / 1000) - Number(head.timestamp))
  const hosts = (chain.rpcUrls ?? []).map((url) => new URL(url).host).join(', ')
  const says = `${chain.name} (${chain.chainId}) at ${hosts}, hub ${chain.hub}, block ${Number(head.number)} is ${ageOf(age)} old`
  // A chain of one's own makes blocks only when something happens.
  return age > OLD_HEAD_S
    ? note(`${says}.`, 'If others see newer blocks, the node is behind: name another host.')
    : ok(says)
}

function ageOf(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`
  return `${Math.floor(seconds / 3600)} h`
}

/** What was found of a wallet, and its address when there is one. */
export type WalletFinding = { readonly finding: Finding; readonly address: Address | undefined }

/** Looks whether there is a wallet, and whether others could read its file. */
export async function checkWallet(folder: string, choice: WalletChoice): Promise<WalletFinding> {
  try {
    const { address, path, kind } = await findWallet(folder, choice)
    const { mode } = await stat(path)
    const isOpenToOthers = process.platform !== 'win32' && (mode & 0o077) !== 0
    const says = `${address} in ${path}${kind === 'open' ? ', in clear' : ''}`
    const finding = isOpenToOthers
      ? broken(`others can read or change ${path} (${(mode & 0o777).toString(8)}).`, `chmod 600 ${path}`)
      : ok(says)
    return { finding, address }
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'NoWallet'
    const isChosen = choice.walletFile !== undefined || choice.walletAddress !== undefined
    const finding =
      isAbsent && !isChosen
        ? note('there is none: looking needs none, buying and selling do.', 'iexec wallet create makes one.')
        : brokenBy(error, 'Look at the file of the wallet.')
    return { finding, address: undefined }
  }
}

/** Looks what a wallet can spend. */
export async function checkBalance(iexec: Iexec, address: Address): Promise<Finding> {
  try {
    const [{ wei, nRLC }, { stake, locked }] = await Promise.all([
      iexec.wallet.show(address),
      iexec.account.show(address),
    ])
    const says = `${formatCoin(wei)} for gas, ${formatRlc(nRLC)} in the wallet, ${formatRlc(stake)} free and ${formatRlc(locked)} locked on the market`
    return wei === 0n ? note(`${says}.`, `Send coins for gas to ${address}.`) : ok(says)
  } catch (error) {
    return brokenBy(error, 'Try again.')
  }
}
