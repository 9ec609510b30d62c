// What all definitions promise: everything is explained, every example can be typed, and docs/cli.md tells the same.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeReference, REFERENCE } from '../scripts/reference.ts'
import type { Command, Option } from '../src/command.ts'
import { GROUPS, SINGLES } from '../src/groups.ts'
import { FIRST_LINES } from '../src/help/start.ts'
import { TOPIC_NAMES } from '../src/help/topicNames.ts'
import { TOPICS } from '../src/help/topics.ts'
import { GLOBAL_OPTIONS } from '../src/options.ts'
import { OUTER_PACKAGES } from '../src/outerPackage.ts'
import { buildProgram } from '../src/program.ts'

type Defined = { readonly path: string; readonly command: Command }

const grouped = await Promise.all(
  GROUPS.map(async ({ name, load }) =>
    (await load()).commands.map((command) => ({ path: `iexec ${name} ${command.name}`, command })),
  ),
)
const alone = await Promise.all(
  SINGLES.map(async ({ name, load }) => ({ path: `iexec ${name}`, command: await load() })),
)
const all: readonly Defined[] = [...grouped.flat(), ...alone]

function optionsOf({ options = [] }: Command): readonly Option[] {
  return [...options, ...GLOBAL_OPTIONS]
}

/** Which command a line calls; what follows a pipe is another program. */
async function called(line: string): Promise<string> {
  const [own = ''] = line.replace(/^source <\((.*)\)$/u, '$1').split(/ [|>] /u)
  const words = [...own.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/gu)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  )
  if (words.shift() !== 'iexec') return 'none'
  // As `run` reads it.
  const [first, second = ''] = words
  if (first === 'help' && GROUPS.some(({ name }) => name === second)) return 'iexec help'
  let found = 'none'
  const program = await buildProgram(words, {
    singles: SINGLES,
    groups: GROUPS,
    outerPackages: OUTER_PACKAGES,
    write: { out: () => undefined, error: () => undefined },
    carry: async (_command, _call, path) => {
      found = path
    },
  })
  await program.parseAsync(words, { from: 'user' })
  return found
}

test('docs/cli.md is what the definitions say; pnpm generate writes it', async () => {
  expect(readFileSync(REFERENCE, 'utf8')).toBe(await makeReference())
})

test.each(all)(
  '$path: every argument and option has a summary, in lower case and without a full stop',
  ({ command }) => {
    const summaries = [command, ...(command.arguments ?? []), ...optionsOf(command)].map(({ summary }) => summary)

    expect(
      summaries.filter((summary) => !/^(?:[a-z0-9]|RLC|WASM|IPFS|JSON|URL|TEE|Docker|CID)[^]*[^.\s]$/u.test(summary)),
    ).toEqual([])
  },
)

test.each(all)('$path: its summary says what to do', ({ command }) => {
  const [verb = ''] = command.summary.split(' ')

  // Neither "shows" nor "showing" nor "the".
  expect(verb).not.toMatch(/(?:[^s]s|...ing)$|^(?:the|a|an|your)$/u)
})

test.each(all)('$path: each of its options is one of a kind', ({ command }) => {
  const names = optionsOf(command)
    .flatMap(({ flags }) => flags.match(/(?<![\w-])--?[\w][\w-]*/gu) ?? [])
    .map((name) => name.replace(/^--no-/u, '--'))

  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  expect(names.filter((name) => ['-h', '--help', '-V', '--version'].includes(name))).toEqual([])
})

test.each(all)('$path: its examples can be typed as they stand, and call it', async ({ path, command }) => {
  expect(command.examples.length).toBeGreaterThan(0)

  for (const { line, meaning } of command.examples) {
    expect(meaning).not.toMatch(/^$|\.$/u)
    expect(await called(line)).toBe(path)
  }
})

test('names and aliases of commands are one of a kind within their group', async () => {
  const groups = await Promise.all(GROUPS.map(async ({ load }) => (await load()).commands))
  const rooms = [[...GROUPS, ...SINGLES, ...OUTER_PACKAGES, { name: 'complete' }], ...groups]

  for (const room of rooms) {
    const names = room.flatMap((one) => [one.name, ...('aliases' in one ? (one.aliases ?? []) : [])])
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  }
})

test('what the help says of a command without a noun is what the command says of itself', async () => {
  for (const { name, summary, isHidden = false, load } of SINGLES) {
    const command = await load()
    expect({ name: command.name, summary: command.summary, isHidden: command.isHidden ?? false }).toEqual({
      name,
      summary,
      isHidden,
    })
  }
})

test('every topic has a page that fits a screen', () => {
  expect(TOPICS.map(({ name }) => name)).toEqual([...TOPIC_NAMES])
  // The list of codes is as long as it is.
  const tooLong = TOPICS.filter(({ name, text }) => name !== 'errors' && text.length > 32)
  expect(tooLong.map(({ name }) => name)).toEqual([])
})

test('the lines of the first page can be typed as they stand', async () => {
  for (const { line } of FIRST_LINES) expect(line).toContain(await called(line))
})
