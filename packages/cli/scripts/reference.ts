// Writes docs/cli.md: every command, argument and option as the program itself knows them. A test fails while the file differs.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Argument, Command, Group, Option } from '../src/command.ts'
import { GROUPS, SINGLES } from '../src/groups.ts'
import { ENVIRONMENT, EXIT_CODES } from '../src/help/conventions.ts'
import { reflow } from '../src/help/reflow.ts'
import { TOPICS } from '../src/help/topics.ts'
import { GLOBAL_OPTIONS } from '../src/options.ts'
import { OUTER_PACKAGES } from '../src/outerPackage.ts'

/** Where the reference is. */
export const REFERENCE: string = join(import.meta.dirname, '../../../docs/cli.md')

type Loaded = Omit<Group, 'load'> & { readonly commands: readonly Command[] }

/**
 * The whole reference as Markdown.
 *
 * @example
 * (await makeReference()).startsWith('# The `iexec` command') // true
 */
export async function makeReference(): Promise<string> {
  const groups = await Promise.all(
    GROUPS.filter(({ isHidden = false }) => !isHidden).map(async (group) => ({
      ...group,
      commands: (await group.load()).commands.filter(({ isHidden = false }) => !isHidden),
    })),
  )
  const singles = await Promise.all(SINGLES.filter(({ isHidden = false }) => !isHidden).map(async ({ load }) => load()))
  return [
    ...head(),
    ...contents(groups, singles),
    ...conventions(),
    ...groups.flatMap(describeGroup),
    ...singles.flatMap((command) => describeCommand(command, `iexec ${command.name}`, '##')),
    ...outerPackages(),
    ...topics(),
  ].join('\n')
}

function head(): readonly string[] {
  return [
    '# The `iexec` command',
    '',
    'Buy and sell computing that can be trusted. This reference is written by `pnpm generate` from the definitions of the commands: never edit it by hand.',
    '',
    ...code(['iexec <command> [arguments] [options]']),
  ]
}

function contents(groups: readonly Loaded[], singles: readonly Command[]): readonly string[] {
  return [
    ...groups.map(
      ({ name, summary, commands }) =>
        `- [\`iexec ${name}\`](#${anchor(`iexec ${name}`)}): ${summary} (${commands.map((command) => link(`iexec ${name} ${command.name}`, command.name)).join(', ')})`,
    ),
    ...singles.map(({ name, summary }) => `- [\`iexec ${name}\`](#${anchor(`iexec ${name}`)}): ${summary}`),
    ...OUTER_PACKAGES.map(
      ({ name, summary }) => `- \`iexec ${name}\`: ${summary}; [in a package of its own](#packages-of-their-own)`,
    ),
    '',
  ]
}

function conventions(): readonly string[] {
  return [
    '## Conventions',
    '',
    ...heading('###', 'Options of every command'),
    ...GLOBAL_OPTIONS.map(describeOption),
    '- `-h`, `--help`: explain the command, with examples',
    '',
    ...heading('###', 'The form of the answer'),
    '- Without an option: sentences on stdout; progress, warnings and errors on stderr.',
    '- `--json`: one JSON document on stdout. `{"ok": true, …}` with the keys of the command; when it failed, `{"ok": false, "command", "error": {"code", "message", "hints", "details"}}`; when only parts of it failed, `{"ok": false, …, "fail": [sentences]}`.',
    '- `--raw`: one line of JSON in the shape of the existing command. `{"ok":true,…}` on stdout; when it failed, `{"ok":false,"command":…,"error":{"name":…,"message":…}}` on stderr.',
    '- Amounts are texts of whole numbers, in nRLC or wei. Codes of errors are listed under [errors](#errors).',
    '',
    ...heading('###', 'Exit codes'),
    ...EXIT_CODES.map(({ code: number, meaning }) => `- \`${number}\`: ${meaning}`),
    '',
    ...heading('###', 'Environment'),
    ...ENVIRONMENT.map(({ name, meaning }) => `- \`${name}\`: ${meaning}`),
    '',
  ]
}

function describeGroup({ name, aliases = [], summary, commands }: Loaded): readonly string[] {
  const also = aliases.length === 0 ? '' : ` Also called ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`
  return [
    ...heading('##', `iexec ${name}`),
    `${asSentence(summary)}${also}`,
    '',
    ...commands.flatMap((command) => describeCommand(command, `iexec ${name} ${command.name}`, '###')),
  ]
}

function describeCommand(command: Command, path: string, level: string): readonly string[] {
  const { summary, description, aliases = [], arguments: places = [], options = [], examples } = command
  const shown = options.filter(({ isHidden = false }) => !isHidden)
  const usage = [path, ...places.map(writeArgument), ...(shown.length === 0 ? [] : ['[options]'])].join(' ')
  const width = Math.max(...examples.map(({ line }) => line.length))
  return [
    ...heading(level, path),
    ...paragraphs(description ?? asSentence(summary)),
    ...(aliases.length === 0 ? [] : [`Also called ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`, '']),
    ...code([usage]),
    ...list(places.map((place) => `- \`${writeArgument(place)}\`: ${place.summary}${among(place)}`)),
    ...list(shown.map(describeOption)),
    'Examples:',
    '',
    ...code(examples.map(({ line, meaning }) => `${line.padEnd(width)}  # ${meaning}`)),
  ]
}

function describeOption(option: Option): string {
  const { flags, summary, fallback } = option
  const standing = fallback === undefined ? '' : `; ${fallback} when left out`
  const names = flags.split(', ').map((flag) => `\`${flag}\``)
  return `- ${names.join(', ')}: ${summary}${among(option)}${standing}`
}

function among({ choices }: Argument | Option): string {
  return choices === undefined ? '' : `; one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`
}

function writeArgument({ name, isOptional = false, isList = false }: Argument): string {
  const dots = isList ? `${name}...` : name
  return isOptional ? `[${dots}]` : `<${dots}>`
}

function outerPackages(): readonly string[] {
  return [
    ...heading('##', 'Packages of their own'),
    'What needs services, engines or a build for browsers comes with packages of its own. The command looks for them beside itself, where npm installs globally, and in the project whose package.json names them, or the clone that the command itself stands in, if they belong to you; and runs them with the same streams and the same exit code. When one is absent it says how to install it.',
    '',
    ...list(
      OUTER_PACKAGES.map(({ name, packageName, summary }) => `- \`iexec ${name}\` (\`${packageName}\`): ${summary}`),
    ),
    'The commands of `iexec worker` know [the options of every command](#options-of-every-command), and answer in the same form; `doctor` and `status` have what is in the way under `fail`. Only `start`, which goes on until it is ended, differs: with `--json` or `--raw` it prints a line of JSON for each event, `{"event", "at", "message", …}`, and with `--quiet` none of those about single tasks; when it fails, the line is the document of a failure.',
    '',
    '`iexec registry validate` and `build`, `iexec store build` and `serve` are told in [run-a-store.md](run-a-store.md).',
    '',
  ]
}

function topics(): readonly string[] {
  return [
    ...heading('##', 'Topics'),
    'As `iexec help <topic>` shows them.',
    '',
    ...TOPICS.flatMap(({ name, summary, text }) => [
      ...heading('###', name),
      asSentence(summary),
      '',
      ...code(reflow(text)),
    ]),
  ]
}

function heading(level: string, words: string): readonly string[] {
  return [`${level} ${words}`, '']
}

/** No `sh`: the documents' commands in `sh` are all run by a test, and these need a market. */
function code(lines: readonly string[]): readonly string[] {
  return ['```text', ...lines, '```', '']
}

function list(items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [...items, '']
}

/** Indented lines of a description are code. */
function paragraphs(description: string): readonly string[] {
  const [prose, shown] = [
    description.split('\n').filter((line) => !line.startsWith(' ')),
    description.split('\n').filter((line) => line.startsWith(' ')),
  ]
  return [
    ...prose.filter((line) => line !== '').flatMap((line) => [line, '']),
    ...(shown.length === 0 ? [] : code(shown)),
  ]
}

function asSentence(summary: string): string {
  return `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`
}

function link(path: string, words: string): string {
  return `[${words}](#${anchor(path)})`
}

/** As GitHub makes them of headings. */
function anchor(words: string): string {
  return words.toLowerCase().replaceAll(' ', '-')
}

if (import.meta.main) {
  const text = await makeReference()
  if (text === readIfThere(REFERENCE)) {
    console.log('docs/cli.md is as it should be.')
  } else {
    writeFileSync(`${REFERENCE}.tmp`, text)
    renameSync(`${REFERENCE}.tmp`, REFERENCE)
    console.log('Wrote docs/cli.md.')
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
