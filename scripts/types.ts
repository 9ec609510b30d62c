// Checks the types of every package, each under its own tsconfig.json: a browser package never sees the types of node.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { houseRoot, listRooms } from './house.ts'

const tsc = join(houseRoot, 'node_modules/typescript/bin/tsc')

function hasTypeErrors(folder: string): boolean {
  const config = join(houseRoot, folder, 'tsconfig.json')
  if (!existsSync(config)) {
    console.error(`${folder} has no tsconfig.json.`)
    return true
  }
  const { status } = spawnSync(process.execPath, [tsc, '-p', config], { cwd: houseRoot, stdio: 'inherit' })
  return status !== 0
}

const faulty = listRooms(houseRoot).filter(({ folder }) => hasTypeErrors(folder))
if (faulty.length === 0) console.log('Every type fits.')
process.exitCode = faulty.length === 0 ? 0 : 1
