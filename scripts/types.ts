// Checks the types of every package, each under its own tsconfig.json: a browser package never sees the types of node.
// Such a package gives its scripts, which do run in node, a second one: scripts/tsconfig.json.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { houseRoot, listRooms } from './house.ts'

const tsc = join(houseRoot, 'node_modules/typescript/bin/tsc')

function hasTypeErrors(folder: string): boolean {
  if (!existsSync(join(houseRoot, folder, 'tsconfig.json'))) {
    console.error(`${folder} has no tsconfig.json.`)
    return true
  }
  return ['tsconfig.json', 'scripts/tsconfig.json']
    .map((name) => join(houseRoot, folder, name))
    .filter((config) => existsSync(config))
    .map((config) => spawnSync(process.execPath, [tsc, '-p', config], { cwd: houseRoot, stdio: 'inherit' }))
    .some(({ status }) => status !== 0)
}

const faulty = listRooms(houseRoot).filter(({ folder }) => hasTypeErrors(folder))
if (faulty.length === 0) console.log('Every type fits.')
process.exitCode = faulty.length === 0 ? 0 : 1
