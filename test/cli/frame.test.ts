// What holds around every command: first page, help, faults of a line, forms, signals, pipes, packages above the command.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { openDesk, type Called, type Desk } from '../iexec.ts'

const MAIN = inject('iexecCommand')

function newDesk(...chain: Parameters<typeof openDesk>): Desk {
  const desk = openDesk(...chain)
  onTestFinished(desk.clear)
  return desk
}

/** A node that takes calls and never answers. */
async function startSilentNode(): Promise<{ readonly url: string; readonly asked: Promise<void> }> {
  const asked = Promise.withResolvers<void>()
  const server: Server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', () => {
        asked.resolve()
      })
    onTestFinished(() => {
      socket.destroy()
    })
  })
  onTestFinished(() => {
    server.close()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, asked: asked.promise }
}

/** What a line of a shell does, with `iexec` in it. */
async function shell(desk: Desk, line: string, env: Readonly<Record<string, string>> = {}): Promise<Called> {
  const iexec = `iexec() { '${process.execPath}' '${MAIN}' "$@"; }; `
  const { INIT_CWD: _folder, NO_COLOR: _no, FORCE_COLOR: _force, ...inherited } = process.env
  const child = spawn('bash', ['-c', iexec + line], {
    cwd: desk.folder,
    env: { ...inherited, HOME: desk.home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.errors += text))
  const exitCode = await new Promise<number>((resolve) => {
    child.once('close', (code) => {
      resolve(code ?? -1)
    })
  })
  return { exitCode, ...said }
}

test('iexec alone shows what people do first', async () => {
  const { exitCode, out, errors } = await newDesk().iexec([])

  expect(exitCode).toBe(0)
  expect(out.split('\n').filter((line) => line.startsWith('  iexec '))).toHaveLength(5)
  expect(errors).toBe('')
})

test('help of a topic is a page, and help of a command is the same as its --help', async () => {
  const desk = newDesk()

  const topic = await desk.iexec(['help', 'amounts'])
  const [asked, told] = await Promise.all([
    desk.iexec(['help', 'account', 'deposit']),
    desk.iexec(['account', 'deposit', '--help']),
  ])

  expect(topic.out).toContain('1,000,000,000 nRLC')
  expect(asked).toEqual(told)
  expect(told.exitCode).toBe(0)
  expect(told.out).toContain('Examples:\n  iexec account deposit 10 RLC')
})

test.each([
  [['acount', 'show'], 'iexec has no command "acount".', 'Did you mean account?'],
  [['account', 'shwo'], 'iexec account has no command "shwo".', 'Did you mean show?'],
  [['account', 'show', '--chian', 'x'], 'iexec account show has no option --chian.', 'Did you mean --chain?'],
  [['help', 'amuonts'], 'There is no topic and no command "amuonts".', 'Did you mean amounts?'],
  [['completion', 'bahs'], 'shell: what is given is none of bash, zsh, fish.', 'iexec completion --help'],
  [['account', 'deposit'], 'iexec account deposit: <amount> is missing.', 'iexec account deposit <amount> [unit]'],
  [['account', 'show', '1', '2'], 'iexec account show takes at most 1 argument; 2 are given.', '[address]'],
  [['account', 'show', '--chain'], '--chain needs a value.', 'Write --chain <name>.'],
  [['--raw', 'account', 'show'], '"message":"--raw stands before the command."', '"command":"iexec"'],
  [['account', 'show', '--raw', '--json'], '"message":"--raw and --json exclude each other."', '"ok":false'],
] as const)(
  '%j is told to be wrong in one sentence, with what to do, and exit code 2',
  async (line, sentence, hint) => {
    const { exitCode, out, errors } = await newDesk().iexec(line)

    expect(errors).toContain(sentence)
    expect(errors).toContain(hint)
    expect(errors.trim().split('\n').length).toBeLessThanOrEqual(3)
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
  },
)

test.each([
  ['a key with a word too much', ['wallet', 'import', 'hush1', 'my']],
  ['a password without quotes', ['wallet', 'create', '--password', 'correct', 'hush1', 'hush2']],
  ['a key where a command stands', ['wallet', 'hush1']],
  ['a key in the place of everything', ['hush1']],
  ['an option with a typing error', ['wallet', 'create', '--pasword=hush1']],
  ['a word of a password that begins with a dash', ['wallet', 'create', '-hush1']],
  ['a value that is none of the choices', ['completion', 'hush1']],
] as const)('what may be secret is not repeated: %s', async (_what, line) => {
  const { exitCode, out, errors } = await newDesk().iexec(line)

  expect(errors).not.toContain('hush')
  expect(errors).not.toContain('my')
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
})

test('the project is the current folder, also in a script of npm or pnpm that was called elsewhere', async () => {
  const [desk, elsewhere] = [newDesk(), newDesk()]
  for (const [{ folder }, chain] of [
    [desk, 'ofHere'],
    [elsewhere, 'ofElsewhere'],
  ] as const) {
    writeFileSync(join(folder, 'chain.json'), JSON.stringify({ chains: { [chain]: {} } }))
  }
  const line = 'iexec complete -- account show --chain of'

  const here = await shell(desk, line, { INIT_CWD: elsewhere.folder })
  const there = await shell(desk, line, { IEXEC_CWD: elsewhere.folder })

  expect(here.out).toBe('ofHere\n')
  expect(there.out).toBe('ofElsewhere\n')
})

test('a group without a verb shows its help as a fault of the line', async () => {
  const { exitCode, out, errors } = await newDesk().iexec(['account'])

  expect(errors).toContain('withdraw')
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
})

test('with --json a fault of the line is a document, too', async () => {
  const { exitCode, out, errors } = await newDesk().iexec(['account', 'show', '--json', '--nothing'])

  expect(JSON.parse(out)).toMatchObject({ ok: false, command: 'iexec account show', error: { code: 'Usage' } })
  expect({ exitCode, errors }).toEqual({ exitCode: 2, errors: '' })
})

test('Ctrl-C ends what waits for a dead node at once, with 130', async () => {
  const node = await startSilentNode()
  const desk = newDesk({ name: 'silent', chainId: 5, hub: `0x${'1'.repeat(40)}`, rpcUrls: [node.url] })

  const call = desk.person(['account', 'show', `0x${'2'.repeat(40)}`])
  await node.asked
  const began = performance.now()
  call.presses('\u0003')

  expect(await call.ended).toBe(130)
  // The node would be waited for 10 s.
  expect(performance.now() - began).toBeLessThan(5000)
})

test('a reader that goes away early is no failure', async () => {
  const desk = newDesk()

  const { exitCode, out, errors } = await shell(desk, 'set -o pipefail; iexec help errors | head -1')
  const gone = await shell(desk, 'iexec help errors > >(exec true); sleep 0')

  expect({ exitCode, out, errors }).toEqual({
    exitCode: 0,
    out: 'errors: the codes of errors, for programs\n',
    errors: '',
  })
  expect(gone.errors).toBe('')
})

test('the first page, the help of everything and faults of its lines load neither viem nor the client', async () => {
  const hook = `import { registerHooks } from 'node:module'
    registerHooks({ load: (url, context, next) => { process.stderr.write(url + '\\n'); return next(url, context) } })`
  const options = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` }

  // From the sources, whose files still have their names.
  const source = createRequire(import.meta.url).resolve('iexec/main')
  for (const words of ['', '--help', 'acount', '--version']) {
    const { errors } = await shell(newDesk(), `'${process.execPath}' '${source}' ${words}`, options)

    expect(errors).toContain('packages/cli/src/main.ts')
    expect(errors.split('\n').filter((url) => /\/viem\/|packages\/(?:sdk|protocol|chain)\//u.test(url))).toEqual([])
  }
})

test('titles are bold where colours are wished for, and nowhere else', async () => {
  const desk = newDesk()

  const [piped, forced, refused] = await Promise.all([
    shell(desk, 'iexec --help'),
    shell(desk, 'iexec --help', { FORCE_COLOR: '1' }),
    shell(desk, 'iexec --help', { FORCE_COLOR: '1', NO_COLOR: '1' }),
  ])

  expect(piped.out).not.toContain('\u001B')
  expect(forced.out).toContain('\u001B[1mUsage:')
  expect(refused.out).not.toContain('\u001B')
})

test('a package above the command that is absent is named, with the line that installs it', async () => {
  const { exitCode, out, errors } = await newDesk().iexec(['store', 'build'])

  expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' })
  expect(errors).toBe(
    'iexec store is a package of its own, @iexec/store, and it is not installed.\n  npm install -g @iexec/store installs it, once it is published.\n  Until then a clone of the source has it: npx -y pnpm@12.21.0 iexec store there, or a link to it, which README.md gives under "Try it".\n',
  )
})

test('a package of the project is run with the same words, streams, folder and exit code', async () => {
  const desk = newDesk()
  const room = join(desk.folder, 'node_modules/@iexec/store')
  mkdirSync(room, { recursive: true })
  writeFileSync(join(desk.folder, 'package.json'), JSON.stringify({ devDependencies: { '@iexec/store': '1.0.0' } }))
  writeFileSync(join(room, 'package.json'), JSON.stringify({ bin: { other: './no.js', 'iexec-store': './main.mjs' } }))
  writeFileSync(
    join(room, 'main.mjs'),
    'console.log(JSON.stringify([process.argv.slice(2), process.cwd()])); process.stdin.pipe(process.stderr); process.exitCode = 7',
  )

  const called = await desk.iexec(['store', 'build', '--raw', '--help'], { input: 'from stdin' })

  expect(called).toEqual({
    exitCode: 7,
    out: `${JSON.stringify([['build', '--raw', '--help'], desk.folder])}\n`,
    errors: 'from stdin',
  })
})

test('a package in a global prefix is found, and one that a signal ended says so as shells do', async () => {
  const desk = newDesk()
  const room = join(desk.home, 'prefix/lib/node_modules/@iexec/network')
  mkdirSync(room, { recursive: true })
  writeFileSync(join(room, 'package.json'), JSON.stringify({ bin: './main.mjs' }))
  writeFileSync(join(room, 'main.mjs'), "process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)")

  const { exitCode } = await shell(desk, 'iexec network start', { npm_config_prefix: join(desk.home, 'prefix') })

  expect(exitCode).toBe(143)
})
