// `iexec registry build`: makes the static index of a registry, which any store reads.
import { Option } from 'commander'
import { findNetwork } from '../chain/chains.ts'
import { buildIndex } from '../registry/buildIndex.ts'
import { findOn } from '../registry/fill.ts'
import { writeIndex } from '../registry/writeIndex.ts'
import { asText, describedCommand } from './line.ts'

type Options = { readonly out: string; readonly name?: string; readonly network?: string }

/** Makes an index. */
export async function buildRegistry(args: readonly string[]): Promise<number> {
  const command = describedCommand({
    name: 'iexec registry build',
    description:
      'Makes the index of a registry: index.json, and beside it the files of the listings. Stores read it from any web server. The same registry always makes the same bytes.',
    examples: [
      ['iexec registry build --out public', 'of the registry in this folder'],
      [
        'iexec registry build --network local --out public',
        'of what is on the network of this machine, with its addresses there',
      ],
    ],
  })
    .argument('[path]', 'a registry', '.')
    .addOption(new Option('--out <folder>', 'where to write it').argParser(asText).makeOptionMandatory())
    .addOption(new Option('--name <text>', 'what the registry is called').argParser(asText))
    .addOption(
      new Option(
        '--network <place>',
        'list what is on a network of this machine: its name, folder or network.json',
      ).argParser(asText),
    )
  command.parse([...args], { from: 'user' })
  const { out, name, network } = command.opts<Options>()
  const [path = '.'] = command.args
  const find = network === undefined ? undefined : findOn(findNetwork(network))
  const built = await buildIndex(path, { name, find })
  writeIndex(out, built)
  for (const sentence of built.leftOut) console.error(sentence)
  const { listings, hash } = built.index
  console.log(`${out}/index.json has ${listings.length === 1 ? '1 listing' : `${listings.length} listings`}.`)
  console.log(`hash ${hash}`)
  return 0
}
