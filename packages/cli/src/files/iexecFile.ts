// iexec.json: what a project offers. Read and written as a whole: what is not understood stays where it is.
import { constants } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError } from '../cliError.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { changingFile, readJsonFile, writeJsonFile } from './jsonFile.ts'
import { isObject, readSection, unknownKey, wrongValue, type Section } from './section.ts'
import { upgrade2018 } from './upgrade2018.ts'

/** The whole file, in the order of its keys. */
export type IexecFile = Readonly<Record<string, unknown>>

/** A part of the file that `init` commands write. */
export type SectionName = 'app' | 'dataset' | 'workerpool' | 'category' | 'buyConf' | 'order'

/** What `iexec init` writes. */
export const NEW_IEXEC_FILE: IexecFile = {
  description: 'What you offer, and to whom. A store wants to read 150 characters at least.',
  license: 'MIT',
  author: '',
  social: { website: '', github: '' },
  logo: 'logo.png',
}

/** Where the file of a project is. */
export function iexecFilePath(folder: string): string {
  return join(folder, 'iexec.json')
}

/**
 * Reads iexec.json; `undefined` when there is none. One that was written for the command of 2018 is upgraded, and kept beside it.
 *
 * @throws CliError `BadFile` with file, key and value
 */
export async function readIexecFile(folder: string, terminal: Terminal): Promise<IexecFile | undefined> {
  const path = iexecFilePath(folder)
  const given = await readJsonFile(path)
  if (given === undefined || (isObject(given) && upgrade2018(given, path) === undefined)) return given
  return changingFile(path, async () => readUpgraded(path, terminal))
}

/** Reads the file, and writes it when it is of 2018; nobody else may change it meanwhile. */
async function readUpgraded(path: string, terminal: Terminal): Promise<IexecFile | undefined> {
  const given = await readJsonFile(path)
  if (given === undefined) return undefined
  if (!isObject(given)) throw wrongValue(path, given, 'an object')
  const upgraded = upgrade2018(given, path)
  if (upgraded === undefined) return given
  const kept = await keepCopy(path)
  await writeJsonFile(path, upgraded.file)
  terminal.say(`iexec.json is of 2018, and was upgraded: ${upgraded.changes.join('; ')}. The old one is ${kept}.`)
  return upgraded.file
}

/**
 * A section of iexec.json.
 *
 * @throws CliError `MissingFile` when there is no file or no such section, saying which command writes it; `BadFile`, also for keys
 * that mean nothing
 */
export async function requireSection(folder: string, name: SectionName, terminal: Terminal): Promise<Section> {
  const path = iexecFilePath(folder)
  const file = await readIexecFile(folder, terminal)
  const hints = [`iexec ${name} init writes one to begin with.`]
  if (file === undefined) throw new CliError('MissingFile', `There is no iexec.json in ${folder}.`, { hints })
  if (file[name] === undefined) throw new CliError('MissingFile', `${path} has no "${name}".`, { hints })
  return sectionOf(path, file, name)
}

/** What can be said of each; the sections of orders are read field by field. */
const KEYS: Partial<Readonly<Record<SectionName, readonly string[]>>> = {
  app: ['owner', 'name', 'type', 'multiaddr', 'checksum', 'mrenclave', 'price'],
  dataset: ['owner', 'name', 'multiaddr', 'checksum', 'price'],
  workerpool: ['owner', 'description', 'price'],
  category: ['name', 'description', 'workClockTimeRef'],
}

/**
 * A section that is there, without keys that mean nothing: a mistyped price would be a price of nothing.
 *
 * @throws CliError `BadFile`
 */
export function sectionOf(path: string, file: IexecFile, name: SectionName): Section {
  const section = readSection(file[name], `${path}: ${name}`)
  const known = KEYS[name]
  const unknown = known && Object.keys(section.values).find((key) => !known.includes(key))
  if (known === undefined || unknown === undefined) return section
  throw unknownKey(section.place, unknown, `one of ${known.join(', ')}`)
}

/** Writes sections into iexec.json and leaves all else as it is; a file that is not there yet is made. */
export async function writeSections(
  folder: string,
  sections: Partial<Readonly<Record<SectionName, unknown>>>,
  terminal: Terminal,
): Promise<void> {
  const path = iexecFilePath(folder)
  await changingFile(path, async () => {
    const file = (await readUpgraded(path, terminal)) ?? NEW_IEXEC_FILE
    await writeJsonFile(path, { ...file, ...sections })
  })
}

/** Copies a file beside itself, under a name that nothing has yet, and returns the name. */
async function keepCopy(path: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? `${path}.2018` : `${path}.2018-${number}`
    try {
      await copyFile(path, name, constants.COPYFILE_EXCL)
      return name
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      if (code !== 'EEXIST' || number === 100) {
        throw new CliError('BadFile', `${path} is of 2018, and no copy of it can be kept as ${name}.`, {
          hints: ['Nothing was changed. Make room for the copy, and try again.'],
          cause,
        })
      }
    }
  }
}
