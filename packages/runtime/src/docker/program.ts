// Which program an image starts, and what it is linked with: the clock can only be set for programs that load glibc.
import { posix } from 'node:path'
import type Docker from 'dockerode'
import { ask, refusedByEngine, statusOf } from './faults.ts'
import { readLoader } from './elf.ts'
import { statInside } from './refusals.ts'

/** A program of an image. */
export type Program = {
  /** Path in the image; for a script, that of the program that reads it. */
  readonly path: string
  readonly linkage: 'glibc' | 'musl' | 'static' | 'unknown'
}

/** What an image starts, and where it looks for it. */
export type Start = { readonly command: readonly string[]; readonly env: readonly string[] }

const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** A script may be read by a script. */
const MOST_SCRIPTS = 4
/** The loader's name stands at the beginning of a program. */
const BEGINNING = 64 * 1024

/**
 * Finds the program that a container would start, without starting it.
 *
 * @throws MachineFault when the engine does not let it look
 *
 * @example
 * await findProgram(docker, container, { command: ['python3', 'app.py'], env: [] }) // { path: '/usr/bin/python3', linkage: 'glibc' }
 */
export async function findProgram(
  docker: Docker,
  container: Docker.Container,
  { command, env }: Start,
): Promise<Program | undefined> {
  const folders = (env.find((entry) => entry.startsWith('PATH='))?.slice(5) ?? USUAL_PATH).split(':')
  let name = command[0]
  for (let scripts = 0; scripts <= MOST_SCRIPTS && name !== undefined; scripts += 1) {
    const path = await findPath(docker, container, { name, folders })
    if (path === undefined) return undefined
    const beginning = await readBeginning(docker, container, path)
    const loader = readLoader(beginning)
    if (loader !== 'not-elf') return { path, linkage: linkageOf(loader) }
    name = readShebang(beginning)
    if (name === undefined) return { path, linkage: 'unknown' }
  }
  return undefined
}

function linkageOf(loader: string | undefined): Program['linkage'] {
  if (loader === undefined) return 'static'
  if (loader.includes('ld-musl')) return 'musl'
  return /\/ld(-linux|64|-\d)/u.test(loader) ? 'glibc' : 'unknown'
}

/** `#!/usr/bin/env -S python3 -u` names python3. */
function readShebang(beginning: Buffer): string | undefined {
  const [, line = ''] = /^#!\s*([^\n]*)/u.exec(beginning.toString('latin1', 0, 1024)) ?? []
  const [program, ...rest] = line.trim().split(/\s+/u)
  if (program === undefined || program === '') return undefined
  if (posix.basename(program) !== 'env') return program
  return rest.find((word) => !word.startsWith('-') && !word.includes('=')) ?? program
}

type Search = { readonly name: string; readonly folders: readonly string[] }

/** Where a program is in the end: links are followed. */
async function findPath(
  docker: Docker,
  container: Docker.Container,
  { name, folders }: Search,
): Promise<string | undefined> {
  const places = name.includes('/') ? [posix.resolve('/', name)] : folders.map((folder) => posix.join(folder, name))
  for (const path of places) {
    const found = await statInside(docker, container, path)
    if (found !== undefined) return found.linkTarget === '' ? path : found.linkTarget
  }
  return undefined
}

/** The first bytes of a file; the engine sends it as an archive. */
async function readBeginning(docker: Docker, container: Docker.Container, path: string): Promise<Buffer> {
  try {
    const archive = await ask(docker, `read ${path} in a container`, container.getArchive({ path }))
    const parts: Buffer[] = []
    let length = 0
    for await (const part of archive as AsyncIterable<Buffer>) {
      parts.push(part)
      length += part.length
      if (length >= BEGINNING) break
    }
    return contentOf(Buffer.concat(parts))
  } catch (error) {
    if (statusOf(error) === 404) return Buffer.alloc(0)
    if (statusOf(error) !== undefined) throw refusedByEngine(`read ${path} in an image`, error)
    throw error
  }
}

const BLOCK = 512

/** Skips what an archive says about a file before it: names and numbers that do not fit its first block. */
function contentOf(archive: Buffer): Buffer {
  for (let at = 0; at + BLOCK <= archive.length;) {
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 136).replaceAll(/[^0-7]/gu, ''), 8) || 0
    const kind = archive.toString('latin1', at + 156, at + 157)
    if (!'xgLK'.includes(kind)) return archive.subarray(at + BLOCK, at + BLOCK + size)
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return Buffer.alloc(0)
}
