// `iexec network reset`: removes a network with all that was ever in it.
import { existsSync } from 'node:fs'
import process from 'node:process'
import { createInterface } from 'node:readline/promises'
import { Option } from 'commander'
import { NetworkFault, UsageError } from '../folder/fault.ts'
import { holdEnded } from '../folder/hold.ts'
import { clearFolder, isNetworkFolder } from '../folder/networkFolder.ts'
import { findSupervisor } from '../folder/running.ts'
import { endLeftovers } from '../run/leftovers.ts'
import { folderOf, networkCommand, parseLine, wordsOf, type Place } from './options.ts'
import { tellPlain, tellProblem } from './speak.ts'
import { endSupervisor } from './stop.ts'

/** @returns the exit code */
export async function reset(args: readonly string[], tell: (sentence: string) => void = tellPlain): Promise<number> {
  const command = networkCommand({
    name: 'reset',
    description: 'Removes the network: its chain with all deals and balances, its keys, files and logs.',
    examples: [
      ['iexec network reset', 'asks first'],
      ['iexec network reset --yes', 'asks nothing, and ends it first when it runs'],
    ],
  }).addOption(new Option('-y, --yes', 'ask nothing, and end it first when it runs'))
  const options = parseLine<Place & { readonly yes?: boolean }>(command, args)
  const folder = folderOf(options)
  if (!isNetworkFolder(folder)) return refuseOrRest(folder, tell)
  const running = findSupervisor(folder)
  if (options.yes !== true) {
    if (running !== undefined) {
      throw new NetworkFault(
        `The network in ${folder} runs: iexec network stop${wordsOf(options)} ends it, and with --yes reset does that itself.`,
      )
    }
    if (!(await isWanted(folder))) {
      tell('Nothing was removed.')
      return 1
    }
  }
  if (running !== undefined) await endSupervisor(running)
  return remove(folder, { words: wordsOf(options), tell })
}

type Removing = { readonly words: string; readonly tell: (sentence: string) => void }

async function remove(folder: string, { words, tell }: Removing): Promise<number> {
  const letGo = await holdEnded(folder)
  try {
    const { leavesRegistry } = await endLeftovers(folder, tellProblem)
    clearFolder(folder, { keepsRegistry: leavesRegistry })
    if (!leavesRegistry) {
      tell(`The network in ${folder} was removed.`)
      return 0
    }
    tellProblem(
      `All else of the network in ${folder} was removed. When the engine answers, iexec network reset${words} removes the registry.`,
    )
    return 1
  } finally {
    letGo()
  }
}

/** @throws NetworkFault when something else lies there */
function refuseOrRest(folder: string, tell: (sentence: string) => void): number {
  if (existsSync(folder)) throw new NetworkFault(`There is no network in ${folder}, so nothing is removed there.`)
  tell(`There is no network in ${folder}.`)
  return 0
}

async function isWanted(folder: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError('Nobody is here to be asked: say --yes to remove the network.')
  const desk = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await desk.question(`Remove the network in ${folder}, with all its deals, results and keys? [y/N] `)
    return /^y(?:es)?$/iu.test(answer.trim())
  } finally {
    desk.close()
  }
}
