// What may stand next in a line, answered from the definitions: shells ask it through `iexec complete -- words`.
import type { Argument, Command, Group, Option } from '../command.ts'
import { GROUPS, SINGLES } from '../groups.ts'
import { TOPIC_NAMES } from '../help/topicNames.ts'
import { GLOBAL_OPTIONS } from '../options.ts'
import { OUTER_PACKAGES } from '../outerPackage.ts'
import { isPath, valuesOf } from './values.ts'

/** One answer in a line of its own: the word, and behind a tab what it means. */
type Answer = { readonly word: string; readonly meaning?: string }

/** Tells the shell to complete names of files by itself. */
const FILES = ':files'

/**
 * What may stand in the place of the last word.
 *
 * @param words those behind `iexec`, the last one perhaps half typed or empty
 * @returns lines for the scripts: `word`, `word<tab>meaning`, or `:files`
 * @example
 * await completeLine(['acc']) // ['account\tRLC on the market …']
 */
export async function completeLine(words: readonly string[]): Promise<readonly string[]> {
  const line = words.map(unquoted)
  const typed = line.at(-1) ?? ''
  const [first, ...rest] = line.slice(0, -1)
  if (first === undefined) return print(beginnings(typed), typed)
  if (first === 'help') return inHelp(rest, typed)
  const single = SINGLES.find(({ name }) => name === first)
  if (single !== undefined) return inCommand(await single.load(), rest, typed)
  const group = GROUPS.find(({ name, aliases = [] }) => [name, ...aliases].includes(first))
  if (group === undefined) return []
  const { commands } = await group.load()
  const [verb, ...behind] = rest
  if (verb === undefined) return print(namesOf(commands, typed), typed)
  const command = commands.find(({ name, aliases = [] }) => [name, ...aliases].includes(verb))
  return command === undefined ? [] : inCommand(command, behind, typed)
}

function beginnings(typed: string): readonly Answer[] {
  if (typed.startsWith('-')) {
    return [
      { word: '--help', meaning: 'explain a command' },
      { word: '--version', meaning: 'print the version' },
    ]
  }
  const outer = OUTER_PACKAGES.map(({ name, summary }) => ({ word: name, meaning: summary }))
  return [...namesOf([...GROUPS, ...SINGLES], typed), ...outer]
}

/** Topics, and everything that can be called. */
async function inHelp(given: readonly string[], typed: string): Promise<readonly string[]> {
  if (given.length > 1) return []
  if (given.length === 1) return completeLine([...given, typed])
  return [
    ...print(
      TOPIC_NAMES.map((word) => ({ word, meaning: 'a topic' })),
      typed,
    ),
    ...print(beginnings(typed), typed),
  ]
}

type Named = Pick<Group | Command, 'name' | 'summary' | 'aliases' | 'isHidden'>

/** Aliases only for whoever has begun to type one. */
function namesOf(all: readonly Named[], typed: string): readonly Answer[] {
  return all
    .filter(({ isHidden = false }) => !isHidden)
    .flatMap(({ name, aliases = [], summary }) =>
      [name, ...(typed === '' ? [] : aliases)].map((word) => ({ word, meaning: summary })),
    )
}

/** Behind a command: options, their values, and arguments. */
async function inCommand(command: Command, given: readonly string[], typed: string): Promise<readonly string[]> {
  const options = [...(command.options ?? []), ...GLOBAL_OPTIONS]
  const keystoredir = given[given.indexOf('--keystoredir') + 1 || given.length]
  const inWord = /^(?<flag>--[\w-]+)=(?<value>.*)$/u.exec(typed)?.groups
  if (inWord !== undefined) {
    const { flag = '', value = '' } = inWord
    return valuesFor(options.find(takesValue(flag)), { typed: value, before: `${flag}=`, keystoredir })
  }
  const { open, arguments: count, used } = read(options, given)
  if (open !== undefined && (!typed.startsWith('-') || mustHaveValue(open))) {
    return valuesFor(open, { typed: typed === '=' ? '' : typed, before: '', keystoredir })
  }
  if (typed.startsWith('-')) return print(optionsLeft(options, used), typed)
  const places = command.arguments ?? []
  const last = places.at(-1)
  const place = places[count] ?? (last?.isList === true ? last : undefined)
  return valuesFor(place, { typed, before: '', keystoredir })
}

type Typed = { readonly typed: string; readonly before: string; readonly keystoredir: string | undefined }

async function valuesFor(
  place: Argument | Option | undefined,
  { typed, before, keystoredir }: Typed,
): Promise<readonly string[]> {
  if (place === undefined) return []
  const values = (await valuesOf(place, keystoredir)).map((word) => ({ word: `${before}${word}` }))
  const answers = print(values, `${before}${typed}`)
  return isPath(place) ? [...answers, FILES] : answers
}

type Read = {
  /** The option whose value comes next. */
  readonly open: Option | undefined
  readonly arguments: number
  readonly used: readonly Option[]
}

/** Reads what stands before the word that is typed, as commander would. */
function read(options: readonly Option[], given: readonly string[]): Read {
  let open: Option | undefined
  let count = 0
  const used: Option[] = []
  for (const word of given) {
    // bash makes a word of the equals sign.
    if (open !== undefined && word === '=') continue
    if (open !== undefined && (mustHaveValue(open) || !word.startsWith('-'))) {
      if (!isVariadic(open)) open = undefined
    } else if (word.startsWith('-')) {
      const [flag = ''] = word.split('=', 1)
      const found = options.find(({ flags }) => namesIn(flags).includes(flag))
      if (found !== undefined) used.push(found)
      open = found !== undefined && takesValue(flag)(found) && !word.includes('=') ? found : undefined
    } else count++
  }
  return { open, arguments: count, used }
}

/** One value, whatever it begins with; of several, and of one that may be left out, a dash ends them. */
function mustHaveValue({ flags }: Option): boolean {
  return flags.includes('<') && !flags.includes('...')
}

function optionsLeft(options: readonly Option[], used: readonly Option[]): readonly Answer[] {
  return [
    ...options
      .filter((option) => option.isHidden !== true && !used.includes(option))
      .map(({ flags, summary }) => ({
        word: namesIn(flags).find((name) => name.startsWith('--')) ?? '',
        meaning: summary,
      })),
    { word: '--help', meaning: 'explain it' },
  ]
}

function namesIn(flags: string): readonly string[] {
  return flags.match(/(?<![\w-])--?[\w][\w-]*/gu) ?? []
}

function takesValue(flag: string): (option: Option) => boolean {
  return ({ flags }) => namesIn(flags).includes(flag) && /[<[]/u.test(flags)
}

function isVariadic({ flags }: Option): boolean {
  return flags.includes('...')
}

function print(answers: readonly Answer[], typed: string): readonly string[] {
  return answers
    .filter(({ word }) => word !== '' && word.startsWith(typed))
    .map(({ word, meaning }) => (meaning === undefined ? word : `${word}\t${meaning}`))
}

/** Shells give words as they were typed. */
function unquoted(word: string): string {
  return word.replace(/^["']/u, '').replace(/(?<=.)["']$/u, '')
}
