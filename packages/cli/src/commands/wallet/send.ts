// iexec wallet send-ether, send-RLC and sweep: out of the wallet.
import { formatCoin, formatRlc } from '@iexec/protocol'
import { requireReceiver, type Swept } from '@iexec/sdk'
import type { Address } from 'viem'
import { AMOUNT_ARGUMENTS, readCoin, readRlc } from '../../amount.ts'
import { CliError } from '../../cliError.ts'
import type { Call, Command } from '../../command.ts'
import { CHAIN_OPTION, CONFIRMS_OPTION, FORCE_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { isSet, openSigner, receiverArgument, text } from '../../session.ts'
import { confirm } from '../../terminal/ask.ts'

const options = [
  CHAIN_OPTION,
  ...WALLET_OPTIONS,
  CONFIRMS_OPTION,
  FORCE_OPTION,
  { flags: '--to <address>', summary: 'who receives it' },
]

export const sendEtherCommand: Command = {
  name: 'send-ether',
  aliases: ['send-eth'],
  summary: 'send coins of the chain',
  arguments: [AMOUNT_ARGUMENTS[0], { name: 'unit', summary: 'ether (default), gwei, wei …', isOptional: true }],
  options,
  examples: [{ line: 'iexec wallet send-ether 0.1 --to 0x…', meaning: 'a tenth of a coin' }],
  run: async (call) => {
    const amount = readCoin(call.args)
    const named = receiverOf(call)
    const iexec = await openSigner(call)
    const to = requireReceiver(iexec.context, named)
    await confirm(`Send ${formatCoin(amount)} to ${to}?`, call.terminal, isSet(call, 'force'))
    const { txHash } = await iexec.wallet.sendCoins({ to, amount })
    const from = iexec.context.signer?.address
    return {
      raw: { amount: amount.toString(), from, to, txHash },
      text: [`Sent ${formatCoin(amount)} to ${to}.`, `  transaction  ${txHash}`],
    }
  },
}

export const sendRlcCommand: Command = {
  name: 'send-RLC',
  aliases: ['send-rlc'],
  summary: 'send RLC',
  arguments: [AMOUNT_ARGUMENTS[0], { name: 'unit', summary: 'RLC (default) or nRLC', isOptional: true }],
  options,
  examples: [{ line: 'iexec wallet send-RLC 5 --to 0x…', meaning: '5 RLC' }],
  run: async (call) => {
    const amount = readRlc(call.args, 'RLC')
    const named = receiverOf(call)
    const iexec = await openSigner(call)
    const to = requireReceiver(iexec.context, named)
    await confirm(`Send ${formatRlc(amount)} to ${to}?`, call.terminal, isSet(call, 'force'))
    const { txHash } = await iexec.wallet.sendRlc({ to, amount })
    const from = iexec.context.signer?.address
    return {
      raw: { amount: amount.toString(), from, to, txHash },
      text: [`Sent ${formatRlc(amount)} to ${to}.`, `  transaction  ${txHash}`],
    }
  },
}

export const sweepCommand: Command = {
  name: 'sweep',
  summary: 'send all coins and RLC of your wallet to another one',
  description: 'Sends all coins and RLC of your wallet to another one. What you have on the market stays there.',
  options,
  examples: [{ line: 'iexec wallet sweep --to 0x…', meaning: 'leaves nothing behind' }],
  run: async (call) => {
    const named = receiverOf(call)
    const iexec = await openSigner(call)
    const to = requireReceiver(iexec.context, named)
    const from = iexec.context.signer?.address
    await confirm(`Send everything in ${from} to ${to}?`, call.terminal, isSet(call, 'force'))
    const swept = await iexec.wallet.sweep(to)
    const { rlcTxHash, coinTxHash, errors } = swept
    return {
      raw: {
        from,
        to,
        sendNativeTxHash: coinTxHash,
        sendERC20TxHash: rlcTxHash,
        ...(errors.length === 0 ? {} : { errors }),
      },
      text: [
        sweptLine(swept, `from ${from} to ${to}`),
        ...(rlcTxHash === undefined ? [] : [`  RLC    ${rlcTxHash}`]),
        ...(coinTxHash === undefined ? [] : [`  coins  ${coinTxHash}`]),
      ],
      failures: errors,
    }
  },
}

/** Says only what went. */
function sweptLine({ rlcTxHash, coinTxHash, errors }: Swept, road: string): string {
  const sent = [...(rlcTxHash === undefined ? [] : ['all RLC']), ...(coinTxHash === undefined ? [] : ['all coins'])]
  if (sent.length > 0) return `Sent ${sent.join(' and ')} ${road}.`
  return errors.length > 0 ? 'Sent nothing.' : 'There is nothing to send: the wallet is empty.'
}

function receiverOf(call: Call): Address {
  const to = text(call, 'to')
  if (to === undefined)
    throw new CliError('Usage', 'Nobody is named who receives it.', { hints: ['Name an address with --to.'] })
  return receiverArgument(to)
}
