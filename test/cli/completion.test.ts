// Words that complete, in the shells themselves: bash always, zsh and fish where they are installed (and always in CI).
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { spawn } from '@lydell/node-pty'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'

const MAIN = inject('iexecCommand')
const ADDRESS = 'd3cda913deb6f67967b99d67acdfa1712c293601'
const WALLET = `UTC--2026-01-02T03-04-05.006000000Z--${ADDRESS}`

let root: string
let env: NodeJS.ProcessEnv
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'iexec-shell-'))
  const [bin, home, work] = ['bin', 'home', 'project'].map((name) => join(root, name)) as [string, string, string]
  for (const folder of [bin, join(home, '.ethereum/keystore'), work]) mkdirSync(folder, { recursive: true })
  writeFileSync(join(bin, 'iexec'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`)
  chmodSync(join(bin, 'iexec'), 0o755)
  writeFileSync(join(home, '.ethereum/keystore', WALLET), '{}')
  writeFileSync(join(work, 'chain.json'), JSON.stringify({ default: 'mine', chains: { mine: {}, minor: {} } }))
  writeFileSync(join(work, 'pass word.txt'), '')
  const { INIT_CWD: _folder, ...inherited } = process.env
  env = { ...inherited, HOME: home, PATH: `${bin}${delimiter}${inherited['PATH'] ?? ''}`, TERM: 'xterm', ZDOTDIR: home }
})
afterAll(() => {
  rmSync(root, { recursive: true, force: true })
})

function project(): string {
  return join(root, 'project')
}

function hasShell(name: string): boolean {
  const isThere = spawnSync(name, ['-c', 'true']).status === 0
  if (!isThere && process.env['CI'] === undefined)
    console.warn(`${name} is not installed: its completion is not tested here.`)
  return isThere || process.env['CI'] !== undefined
}

/** What bash offers in the place of the last word; bash splits at equals signs by itself. */
function inBash(...words: readonly string[]): readonly string[] {
  const script = `source <(iexec completion bash)
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _iexec
printf '%s\\n' "\${COMPREPLY[@]}"`
  const out = execFileSync('bash', ['-c', script, 'bash', 'iexec', ...words], { cwd: project(), env, encoding: 'utf8' })
  return out.split('\n').filter((line) => line !== '')
}

function inFish(line: string): readonly string[] {
  const out = execFileSync('fish', ['-c', `iexec completion fish | source; complete -C ${JSON.stringify(line)}`], {
    cwd: project(),
    env,
    encoding: 'utf8',
  })
  return out
    .split('\n')
    .map((row) => row.split('\t', 1)[0] ?? '')
    .filter((word) => word !== '')
}

/** What stands on the line of an interactive shell after these keys. */
async function typeIn(
  shell: string,
  args: readonly string[],
  { keys, until }: { keys: string; until: RegExp },
): Promise<string> {
  const terminal = spawn(shell, [...args], { cwd: project(), env, cols: 160, rows: 40 })
  let screen = ''
  let isReady = false
  const seen = new Promise<void>((resolve) => {
    terminal.onData((text) => {
      screen += text
      if (!isReady && screen.includes('READY>')) {
        isReady = true
        terminal.write(keys)
      }
      if (until.test(stripVTControlCharacters(screen))) resolve()
    })
    terminal.onExit(() => {
      resolve()
    })
  })
  await seen
  terminal.kill('SIGKILL')
  return stripVTControlCharacters(screen)
}

test('bash completes groups, verbs and aliases', () => {
  expect(inBash('acc')).toEqual(['account'])
  expect(inBash('')).toEqual(expect.arrayContaining(['wallet', 'account', 'doctor', 'help', 'worker']))
  expect(inBash('account', 'w')).toEqual(['withdraw'])
  expect(inBash('wallet', 'send-')).toEqual(['send-ether', 'send-eth', 'send-RLC', 'send-rlc'])
  expect(inBash('nothing', '')).toEqual([])
})

test('bash completes options once, their choices, chains of chain.json and wallets', () => {
  expect(inBash('account', 'show', '--ch')).toEqual(['--chain'])
  expect(inBash('account', 'show', '--chain', 'mine', '--ch')).toEqual([])
  expect(inBash('account', 'show', '--chain', 'mi')).toEqual(['mine', 'minor'])
  expect(inBash('account', 'show', '--chain', '=', 'min')).toEqual(['mine', 'minor'])
  expect(inBash('account', 'show', '--wallet-file', '')).toEqual([WALLET])
  expect(inBash('account', 'show', '--wallet-address', '0x')).toEqual([`0x${ADDRESS}`])
  expect(inBash('completion', '')).toEqual(['bash', 'zsh', 'fish'])
})

test('bash completes topics and commands behind help', () => {
  expect(inBash('help', 'ta')).toEqual(['tags', 'task'])
  expect(inBash('help', 'acc')).toEqual(['account'])
  expect(inBash('help', 'account', 'dep')).toEqual(['deposit'])
})

test('bash completes names of files where a path is wanted, and nowhere else', () => {
  expect(inBash('wallet', 'create', '--password-file', 'pa')).toEqual(['pass word.txt'])
  expect(inBash('wallet', 'create', 'pa')).toEqual([])
})

test('a project file that cannot be read does not disturb whoever types', () => {
  writeFileSync(join(project(), 'chain.json'), 'no JSON')

  expect(inBash('account', 'show', '--chain', 'x')).toEqual([])

  writeFileSync(join(project(), 'chain.json'), JSON.stringify({ default: 'mine', chains: { mine: {}, minor: {} } }))
})

test('the Tab key does it in a real bash', async () => {
  writeFileSync(join(root, 'home/.bashrc'), "PS1='READY>'; source <(iexec completion bash)\n")

  const screen = await typeIn('bash', ['--noprofile', '-i'], {
    keys: 'iexec acc\tdep\t',
    until: /iexec account deposit /u,
  })

  expect(screen).toContain('iexec account deposit ')
})

test.runIf(hasShell('zsh'))('the Tab key does it in a real zsh', async () => {
  writeFileSync(join(root, 'home/.zshrc'), "PROMPT='READY>'; source <(iexec completion zsh)\n")

  const word = await typeIn('zsh', ['-i'], { keys: 'iexec acc\tdep\t', until: /deposit/u })
  const value = await typeIn('zsh', ['-i'], { keys: 'iexec account show --chain=mino\t', until: /minor/u })

  expect(word).toContain('deposit')
  expect(value).toContain('--chain=minor')
})

test.runIf(hasShell('fish'))('fish completes groups, options, chains and files', () => {
  expect(inFish('iexec acc')).toEqual(['account'])
  expect(inFish('iexec account show --wallet-f')).toEqual(['--wallet-file'])
  expect(inFish('iexec account show --chain mi')).toEqual(['mine', 'minor'])
  expect(inFish('iexec account show --chain=mi')).toEqual(['--chain=mine', '--chain=minor'])
  expect(inFish('iexec wallet create --password-file pa')).toEqual([expect.stringContaining('pass')])
})
