// `iexec network logs`: what the services of a network said.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { Argument, Option } from 'commander'
import { UsageError } from '../folder/fault.ts'
import { copyRegistryLog, REGISTRY } from '../registry/registry.ts'
import { logFile } from '../run/plans.ts'
import { readFrom } from '../run/logFile.ts'
import { folderOf, networkCommand, parseLine, whole, type Place } from './options.ts'

const USUAL_LINES = 50
const MOST_LINES = 100_000
const LOOK_MS = 200

type Options = Place & { readonly follow?: boolean; readonly lines: number }

/** A log, and how far it was shown. */
type Shown = { readonly name: string; end: number; rest: string }

/** Prints what services said. @returns the exit code */
export async function logs(args: readonly string[]): Promise<number> {
  const command = networkCommand({
    name: 'logs',
    description: 'Shows what a service said, or all of them.',
    examples: [
      ['iexec network logs', 'the latest lines of all services'],
      ['iexec network logs scheduler --follow', 'of one, as it speaks; Ctrl-C leaves'],
    ],
  })
    .addArgument(
      new Argument('[service]', 'chain, market, storage, scheduler, keeper, worker-1 …, registry or supervisor'),
    )
    .addOption(new Option('-f, --follow', 'go on until Ctrl-C'))
    .addOption(
      new Option('-n, --lines <number>', 'how many of the latest lines')
        .argParser(whole(0, MOST_LINES))
        .default(USUAL_LINES),
    )
  const options = parseLine<Options>(command, args)
  const folder = folderOf(options)
  const [wanted] = command.args
  const refresh = wanted === undefined || wanted === REGISTRY ? copyRegistryLog : async () => undefined
  await refresh(folder)
  const all = namesIn(folder)
  if (wanted !== undefined && !all.includes(wanted)) throw unknown(wanted, all, folder)
  const names = wanted === undefined ? all : [wanted]
  if (names.length === 0) process.stdout.write(`Nothing was said in ${folder} yet.\n`)
  const width = wanted === undefined ? Math.max(0, ...names.map((name) => name.length)) : 0
  const shown = names.map((name) => showLatest(folder, name, { lines: options.lines, width }))
  while (options.follow === true) {
    await sleep(LOOK_MS)
    await refresh(folder)
    for (const one of shown) showNews(folder, one, width)
  }
  return 0
}

function namesIn(folder: string): readonly string[] {
  const room = join(folder, 'logs')
  if (!existsSync(room)) return []
  return readdirSync(room)
    .filter((file) => file.endsWith('.log'))
    .map((file) => file.slice(0, -'.log'.length))
    .toSorted()
}

function unknown(wanted: string, names: readonly string[], folder: string): UsageError {
  const known = names.length === 0 ? 'none' : names.join(', ')
  return new UsageError(`No service "${wanted}" has said anything in ${folder}; of these there are logs: ${known}.`)
}

function showLatest(
  folder: string,
  name: string,
  { lines, width }: { readonly lines: number; readonly width: number },
): Shown {
  const { text, end } = readFrom(logFile(folder, name), 0)
  const parts = text.split('\n')
  const rest = parts.pop() ?? ''
  show(name, lines === 0 ? [] : parts.slice(-lines), width)
  return { name, end, rest }
}

function showNews(folder: string, shown: Shown, width: number): void {
  const { text, end } = readFrom(logFile(folder, shown.name), shown.end)
  const parts = `${shown.rest}${text}`.split('\n')
  shown.end = end
  shown.rest = parts.pop() ?? ''
  show(shown.name, parts, width)
}

/** Of several services, each line begins with its name. */
function show(name: string, lines: readonly string[], width: number): void {
  const begin = width === 0 ? '' : `${name.padEnd(width)} | `
  for (const line of lines) process.stdout.write(`${begin}${line}\n`)
}
