// `iexec registry build`: makes the static index of a registry, which any store reads.
import process from 'node:process'
import { Option } from 'commander'
import type { LocalAccount } from 'viem'
import { findNetwork } from '../chain/chains.ts'
import { UsageError } from '../fault.ts'
import { buildIndex } from '../registry/buildIndex.ts'
import { findOn } from '../registry/fill.ts'
import { validateRegistry } from '../registry/validate.ts'
import { signIndex } from '../registry/signIndex.ts'
import { writeIndex } from '../registry/writeIndex.ts'
import { asText, describedCommand } from './line.ts'
import { asName } from './name.ts'

type Wallet = { readonly walletFile?: string; readonly passwordFile?: string; readonly keyFile?: string }
type Options = Wallet & {
  readonly out: string
  readonly name?: string
  readonly network?: string
  readonly sign?: true
}

/** What the variables of the key and the password begin with: no other process sees them, as it sees command lines. */
const PREFIX = 'REGISTRY'

/** Makes an index. */
export async function buildRegistry(args: readonly string[]): Promise<number> {
  const command = describedCommand({
    name: 'iexec registry build',
    description:
      'Makes the index of a registry: index.json, and beside it the files of the listings. Stores read it from any web server. The same registry always makes the same bytes; a signature has its moment besides.',
    examples: [
      ['iexec registry build --out public', 'of the registry in this folder'],
      [
        'iexec registry build --network local --out public',
        'of what is on the network of this machine, with its addresses there',
      ],
      ['iexec registry build --name Ours --sign --out public', 'signed with the wallet that iexec would take'],
    ],
  })
    .argument('[path]', 'a registry', '.')
    .addOption(new Option('--out <folder>', 'where to write it').argParser(asText).makeOptionMandatory())
    .addOption(new Option('--name <text>', 'what the registry is called').argParser(asName))
    .addOption(
      new Option(
        '--network <place>',
        'list what is on a network of this machine: its name, folder or network.json',
      ).argParser(asText),
    )
  for (const option of signingOptions()) command.addOption(option)
  command.parse([...args], { from: 'user' })
  const { out, name, network, sign, passwordFile } = command.opts<Options>()
  const [path = '.'] = command.args
  if (sign !== true && passwordFile !== undefined) {
    throw new UsageError('--password-file is the password of a wallet that signs: add --sign or --wallet-file.')
  }
  const find = network === undefined ? undefined : findOn(findNetwork(network))
  // Without a key, nothing is written.
  const account = sign === true ? await openWallet(command.opts<Options>()) : undefined
  const built = await buildIndex(path, { name, find })
  const index = account === undefined ? built.index : await signIndex(built.index, account)
  writeIndex(out, { index, files: built.files })
  for (const sentence of built.leftOut) console.error(sentence)
  const { listings, hash, signer } = index
  // Readers take more than a registry should have: what is wrong goes in, but not without a word.
  const faults = listings.length === 0 ? 0 : (await validateRegistry(path)).faults.length
  if (faults > 0) console.error(`Faults in ${path}: ${faults}. iexec registry validate names each with its line.`)
  console.log(`${out}/index.json has ${listings.length === 1 ? '1 listing' : `${listings.length} listings`}.`)
  console.log(`hash ${hash}`)
  if (signer !== undefined) console.log(`signer ${signer}`)
  return 0
}

function signingOptions(): readonly Option[] {
  return [
    new Option('--sign', 'sign it, with the wallet that iexec would take here'),
    new Option(
      '--wallet-file <file>',
      `sign it with this wallet: a keystore (password by --password-file or ${PREFIX}_PASSWORD), or wallet.json`,
    )
      .argParser(asText)
      .implies({ sign: true }),
    new Option('--password-file <file>', 'file whose first line is the password of the wallet').argParser(asText),
    new Option('--key-file <file>', `sign it with the private key in this file; or set ${PREFIX}_KEY`)
      .argParser(asText)
      .implies({ sign: true }),
  ]
}

async function openWallet(options: Wallet): Promise<LocalAccount> {
  // Only who signs loads it.
  const { askHidden, readAccount } = await import('@iexec/service/wallet')
  const ask = process.stdin.isTTY ? askHidden : undefined
  return readAccount(options, { folder: process.cwd(), env: process.env, prefix: PREFIX, ask })
}
