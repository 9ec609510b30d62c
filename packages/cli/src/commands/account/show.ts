// iexec account show: what an account has on the market, and what it earned there.
import { formatRlc } from '@iexec/protocol'
import { IexecError, type ErrorCode, type Iexec } from '@iexec/sdk'
import type { Address } from 'viem'
import type { Call, Command } from '../../command.ts'
import { CHAIN_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { rows } from '../../rows.ts'
import { addressArgument, openReader, requireWalletAddress } from '../../session.ts'

/** Whose account is meant. */
export const ACCOUNT_ARGUMENT = {
  name: 'address',
  summary: 'whose; that of your wallet when left out',
  isOptional: true,
}

export const showAccountCommand: Command = {
  name: 'show',
  summary: 'show the RLC of an account on the market',
  description:
    'Shows the RLC of an account on the market: what is free, what deals hold, and all that it ever earned. The last is of the market service, the others are of the chain.',
  arguments: [ACCOUNT_ARGUMENT],
  options: [CHAIN_OPTION, ...WALLET_OPTIONS],
  examples: [{ line: 'iexec account show', meaning: 'what you have, what deals hold of it, and what you earned' }],
  run: async (call) => {
    const address = await accountOf(call)
    const iexec = await openReader(call)
    const { stake, locked } = await iexec.account.show(address)
    const raw = { balance: { stake: stake.toString(), locked: locked.toString() } }
    // Scripts of the existing command know free and locked alone, and wait for no market.
    if (call.terminal.format === 'raw') return { raw, text: [] }
    const { earned, why } = await earnedBy(iexec, address)
    return {
      raw,
      json: { address, balance: { stake, locked }, earned: earned ?? null },
      text: [
        `Account ${address}`,
        ...rows([
          ['free', formatRlc(stake)],
          ['locked', formatRlc(locked)],
          ['earned', earned === undefined ? `not known. ${why}` : earnedText(earned)],
        ]),
      ],
    }
  },
}

/**
 * What was earned, in words. The market writes numbers, and of a greater sum the greatest that JSON has.
 *
 * @param earned in nRLC
 * @example
 * earnedText(3n) // '3 nRLC'
 */
export function earnedText(earned: bigint): string {
  return earned < BigInt(Number.MAX_SAFE_INTEGER) ? formatRlc(earned) : `at least ${formatRlc(earned)}`
}

/** The account that was named, else that of the wallet. */
export async function accountOf(call: Call): Promise<Address> {
  const [given] = call.args
  return given === undefined ? requireWalletAddress(call) : addressArgument(given, 'address')
}

const OF_THE_MARKET: readonly ErrorCode[] = ['NotConfigured', 'ServiceUnreachable', 'ServiceRefused', 'BadAnswer']

/** What an account has is known without the market. */
async function earnedBy(
  { account }: Iexec,
  address: Address,
): Promise<{ readonly earned?: bigint; readonly why?: string }> {
  try {
    return { earned: await account.earned(address) }
  } catch (error) {
    if (error instanceof IexecError && OF_THE_MARKET.includes(error.code)) return { why: error.message }
    throw error
  }
}
