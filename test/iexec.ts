// The `iexec` command as people call it: a process of its own in a folder of its own, piped or in a real terminal.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { ChainSettings } from '@iexec/sdk'
import { spawn as spawnInTerminal } from '@lydell/node-pty'
import { inject } from 'vitest'

/** What came of a call. */
export type Called = { readonly exitCode: number; readonly out: string; readonly errors: string }

/** A folder in which somebody works: a home of its own, so that nothing of this machine is touched. */
export type Desk = {
  readonly folder: string
  readonly home: string
  /** Calls the command with pipes for its streams, and returns when it has ended. */
  readonly iexec: (args: readonly string[], options?: { readonly input?: string }) => Promise<Called>
  /** The same with `--raw`: what it printed as JSON, from stdout or, when it failed, from stderr. */
  readonly raw: (args: readonly string[]) => Promise<Readonly<Record<string, unknown>>>
  /** Calls the command with pipes, and goes on beside it. */
  readonly begin: (args: readonly string[]) => Begun
  /** Calls the command in a terminal, as a person does. */
  readonly person: (args: readonly string[]) => Conversation
  /** Types a line into a shell in a terminal; the command is installed under its name. */
  readonly line: (text: string) => Conversation
  readonly clear: () => void
}

/** A command that runs in pipes. */
export type Begun = {
  readonly ended: Promise<Called>
  readonly isOver: () => boolean
  /** Ctrl-C again and again, until it has ended. */
  readonly interruptUntilEnded: () => Promise<Called>
}

/** A command that runs in a terminal. */
export type Conversation = {
  /** Returns when this stands on the screen (since the last call); rejects with the screen when the command ends before. */
  readonly sees: (text: string | RegExp) => Promise<void>
  /** Types, with Enter behind it. */
  readonly types: (text: string) => void
  /** Presses a key, as `\u0003` for Ctrl-C. */
  readonly presses: (key: string) => void
  readonly screen: () => string
  readonly ended: Promise<number>
}

/**
 * A desk with chain.json for a chain, and with further variables of its environment.
 *
 * @example
 * const desk = openDesk(house.chain)
 * await desk.iexec(['account', 'show', '--raw'])
 */
export function openDesk(chain?: ChainSettings, more: NodeJS.ProcessEnv = {}): Desk {
  const root = mkdtempSync(join(tmpdir(), 'iexec-desk-'))
  const [folder, home, programs] = [join(root, 'project'), join(root, 'home'), join(root, 'bin')]
  for (const place of [folder, home, programs]) mkdirSync(place, { recursive: true })
  writeFileSync(join(programs, 'iexec'), `#!/bin/sh\nexec ${process.execPath} ${inject('iexecCommand')} "$@"\n`, {
    mode: 0o755,
  })
  if (chain !== undefined) writeFileSync(join(folder, 'chain.json'), JSON.stringify(chainFileOf(chain)))
  // What this test was started with must not change what is tested.
  const { INIT_CWD: _folder, NO_COLOR: _colour, CI: _ci, ...inherited } = process.env
  const env = { ...inherited, HOME: home, PATH: `${programs}:${inherited['PATH'] ?? ''}`, ...more }
  const start = (args: readonly string[], input = ''): Begun => {
    const child = spawn(process.execPath, [inject('iexecCommand'), ...args], { cwd: folder, env, stdio: 'pipe' })
    // Who says no at once has ended before it could read anything.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    const [out, errors] = [collect(child.stdout), collect(child.stderr)]
    const ended = new Promise<Called>((resolve) => {
      child.once('close', (code, signal) => {
        // As shells count it. One Ctrl-C more may come when node does not listen any more, because it is ending.
        const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal])
        resolve({ exitCode, out: out(), errors: errors() })
      })
    })
    const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null
    const interruptUntilEnded = async (): Promise<Called> => {
      while (!isOver()) {
        child.kill('SIGINT')
        await new Promise((resolve) => setImmediate(resolve))
      }
      return ended
    }
    return { ended, isOver, interruptUntilEnded }
  }
  const iexec: Desk['iexec'] = async (args, { input } = {}) => start(args, input).ended
  return {
    folder,
    home,
    iexec,
    raw: async (args) => {
      const { exitCode, out, errors } = await iexec([...args, '--raw'])
      return JSON.parse(exitCode === 0 ? out : (errors.trim().split('\n').at(-1) ?? '')) as Readonly<
        Record<string, unknown>
      >
    },
    begin: (args) => start(args),
    person: (args) => converse([process.execPath, inject('iexecCommand'), ...args], { folder, env }),
    line: (text) => converse(['/bin/sh', '-c', text], { folder, env }),
    clear: () => {
      rmSync(root, { recursive: true, force: true })
    },
  }
}

function chainFileOf({ name, chainId, hub, rpcUrls, ...services }: ChainSettings): unknown {
  const { marketUrl: iexecGateway, storageUrl: ipfsGateway, vaultUrl: sms } = services
  const chain = { id: String(chainId), host: rpcUrls?.[0], hub, iexecGateway, ipfsGateway, sms }
  return { default: name, chains: { [name]: chain } }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  return () => text
}

function converse(
  [program, ...args]: readonly [string, ...string[]],
  { folder, env }: { readonly folder: string; readonly env: NodeJS.ProcessEnv },
): Conversation {
  const terminal = spawnInTerminal(program, args, {
    cwd: folder,
    env,
    cols: 120,
    rows: 40,
  })
  let screen = ''
  let read = 0
  let waiting: (() => void)[] = []
  let exitCode: number | undefined
  const wake = (): void => {
    const woken = waiting
    waiting = []
    for (const next of woken) next()
  }
  terminal.onData((text) => {
    screen += text
    wake()
  })
  const ended = new Promise<number>((resolve) => {
    terminal.onExit((exit) => {
      exitCode = exit.exitCode
      wake()
      resolve(exit.exitCode)
    })
  })
  const find = (text: string | RegExp): number | undefined => {
    const rest = plain(screen).slice(read)
    const at = typeof text === 'string' ? rest.indexOf(text) : rest.search(text)
    return at < 0 ? undefined : read + at + 1
  }
  return {
    sees: async (text) => {
      for (let found = find(text); ; found = find(text)) {
        if (found !== undefined) {
          read = found
          return
        }
        if (exitCode !== undefined) throw new Error(`It ended (${exitCode}) without ${String(text)}:\n${plain(screen)}`)
        await new Promise<void>((resolve) => {
          waiting.push(resolve)
        })
      }
    },
    types: (text) => {
      terminal.write(`${text}\r`)
    },
    presses: (key) => {
      terminal.write(key)
    },
    screen: () => plain(screen),
    ended,
  }
}

/** Without colours and movements of the cursor. */
function plain(screen: string): string {
  return stripVTControlCharacters(screen)
}
