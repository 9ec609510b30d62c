// iexec account deposit and withdraw: RLC to the market, and home.
import { formatRlc } from '@iexec/protocol'
import { AMOUNT_ARGUMENTS, readRlc } from '../../amount.ts'
import type { Command, Outcome } from '../../command.ts'
import { CHAIN_OPTION, CONFIRMS_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { openSigner, receiverArgument, text } from '../../session.ts'

const options = [CHAIN_OPTION, ...WALLET_OPTIONS, CONFIRMS_OPTION]

export const depositCommand: Command = {
  name: 'deposit',
  summary: 'bring RLC from your wallet to the market',
  description:
    'Brings RLC from your wallet to the market, in one transaction; with --to into somebody else’s account there, in two. An amount without a unit is in nRLC.',
  arguments: AMOUNT_ARGUMENTS,
  options: [...options, { flags: '--to <address>', summary: 'whose account gets it', fallback: 'that of the wallet' }],
  examples: [
    { line: 'iexec account deposit 10 RLC', meaning: 'enough for 10 runs at 1 RLC' },
    { line: 'iexec account deposit 500', meaning: '500 nRLC' },
    { line: 'iexec account deposit 50 RLC --to 0x…', meaning: 'stake for the contract that owns your workerpool' },
  ],
  run: async (call) => {
    const amount = readRlc(call.args)
    const given = text(call, 'to')
    const receiver = given === undefined ? {} : { to: receiverArgument(given) }
    const iexec = await openSigner(call)
    const { txHash } = await iexec.account.deposit(amount, receiver)
    return {
      raw: { amount: amount.toString(), ...receiver, txHash },
      text: [
        `Deposited ${formatRlc(amount)}${given === undefined ? '' : ` for ${given}`}.`,
        `  transaction  ${txHash}`,
      ],
    }
  },
}

export const withdrawCommand: Command = {
  name: 'withdraw',
  summary: 'bring RLC from the market home to your wallet',
  description:
    'Brings RLC from the market home to your wallet. An amount without a unit is in nRLC; `all` is whatever is free.',
  arguments: AMOUNT_ARGUMENTS,
  options,
  examples: [
    { line: 'iexec account withdraw all', meaning: 'whatever no deal holds' },
    { line: 'iexec account withdraw 1.5 RLC', meaning: 'this much' },
  ],
  run: async (call) => {
    const isAll = call.args.length === 1 && call.args[0] === 'all'
    const asked = isAll ? undefined : readRlc(call.args)
    const iexec = await openSigner(call)
    const account = isAll ? await iexec.account.show(iexec.context.signer?.address ?? '0x') : undefined
    if (account?.stake === 0n) return nothingToWithdraw(account.locked)
    const amount = asked ?? account?.stake ?? 0n
    const { txHash } = await iexec.account.withdraw(amount)
    return {
      raw: { amount: amount.toString(), txHash },
      text: [`Withdrew ${formatRlc(amount)}.`, `  transaction  ${txHash}`],
    }
  },
}

/** All of nothing is done without a transaction. */
function nothingToWithdraw(locked: bigint): Outcome {
  const held = locked === 0n ? '' : `; deals hold ${formatRlc(locked)}, which comes free when they end`
  return { raw: { amount: '0' }, text: [`There is nothing to withdraw: nothing is free on your account${held}.`] }
}
