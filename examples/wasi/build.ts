// Builds the module of an example from its AssemblyScript: `node examples/wasi/build.ts option-pricing` writes option-pricing/app.wasm.
import { globSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { main } from 'assemblyscript/asc'

const EXAMPLES = join(import.meta.dirname, '..')

/**
 * Compiles `assembly/main.ts` of an example. The same source gives the same bytes.
 *
 * @throws Error with what the compiler says
 * @example
 * const module = await buildModule('option-pricing')
 */
export async function buildModule(example: string): Promise<Uint8Array<ArrayBuffer>> {
  const built: { module?: Uint8Array<ArrayBuffer> } = {}
  const options = ['-O3', '--exportStart', '_start', '--use', 'abort=wasi/assembly/program/abort']
  const source = join(example, 'assembly/main.ts')
  let said = ''
  const { error } = await main([source, '--baseDir', EXAMPLES, '--outFile', 'app.wasm', ...options], {
    stderr: {
      write: (text) => {
        said += text.toString()
      },
    },
    writeFile: (_name, content) => {
      if (typeof content !== 'string') built.module = Uint8Array.from(content)
    },
  })
  if (error !== null || built.module === undefined) throw new Error(`${source} was not built:\n${said}`)
  return built.module
}

/** Whether the module of an example is younger than all that it is made of: its sources, and who compiles them. */
function isBuilt(example: string): boolean {
  const sources = globSync([`${example}/assembly/**/*`, 'wasi/assembly/**/*', 'wasi/build.ts', '../pnpm-lock.yaml'], {
    cwd: EXAMPLES,
  })
  const changedAt = (file: string): number => statSync(join(EXAMPLES, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const built = changedAt(join(example, 'app.wasm'))
  return sources.every((source) => changedAt(source) < built)
}

if (import.meta.main) {
  for (const example of process.argv.slice(2)) {
    if (isBuilt(example)) {
      console.log(`${example}/app.wasm is built, and nothing of it has changed.`)
      continue
    }
    const begin = new Date()
    const module = await buildModule(example)
    const file = join(EXAMPLES, example, 'app.wasm')
    // Somebody may read it at this moment.
    writeFileSync(`${file}.${process.pid}`, module)
    // What changes while it is built is younger than it.
    utimesSync(`${file}.${process.pid}`, begin, begin)
    renameSync(`${file}.${process.pid}`, file)
    console.log(`${example}/app.wasm has ${module.length} bytes.`)
  }
}
