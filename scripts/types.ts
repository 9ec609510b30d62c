// Checks the types of every package under the options of its own tsconfig.json: a browser package never sees the types of node.
// Such a package gives its scripts, which do run in node, a second one: scripts/tsconfig.json.
// Packages of the same options are one program: alone, each would check all that it imports once more.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { houseRoot, listRooms } from './house.ts'

/** A tsconfig.json of the house: nothing else stands in one. */
type Config = {
  readonly extends: string
  readonly compilerOptions?: Readonly<Record<string, unknown>>
  readonly include: readonly string[]
  readonly exclude?: readonly string[]
}

/** A configuration, and the folder that its paths begin in. */
type Located = { readonly folder: string; readonly config: Config }

const tsc = join(houseRoot, 'node_modules/typescript/bin/tsc')
const together = join(houseRoot, 'node_modules/.cache/types')

function readConfigs(folder: string): readonly Located[] {
  return [folder, join(folder, 'scripts')]
    .map((place) => join(houseRoot, place))
    .filter((place) => existsSync(join(place, 'tsconfig.json')))
    .map((place) => ({
      folder: place,
      config: JSON.parse(readFileSync(join(place, 'tsconfig.json'), 'utf8')) as Config,
    }))
}

/** Where the configuration is that checks all of these, which have the same options: one alone stays as it is. */
function configOf([first, ...others]: readonly Located[], number: number): string {
  if (first === undefined) throw new Error('Nobody has these options.')
  if (others.length === 0) return join(first.folder, 'tsconfig.json')
  const all = [first, ...others]
  const config: Config = {
    extends: join(houseRoot, 'tsconfig.base.json'),
    compilerOptions: first.config.compilerOptions ?? {},
    include: all.flatMap(({ folder, config: { include } }) => include.map((path) => join(folder, path))),
    exclude: all.flatMap(({ folder, config: { exclude = [] } }) => exclude.map((path) => join(folder, path))),
  }
  const path = join(together, `${number}.json`)
  mkdirSync(together, { recursive: true })
  writeFileSync(path, JSON.stringify(config))
  return path
}

function hasTypeErrors(config: string): boolean {
  return spawnSync(process.execPath, [tsc, '-p', config], { cwd: houseRoot, stdio: 'inherit' }).status !== 0
}

const rooms = listRooms(houseRoot).map(({ folder }) => ({ folder, configs: readConfigs(folder) }))
const bare = rooms.filter(({ folder }) => !existsSync(join(houseRoot, folder, 'tsconfig.json')))
for (const { folder } of bare) console.error(`${folder} has no tsconfig.json.`)
const programs = Map.groupBy(
  rooms.flatMap(({ configs }) => configs),
  ({ config: { compilerOptions } }) => JSON.stringify(compilerOptions),
)
const faulty = [...programs.values()].map(configOf).filter(hasTypeErrors)
if (bare.length + faulty.length === 0) console.log('Every type fits.')
process.exitCode = bare.length + faulty.length === 0 ? 0 : 1
