// Where node keeps what it compiled once. Whatever lies there is run, so it is a folder of this user alone.
import { lstatSync, mkdirSync } from 'node:fs'
// An older node has no such cache, and is told so by who asks it for more.
import * as modules from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

/** Write rights of others. */
const OTHERS = 0o022

/**
 * The folder, made when it is not there; `undefined` when it cannot be made, or when somebody else could write into it.
 *
 * Node's own place is below the folder for temporary files, where anybody may have been before.
 *
 * @param home of this user
 * @example
 * findCompileCache('/home/ada') // '/home/ada/.iexec/cache/compiled'
 */
export function findCompileCache(home: string = homedir()): string | undefined {
  const folder = join(home, '.iexec', 'cache', 'compiled')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const found = lstatSync(folder)
    const isOurs = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & OTHERS) === 0)
    return found.isDirectory() && isOurs ? folder : undefined
  } catch {
    return undefined
  }
}

/** Begins with what was compiled before, and keeps what is compiled now; where NODE_COMPILE_CACHE says, if it says it. */
export function useCompileCache(): void {
  const folder = process.env['NODE_COMPILE_CACHE'] ?? findCompileCache()
  if (folder !== undefined) modules.enableCompileCache(folder)
}
