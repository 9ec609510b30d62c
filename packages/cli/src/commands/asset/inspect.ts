// Looking at assets of any kind: iexec app show, iexec dataset count.
import type { AssetKind, Iexec } from '@iexec/sdk'
import type { Address } from 'viem'
import type { Call, Command, Option } from '../../command.ts'
import { CHAIN_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { addressArgument, openReader, requireWalletAddress, text } from '../../session.ts'
import { wholeNumber } from '../../values.ts'
import { requireDeployed } from './target.ts'
import { ARTICLES, ownedOf, viewAsset } from './view.ts'

const options: readonly Option[] = [
  CHAIN_OPTION,
  ...WALLET_OPTIONS,
  { flags: '--user <address>', summary: 'whose; yours when left out' },
]

/** `iexec <kind> show [addressOrIndex]` */
export function showCommand(kind: AssetKind): Command {
  return {
    name: 'show',
    summary: `show ${ARTICLES[kind]}`,
    description: `Shows ${ARTICLES[kind]} as it is registered, by its address, or by its place among those of an owner.`,
    arguments: [
      {
        name: 'addressOrIndex',
        summary: `address, or place (from 0) among the ${kind}s of an owner; that of deployed.json when left out`,
        isOptional: true,
      },
    ],
    options,
    examples: [
      { line: `iexec ${kind} show`, meaning: 'what this project deployed' },
      { line: `iexec ${kind} show 0x…`, meaning: 'any' },
      { line: `iexec ${kind} show 0 --user 0x…`, meaning: "an owner's first" },
    ],
    run: async (call) => {
      const find = await finderOf(call, kind)
      const iexec = await openReader(call)
      return viewAsset(iexec, kind, await find(iexec))
    },
  }
}

/** Reads the line before anything is asked of the chain. */
async function finderOf(call: Call, kind: AssetKind): Promise<(iexec: Iexec) => Promise<Address>> {
  const [given] = call.args
  if (given === undefined) {
    const deployed = await requireDeployed(call, kind)
    return async () => Promise.resolve(deployed)
  }
  if (!/^\d{1,18}$/u.test(given)) {
    const address = addressArgument(given, 'addressOrIndex')
    return async () => Promise.resolve(address)
  }
  const index = wholeNumber(given, 'addressOrIndex')
  const owner = await userOf(call)
  return async (iexec) => ownedOf(iexec, kind).addressOfUser(owner, index)
}

/** `iexec <kind> count` */
export function countCommand(kind: AssetKind): Command {
  return {
    name: 'count',
    summary: `count the ${kind}s of an owner`,
    options,
    examples: [{ line: `iexec ${kind} count`, meaning: 'yours; no password needed' }],
    run: async (call) => {
      const owner = await userOf(call)
      const iexec = await openReader(call)
      const count = await ownedOf(iexec, kind).count(owner)
      const noun = count === 1n ? kind : `${kind}s`
      return { raw: { count: count.toString() }, json: { owner, count }, text: [`${owner} has ${count} ${noun}.`] }
    },
  }
}

async function userOf(call: Call): Promise<Address> {
  const given = text(call, 'user')
  return given === undefined ? requireWalletAddress(call) : addressArgument(given, '--user')
}
