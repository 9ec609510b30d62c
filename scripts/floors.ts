// The import floors: a package imports only packages on lower floors, so data runs down the flow and nothing runs back.
// The list is the one in docs/decisions/0001-repository.md; a package without a floor fails the check.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { parseSync } from 'oxc-parser'
import { houseRoot, listRooms, type Room } from './house.ts'

const FLOORS: Readonly<Record<string, number>> = {
  'packages/protocol': 1,
  'packages/wire': 2,
  'packages/chain': 2,
  'packages/runtime': 2,
  'packages/service': 3,
  'packages/sdk': 3,
  'packages/cli': 4,
  'services/market': 4,
  'services/scheduler': 4,
  'services/worker': 4,
  'services/storage': 4,
  'services/keeper': 4,
  'services/vault': 4,
  web: 5,
  store: 6,
  network: 7,
  examples: 8,
  test: 8,
  bench: 8,
}
/** The contracts stand beside the floors: their scripts use these tools, and nobody imports them. */
const TOOLS_OF_CONTRACTS = ['packages/protocol', 'packages/chain']
/** What `pnpm iexec` finds in a clone as in any project that names it. No source imports it. */
const RUN_BY_THE_COMMAND = ['services/worker', 'network', 'store']

/**
 * Finds every import and every declared dependency that does not go down a floor, one sentence each.
 *
 * @example
 * findFloorFaults(houseRoot) // []
 */
export function findFloorFaults(root: string): readonly string[] {
  const rooms = listRooms(root)
  return rooms.flatMap((room) => [
    ...findMissingFloor(room),
    ...Object.keys(room.dependencies).flatMap((name) =>
      isRunByTheCommand(room, name, rooms)
        ? []
        : findUphill({ room, name, rooms, where: `${room.folder}/package.json` }),
    ),
    ...listSources(root, room, rooms).flatMap((file) => findImportFaults({ root, room, rooms, file })),
  ])
}

function findMissingFloor({ folder }: Room): readonly string[] {
  if (folder === '.' || folder === 'contracts' || folder in FLOORS) return []
  return [`${folder} has no floor: give it one in scripts/floors.ts.`]
}

function isRunByTheCommand({ folder }: Room, name: string, rooms: readonly Room[]): boolean {
  const target = rooms.find((other) => other.name === name)?.folder ?? ''
  return folder === '.' && RUN_BY_THE_COMMAND.includes(target)
}

type Edge = { readonly room: Room; readonly name: string; readonly rooms: readonly Room[]; readonly where: string }

function findUphill({ room, name, rooms, where }: Edge): readonly string[] {
  const target = rooms.find((other) => name === other.name || name.startsWith(`${other.name}/`))
  if (target === undefined || target === room) return []
  if (mayImport(room.folder, target.folder)) return []
  return [`${where}: ${describe(room.folder)} must not import ${describe(target.folder)}.`]
}

function mayImport(from: string, to: string): boolean {
  if (from === '.' || to === '.' || to === 'contracts') return false
  if (from === 'contracts') return TOOLS_OF_CONTRACTS.includes(to)
  return (FLOORS[from] ?? 0) > (FLOORS[to] ?? 0)
}

function describe(folder: string): string {
  const floor = FLOORS[folder]
  return floor === undefined ? folder : `${folder} (floor ${floor})`
}

type SourceFile = {
  readonly root: string
  readonly room: Room
  readonly rooms: readonly Room[]
  /** Relative to the root, with forward slashes. */
  readonly file: string
}

function findImportFaults({ root, room, rooms, file }: SourceFile): readonly string[] {
  return listImports(file, readFileSync(join(root, file), 'utf8')).flatMap((specifier) => {
    if (!specifier.startsWith('.')) return findUphill({ room, name: specifier, rooms, where: file })
    const target = slashes(join(dirname(file), specifier))
    if (ownerOf(target, rooms) === room) return []
    return [
      `${file}: the relative import ${specifier} leaves ${room.folder === '.' ? 'the root package' : room.folder}.`,
    ]
  })
}

function ownerOf(path: string, rooms: readonly Room[]): Room | undefined {
  if (path.startsWith('..')) return undefined
  return rooms.find(({ folder }) => path.startsWith(`${folder}/`)) ?? rooms.find(({ folder }) => folder === '.')
}

/** Lists what a source imports or re-exports: types and `import('…')` with a literal included. */
function listImports(file: string, source: string): readonly string[] {
  const { module } = parseSync(file, source)
  const literal = /^\s*(['"`])(.*)\1\s*$/su
  return [
    ...module.staticImports.map((found) => found.moduleRequest.value),
    ...module.staticExports.flatMap((found) => found.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...module.dynamicImports.flatMap(
      ({ moduleRequest }) => literal.exec(source.slice(moduleRequest.start, moduleRequest.end))?.[2] ?? [],
    ),
  ]
}

function listSources(root: string, room: Room, rooms: readonly Room[]): readonly string[] {
  const skipped = new Set([
    'node_modules',
    'dist',
    'coverage',
    'test-results',
    'out',
    'out-release',
    'cache',
    'cache-release',
    '.git',
  ])
  const walk = (folder: string): readonly string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = slashes(join(folder, entry.name))
      if (entry.isFile()) return /\.[cm]?[jt]sx?$/u.test(entry.name) ? [path] : []
      if (!entry.isDirectory() || skipped.has(entry.name)) return []
      return rooms.some((other) => other !== room && other.folder === path) ? [] : walk(path)
    })
  return walk(room.folder)
}

function slashes(path: string): string {
  return relative('.', path).split(sep).join('/')
}

if (import.meta.main) {
  const faults = findFloorFaults(houseRoot)
  for (const fault of faults) console.error(fault)
  if (faults.length === 0) console.log('Every import goes down a floor.')
  process.exitCode = faults.length === 0 ? 0 : 1
}
