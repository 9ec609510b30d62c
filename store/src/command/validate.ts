// `iexec registry validate`: checks listings as files and against the chain, and names each fault with its file and line.
import { Option } from 'commander'
import { listChains } from '../chain/chains.ts'
import { validateRegistry, type Validated } from '../registry/validate.ts'
import { asText, describedCommand, FAILED } from './line.ts'

type Options = {
  readonly offline?: true
  readonly network?: string
  readonly author?: string
  readonly raw?: true
  readonly json?: true
}

/** Checks listings. */
export async function validate(args: readonly string[]): Promise<number> {
  const command = describedCommand({
    name: 'iexec registry validate',
    description:
      'Checks listings: their files, and on every chain where they are that what they list is there, is theirs, is what they say, and is for sale.',
    examples: [
      ['iexec registry validate', 'all listings of this registry, or the one whose folder this is'],
      ['iexec registry validate me/my-app --offline', 'the files of one listing'],
      ['iexec registry validate --network local', 'against the network of this machine'],
    ],
  })
    .argument('[path]', 'a registry, or a folder of it', '.')
    .addOption(new Option('--offline', 'check the files alone'))
    .addOption(
      new Option('--network <place>', 'a network of this machine: its name, folder or network.json').argParser(asText),
    )
    .addOption(new Option('--author <login>', 'who proposes them: the name of their first folder').argParser(asText))
    .addOption(new Option('--json', 'print one JSON document').conflicts('raw'))
    .addOption(new Option('--raw', 'print one line of JSON: ok, validated, fail'))
  command.parse([...args], { from: 'user' })
  const { offline, network, author, raw, json } = command.opts<Options>()
  const [path = '.'] = command.args
  const chains = offline === true ? undefined : listChains(network)
  const validated = await validateRegistry(path, { chains, author })
  if (raw === true) console.log(JSON.stringify(rawOf(validated)))
  else if (json === true) console.log(JSON.stringify({ ok: validated.faults.length === 0, ...validated }, undefined, 2))
  else sayValidated(validated)
  return validated.faults.length === 0 ? 0 : FAILED
}

/** As clients of generation 8 printed it. */
function rawOf({ files, faults }: Validated): object {
  return { ok: faults.length === 0, validated: files, fail: faults.map(lineOf) }
}

function sayValidated({ listings, faults, notes }: Validated): void {
  for (const note of notes) console.error(note)
  for (const fault of faults) console.log(lineOf(fault))
  const wrong = faults.length === 1 ? 'There is 1 fault' : `There are ${faults.length} faults`
  const count = listings === 1 ? '1 listing' : `${listings} listings`
  console.log(faults.length === 0 ? `${count}, and nothing is wrong.` : `${wrong} in ${count}.`)
}

/** As editors and CI find the place: `me/app/iexec.json:3: …`. */
function lineOf({ file, line, sentence }: Validated['faults'][number]): string {
  return line === undefined ? `${file}: ${sentence}` : `${file}:${line}: ${sentence}`
}
