// iexec wallet show: what a wallet holds, and its key when asked for by name.
import { formatIn, formatRlc, formatCoin } from '@iexec/protocol'
import { privateKeyToAccount } from 'viem/accounts'
import type { Command } from '../../command.ts'
import { CHAIN_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { addressArgument, isSet, openReader, requireKey, requireWalletAddress } from '../../session.ts'

export const showWalletCommand: Command = {
  name: 'show',
  summary: 'show the coins and RLC of a wallet',
  arguments: [{ name: 'address', summary: 'whose; your own when left out', isOptional: true }],
  options: [
    CHAIN_OPTION,
    ...WALLET_OPTIONS,
    { flags: '--show-private-key', summary: 'show the key of your wallet, too; asks for its password' },
  ],
  examples: [{ line: 'iexec wallet show', meaning: 'yours; no password needed' }],
  run: async (call) => {
    const [given] = call.args
    const address = given === undefined ? await requireWalletAddress(call) : addressArgument(given, 'address')
    const key = given === undefined && isSet(call, 'showPrivateKey') ? await requireKey(call) : undefined
    const iexec = await openReader(call)
    const { wei, nRLC } = await iexec.wallet.show(address)
    const balance = {
      ether: formatIn(wei, 'ether'),
      RLC: formatIn(nRLC, 'RLC'),
      nRLC: nRLC.toString(),
      wei: wei.toString(),
    }
    const keys = key === undefined ? {} : { publicKey: privateKeyToAccount(key).publicKey, privateKey: key }
    const raw = given === undefined ? { balance, wallet: { address, ...keys } } : { balance }
    return {
      raw,
      json: { address, balance: { wei, nRLC }, ...keys },
      text: [
        `Wallet ${address}`,
        `  coins  ${formatCoin(wei)}`,
        `  RLC    ${formatRlc(nRLC)}`,
        ...(key === undefined ? [] : [`  key    ${key}`]),
      ],
    }
  },
}
