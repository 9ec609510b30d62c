// What the engine promises for every run: how it ends, what it leaves, and what it cannot do. Real modules in real processes.
import { link, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FD, program } from '../../test/wasm/program.ts'
import { readFolder, startModuleHouse, TASK, type ModuleHouse } from '../../test/wasm/runs.ts'

let house: ModuleHouse
beforeAll(async () => {
  house = await startModuleHouse()
})
afterAll(() => house.stop())

const hex = (...numbers: readonly number[]): string =>
  numbers.map((number) => `${number.toString(16).padStart(16, '0')}\n`).join('')

describe('how a module ends', () => {
  test('a module that comes back ends with 0, and what it wrote is there', async () => {
    const module = await program(
      (place) => `(drop (call $save (i32.const ${FD.out}) ${place('result.txt')} ${place('42')}))`,
    )

    const { ending, folders } = await house.run(module)

    expect(ending).toEqual({ kind: 'exited', exitCode: 0 })
    expect(await readFolder(folders.output)).toEqual({ 'result.txt': '42' })
  })

  test('an exit code is passed on, and outputs of a module that failed are there too', async () => {
    const module = await program(
      (place) =>
        `(drop (call $save (i32.const ${FD.out}) ${place('why')} ${place('no')})) (call $proc_exit (i32.const 3))`,
    )

    const { ending, folders } = await house.run(module)

    expect(ending).toEqual({ kind: 'exited', exitCode: 3 })
    expect(await readFolder(folders.output)).toEqual({ why: 'no' })
  })

  test.each([
    ['(unreachable)', 'unreachable code was reached'],
    ['(i32.store (i32.const -1) (i32.const 0))', 'a memory access is out of bounds'],
    ['(drop (i32.div_u (i32.const 1) (i32.load (i32.const 60000))))', 'a division by zero'],
    ['(call $deep)', 'calls are nested too deep'],
    [
      '(drop (call $random_get (i32.const -1) (i32.const 5)))',
      'a call of WASI was given an address outside of the memory',
    ],
    [
      '(drop (call $fd_write (i32.const 1) (i32.const -8) (i32.const 1) (i32.const 0)))',
      'a call of WASI was given an address outside of the memory',
    ],
  ])('%s traps with a message of ours', async (code, message) => {
    const module = await program(
      () => code,
      () => '(func $deep (call $deep))',
    )

    const { ending } = await house.run(module)

    expect(ending).toEqual({ kind: 'trapped', message })
  })

  test('an endless loop is killed at the limit', async () => {
    const module = await program((place) => `(call $print ${place('on my way')}) (loop $for_ever (br $for_ever))`)

    const { ending, stdout, milliseconds } = await house.run(module, { limits: { seconds: 0.5 } })

    expect(ending).toEqual({ kind: 'timeout' })
    expect(stdout).toEqual({ text: 'on my way', isCut: false })
    expect(milliseconds).toBeGreaterThanOrEqual(499)
  })

  test('a module that is taken back is killed', async () => {
    const module = await program((place) => `(call $print ${place('started')}) (loop $for_ever (br $for_ever))`)
    const controller = new AbortController()

    const { ending } = await house.run(module, { signal: controller.signal, onLog: () => controller.abort() })

    expect(ending).toEqual({ kind: 'aborted' })
  })

  test('a module that was taken back before does not start', async () => {
    const module = await program((place) => `(call $print ${place('started')})`)

    const { ending, stdout } = await house.run(module, { signal: AbortSignal.abort() })

    expect(ending).toEqual({ kind: 'aborted' })
    expect(stdout.text).toBe('')
  })
})

test.each([
  [11, { kind: 'exited', exitCode: 0 }],
  [12, { kind: 'disk-full' }],
  [20, { kind: 'disk-full' }],
])('%d folders in one another with names of 250 bytes end the same on every machine', async (depth, expected) => {
  const module = await program((place) => {
    const name = place('d'.repeat(250))
    return `(local $fd i32) (local $i i32) (local.set $fd (i32.const ${FD.out}))
      (loop $next
        (drop (call $path_create_directory (local.get $fd) ${name}))
        (drop (call $path_open (local.get $fd) (i32.const 0) ${name} (i32.const 2) (i64.const 0) (i64.const 0)
          (i32.const 0) (i32.const 40)))
        (local.set $fd (i32.load (i32.const 40)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $i) (i32.const ${depth}))))`
  })

  const { ending } = await house.run(module)

  expect(ending).toEqual(expected)
})

describe('memory', () => {
  const bomb = '(loop $more (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then (unreachable))) (br $more))'

  test('a module that traps after its memory could not grow is out of memory', async () => {
    const { ending } = await house.run(await program(() => bomb))

    expect(ending).toEqual({ kind: 'out-of-memory' })
  })

  test('memory grows exactly to the limit', async () => {
    const module = await program(
      () =>
        `(call $error (memory.grow (i32.const 12))) (call $error (memory.grow (i32.const 1))) (call $error (memory.size))`,
    )

    const { ending, stdout } = await house.run(module, { limits: { memoryBytes: 16 * 65_536 + 65_535 } })

    expect(ending).toEqual({ kind: 'exited', exitCode: 0 })
    expect(stdout.text).toBe(hex(4, 0xffffffff, 16))
  })

  test('a module that begins above the limit is out of memory', async () => {
    const { ending } = await house.run(await program(() => ''), { limits: { memoryBytes: 3 * 65_536 } })

    expect(ending).toEqual({ kind: 'out-of-memory' })
  })

  test('inputs that do not fit into the memory are out of memory', async () => {
    const folders = await house.makeFolders()
    await writeFile(join(folders.input, 'large'), Buffer.alloc(300_001))

    const { ending } = await house.run(await program(() => ''), { folders, limits: { memoryBytes: 300_000 } })

    expect(ending).toEqual({ kind: 'out-of-memory' })
  })
})

describe('the disk', () => {
  const endless = `(loop $more (drop (call $write (i32.load (i32.const 40)) (i32.const 131072) (i32.const 65536))) (br $more))`

  test.each(Object.entries({ out: FD.out, tmp: FD.tmp, legacy: FD.legacy }))(
    'a file in %s that never ends fills the disk',
    async (_, fd) => {
      const module = await program(
        (place) => `(drop (call $open (i32.const ${fd}) ${place('huge')} (i32.const 9))) ${endless}`,
      )

      const { ending } = await house.run(module)

      expect(ending).toEqual({ kind: 'disk-full' })
    },
  )

  test('a size that is only claimed fills the disk as well', async () => {
    const module = await program(
      (place) => `(drop (call $open (i32.const ${FD.out}) ${place('sparse')} (i32.const 9)))
        (drop (call $fd_filestat_set_size (i32.load (i32.const 40)) (i64.const 0x4000000000000000)))`,
    )

    const { ending } = await house.run(module)

    expect(ending).toEqual({ kind: 'disk-full' })
  })

  test('a million files fill the disk', async () => {
    const module = await program(
      () => `(local $i i32)
        (loop $more
          (i32.store (i32.const 4096) (i32.or (local.get $i) (i32.const 0x40404040)))
          (drop (call $save (i32.const ${FD.out}) (i32.const 4096) (i32.const 4) (i32.const 0) (i32.const 0)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $more))`,
    )

    const { ending, folders } = await house.run(module)

    expect(ending).toEqual({ kind: 'disk-full' })
    expect(Object.keys(await readFolder(folders.output)).length).toBeLessThanOrEqual(101)
  })

  test('the last byte of the limit is there to be used, and what is removed is free again', async () => {
    const module = await program(
      (place) => `
        (drop (call $save (i32.const ${FD.tmp}) ${place('a')} (i32.const 131072) (i32.const 1000)))
        (drop (call $path_unlink_file (i32.const ${FD.tmp}) ${place('a')}))
        (drop (call $save (i32.const ${FD.out}) ${place('b')} (i32.const 131072) (i32.const 1000)))`,
    )

    const { ending } = await house.run(module, { limits: { outputBytes: 1_000, outputFiles: 1 } })

    expect(ending).toEqual({ kind: 'exited', exitCode: 0 })
  })

  test('one byte above the limit is one too many', async () => {
    const module = await program(
      (place) => `(drop (call $save (i32.const ${FD.out}) ${place('b')} (i32.const 131072) (i32.const 1001)))`,
    )

    const { ending } = await house.run(module, { limits: { outputBytes: 1_000 } })

    expect(ending).toEqual({ kind: 'disk-full' })
  })
})

describe('streams', () => {
  test('stdout and stderr come as they are written, each with its name', async () => {
    const module = await program(
      (place) =>
        `(call $print ${place('one ')}) (drop (call $write (i32.const 2) ${place('two')})) (call $print ${place('three')})`,
    )
    const heard: string[] = []

    const { stdout, stderr } = await house.run(module, {
      onLog: ({ stream, text }) => heard.push(`${stream}: ${text}`),
    })

    expect(stdout).toEqual({ text: 'one three', isCut: false })
    expect(stderr).toEqual({ text: 'two', isCut: false })
    expect(heard).toEqual(['stdout: one ', 'stderr: two', 'stdout: three'])
  })

  test('a character that comes in two pieces is one character', async () => {
    const module = await program(
      (place) => `(local $at i32) ${place('é').replace(/ \(i32.const 2\)$/u, '')} (local.set $at)
        (call $print (local.get $at) (i32.const 1)) (call $print (i32.add (local.get $at) (i32.const 1)) (i32.const 1))`,
    )

    const { stdout } = await house.run(module)

    expect(stdout.text).toBe('é')
  })

  test('endless stdout is cut, and the module goes on to its end', async () => {
    const module = await program(
      (place) => `(local $i i32)
        (loop $more
          (call $print (i32.const 131072) (i32.const 1000))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $more (i32.lt_u (local.get $i) (i32.const 500))))
        (drop (call $save (i32.const ${FD.out}) ${place('end')} ${place('reached')}))`,
    )

    const { ending, stdout, folders } = await house.run(module, { limits: { logBytes: 2_500 } })

    expect(ending).toEqual({ kind: 'exited', exitCode: 0 })
    expect(stdout).toEqual({ text: '\0'.repeat(2_500), isCut: true })
    expect(await readFolder(folders.output)).toEqual({ end: 'reached' })
  })
})

describe('folders', () => {
  test('inputs are in /iexec_in and in /iexec, outputs of both folders are kept, /tmp is not', async () => {
    const folders = await house.makeFolders()
    await writeFile(join(folders.input, 'a.txt'), 'from input')
    await link(join(folders.input, 'a.txt'), join(folders.legacy, 'same.txt'))
    await writeFile(join(folders.legacy, 'own.txt'), 'from legacy')
    const module = await program(
      (place) => `
        (call $show (i32.const ${FD.in}) ${place('a.txt')})
        (call $show (i32.const ${FD.legacy}) ${place('same.txt')})
        (call $show (i32.const ${FD.legacy}) ${place('own.txt')})
        (drop (call $save (i32.const ${FD.out}) ${place('new')} ${place('1')}))
        (drop (call $save (i32.const ${FD.legacy}) ${place('new')} ${place('2')}))
        (drop (call $save (i32.const ${FD.tmp}) ${place('new')} ${place('3')}))`,
    )

    const { stdout } = await house.run(module, { folders })

    expect(stdout.text).toBe('from inputfrom inputfrom legacy')
    expect(await readFolder(folders.output)).toEqual({ new: '1' })
    expect(await readFolder(folders.legacy)).toEqual({ new: '2', 'own.txt': 'from legacy', 'same.txt': 'from input' })
  })

  test('names with line feeds, spaces, backslashes and signs of any language are names', async () => {
    const names = ['two\nlines', ' ', 'back\\slash', 'ключ 🗝', '-rf']
    const module = await program((place) =>
      names.map((name) => `(call $error (call $save (i32.const ${FD.out}) ${place(name)} ${place('x')}))`).join('\n'),
    )

    const { stdout, folders } = await house.run(module)

    expect(stdout.text).toBe(hex(0, 0, 0, 0, 0))
    expect(Object.keys(await readFolder(folders.output)).toSorted()).toEqual(names.toSorted())
  })

  test.each(['../escape', '/escape', '/iexec_out/escape', 'a/../../escape', '..'])('%j leads nowhere', async (path) => {
    const module = await program(
      (place) => `(drop (call $path_create_directory (i32.const ${FD.out}) ${place('a')}))
        (call $error (call $save (i32.const ${FD.out}) ${place(path)} ${place('x')}))`,
    )

    const { stdout, folders } = await house.run(module)

    expect(stdout.text).toBe(hex(76))
    expect(await readFolder(join(folders.output, '..'))).toEqual({})
  })

  test('a symlink is refused', async () => {
    const module = await program(
      (place) => `(call $error (call $path_symlink ${place('/etc/passwd')} (i32.const ${FD.out}) ${place('link')}))`,
    )

    const { stdout, folders } = await house.run(module)

    expect(stdout.text).toBe(hex(58))
    expect(await readFolder(folders.output)).toEqual({})
  })

  test('a symlink among the inputs is this machine’s fault, and is not followed', async () => {
    const folders = await house.makeFolders()
    await symlink('/etc/passwd', join(folders.input, 'link'))

    await expect(house.run(await program(() => ''), { folders })).rejects.toThrow('is neither a file nor a folder')
  })

  test('a large input arrives whole', async () => {
    const folders = await house.makeFolders()
    const content = Buffer.alloc(20_000_000, 'abcdefgh')
    await writeFile(join(folders.input, 'large'), content)
    const module = await program(
      (place) => `(local $i i32) (local $sum i64)
        (drop (call $open (i32.const ${FD.in}) ${place('large')} (i32.const 0)))
        (i32.store (i32.const 0) (i32.const 131072))
        (i32.store (i32.const 4) (i32.const 65536))
        (loop $more
          (drop (call $fd_read (i32.load (i32.const 40)) (i32.const 0) (i32.const 1) (i32.const 8)))
          (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (i32.load (i32.const 8)))))
          (br_if $more (i32.load (i32.const 8))))
        (call $hex (local.get $sum))`,
    )

    const { stdout } = await house.run(module, { folders })

    expect(stdout.text).toBe(hex(20_000_000))
  })
})

describe('what a module learns', () => {
  test('it gets its arguments after a name, its variables, and no more', async () => {
    const module = await program(
      () => `
        (drop (call $args_sizes_get (i32.const 100) (i32.const 104)))
        (drop (call $args_get (i32.const 200) (i32.const 131072)))
        (call $print (i32.const 131072) (i32.load (i32.const 104)))
        (drop (call $environ_sizes_get (i32.const 100) (i32.const 104)))
        (drop (call $environ_get (i32.const 200) (i32.const 131072)))
        (call $print (i32.const 131072) (i32.load (i32.const 104)))`,
    )

    const { stdout } = await house.run(module, {
      job: { args: ['--größe', 'a b'], env: { IEXEC_TASK_ID: TASK, A: '' } },
    })

    expect(stdout.text).toBe(`app.wasm\0--größe\0a b\0IEXEC_TASK_ID=${TASK}\0A=\0`)
  })

  test('the start function of a module runs before _start and may call WASI', async () => {
    const module = await program(
      (place) => `(call $print ${place('second')})`,
      (place) => `(func $first (call $print ${place('first ')})) (start $first)`,
    )

    const { stdout } = await house.run(module)

    expect(stdout.text).toBe('first second')
  })
})
