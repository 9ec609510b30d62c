// The rooms of this house: every folder that is a package of the workspace, plus the root itself.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The root of the repository. */
export const houseRoot: string = join(import.meta.dirname, '..')

/** One package of the workspace. */
export type Room = {
  /** Folder relative to the root, with forward slashes; `.` is the root. */
  readonly folder: string
  /** Name in its package.json. */
  readonly name: string
  /** Every package that it declares to need, whatever for, and in which version. */
  readonly dependencies: Readonly<Record<string, string>>
}

const shelves = ['packages', 'services']
const alone = ['.', 'contracts', 'web', 'store', 'network', 'examples', 'test', 'bench']

/**
 * Lists the packages under a root, the root first. A folder without package.json is not a package.
 *
 * @example
 * listRooms(houseRoot).map((room) => room.folder) // ['.', 'contracts', 'packages/protocol']
 */
export function listRooms(root: string): readonly Room[] {
  const shelved = shelves
    .filter((shelf) => existsSync(join(root, shelf)))
    .flatMap((shelf) => readdirSync(join(root, shelf)).map((name) => `${shelf}/${name}`))
    .toSorted()
  return [...alone, ...shelved]
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => readRoom(root, folder))
}

/** Packages that hold tools only, with versions of their own; the sources beside them belong to the root. */
const toolBoxes = ['scripts/publish']

/** Lists every package of the workspace: the rooms, and the boxes of tools. */
export function listPackages(root: string): readonly Room[] {
  return [...listRooms(root), ...toolBoxes.map((folder) => readRoom(root, folder))]
}

function readRoom(root: string, folder: string): Room {
  const manifest: Readonly<Record<string, unknown>> = JSON.parse(
    readFileSync(join(root, folder, 'package.json'), 'utf8'),
  )
  const kinds = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']
  return {
    folder,
    name: String(manifest['name']),
    dependencies: Object.assign({}, ...kinds.map((kind) => manifest[kind])),
  }
}
