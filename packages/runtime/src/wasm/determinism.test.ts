// Same bytes in, same bytes out: whatever the machine around a run is like.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FD, program } from '../../test/wasm/program.ts'

const RUN_ONCE = join(import.meta.dirname, '../../test/wasm/runOnce.ts')
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iexec-same-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Puts everything that could differ into an output: time, randomness, order of files, NaN bits, depth of calls, memory. */
const curious = (): Promise<Uint8Array> =>
  program(
    (place) => `
      (local $i i32)
      (call $hex (call $now (i32.const 0)))
      (call $hex (call $now (i32.const 1)))
      (drop (call $random_get (i32.const 131072) (i32.const 4096)))
      (drop (call $save (i32.const ${FD.out}) ${place('random')} (i32.const 131072) (i32.const 4096)))
      (drop (call $fd_readdir (i32.const ${FD.in}) (i32.const 131072) (i32.const 4096) (i64.const 0) (i32.const 100)))
      (drop (call $save (i32.const ${FD.out}) ${place('listing')} (i32.const 131072) (i32.load (i32.const 100))))
      (drop (call $path_filestat_get (i32.const ${FD.in}) (i32.const 0) ${place('b')} (i32.const 131072)))
      (drop (call $save (i32.const ${FD.out}) ${place('stat')} (i32.const 131072) (i32.const 64)))
      (call $hex (i64.reinterpret_f64 (f64.div (f64.convert_i32_u (local.get $i)) (f64.convert_i32_u (local.get $i)))))
      (call $hex (i64.extend_i32_u (i32.reinterpret_f32 (f32.sqrt (f32.const -1)))))
      (call $error (memory.grow (i32.const 65535)))
      (call $down (i32.const 0))`,
    () => `(func $down (param $depth i32)
      (i32.store (i32.const 120) (local.get $depth))
      (if (i32.eqz (i32.rem_u (local.get $depth) (i32.const 50000))) (then (call $error (local.get $depth))))
      (call $down (i32.add (local.get $depth) (i32.const 1))))`,
  )

test('a run gives the same under another time zone, name, language, home, time, processor count and stack', async () => {
  const module = join(folder, 'module.wasm')
  await writeFile(module, await curious())
  const surroundings: readonly (readonly [env: Record<string, string>, ...wrapper: readonly string[]])[] = [
    [{}],
    [
      {
        TZ: 'Pacific/Kiritimati',
        LANG: 'tr_TR.UTF-8',
        HOSTNAME: 'elsewhere',
        HOME: '/nowhere',
        NODE_OPTIONS: '--stack-trace-limit=3',
      },
    ],
    [{ TMPDIR: folder, UV_THREADPOOL_SIZE: '1' }, '/bin/sh', '-c', 'ulimit -S -s 1024; exec "$0" "$@"'],
    ...(process.platform === 'linux' && availableParallelism() > 1 ? [[{}, 'taskset', '-c', '0'] as const] : []),
  ]

  const results = await Promise.all(
    surroundings.map(async ([env, ...wrapper], i) => {
      const own = join(folder, String(i))
      const input = join(own, 'in')
      await mkdir(input, { recursive: true })
      // The host's order of files, and their times, differ as well.
      for (const name of i % 2 === 0 ? ['a', 'b', 'Z', 'é'] : ['é', 'Z', 'b', 'a'])
        await writeFile(join(input, name), name)
      const [command, ...args] = [...wrapper, process.execPath, RUN_ONCE, module, input, own]
      const { stdout } = await promisify(execFile)(command, args, { env: { PATH: process.env['PATH'], ...env } })
      return stdout
    }),
  )

  expect(results[0]).toContain('"message":"calls are nested too deep"')
  expect(results[0]).toContain('7ff8000000000000\\n000000007fc00000')
  expect(new Set(results).size).toBe(1)
})
