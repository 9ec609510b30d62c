// The registry of this repository: its examples are right, and the check of pull requests that it comes with runs nothing of strangers.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { OURS } from '../../test/listing.ts'
import { validateRegistry } from './validate.ts'

const WORKFLOW = readFileSync(join(OURS, '.github/workflows/validate.yml'), 'utf8')

test('the listings of the examples are right', async () => {
  const { faults, listings } = await validateRegistry(OURS, { chains: undefined })

  expect(faults).toEqual([])
  expect(listings).toBe(5)
})

test('the check of pull requests runs actions and a program of fixed commits, and installs no package by its name', () => {
  const used = WORKFLOW.split('\n').flatMap((line) => /uses: (\S+)/u.exec(line)?.[1] ?? [])

  expect(used).toHaveLength(3)
  for (const action of used) expect(action).toMatch(/^actions\/[a-z-]+@[\da-f]{40}$/u)
  expect(WORKFLOW).not.toMatch(/npm (?:install|i|exec)\b/u)
  expect(WORKFLOW).toContain('ref: ${{ env.PROGRAM_COMMIT }}')
})

test('a program that is not named by a commit is not run', () => {
  const check = stepOf('The program is named')

  expect(bash(check, { PROGRAM_COMMIT: '' }).status).toBe(1)
  expect(bash(check, { PROGRAM_COMMIT: 'main' }).status).toBe(1)
  expect(bash(check, { PROGRAM_COMMIT: 'a1'.repeat(20) }).status).toBe(0)
})

test.each([
  ['changes his own listing', { 'Ada/hello/iexec.json': '{}' }, undefined],
  ['adds his listing to the order', { 'ada/new/iexec.json': '{}', 'registry.json': '[]' }, undefined],
  ['changes a listing of somebody else', { 'bob/app/iexec.json': '{}' }, 'bob/app/iexec.json'],
  ['takes away a listing of somebody else', { 'bob/app/README.md': undefined }, 'bob/app/README.md'],
  [
    'moves a listing of somebody else',
    { 'bob/app/README.md': undefined, 'ada/app/README.md': 'bob' },
    'bob/app/README.md',
  ],
  ['changes the check itself', { '.github/workflows/validate.yml': '' }, '.github/workflows/validate.yml'],
  ['has a name that breaks the line', { 'ada/x\n::notice::y': '' }, '::notice::y'],
] as const)('whoever %s is let in, or told which file is not his', (_, changed, refused) => {
  const { folder, base } = proposal(changed)

  const { status, stdout } = bash(stepOf('What is proposed belongs'), { AUTHOR: 'ada', BASE: base }, folder)

  expect(status).toBe(refused === undefined ? 0 : 1)
  expect(stdout).toContain(refused === undefined ? '' : refused)
  expect(stdout.trim().split('\n')).toHaveLength(1)
})

/** What a step of the workflow runs. */
function stepOf(name: string): string {
  const [, step = ''] = WORKFLOW.split(`- name: ${name}`)
  const [, script = ''] = /\n {8}run: \|\n((?: {10}.*\n)+)/u.exec(step) ?? []
  return script.replaceAll(/^ {10}/gmu, '')
}

function bash(
  script: string,
  env: Readonly<Record<string, string>>,
  cwd = tmpdir(),
): ReturnType<typeof spawnSync> & {
  readonly stdout: string
} {
  // As GitHub runs it.
  const args = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script]
  return spawnSync('bash', args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8' })
}

/** A clone with a pull request: what was there before, and what is proposed. */
function proposal(changed: Readonly<Record<string, string | undefined>>): {
  readonly folder: string
  readonly base: string
} {
  const root = mkdtempSync(join(tmpdir(), 'iexec-proposal-'))
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true })
  })
  const folder = join(root, 'listings')
  mkdirSync(folder)
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], {
      cwd: folder,
      encoding: 'utf8',
    })
  const put = (files: typeof changed): void => {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      if (content === undefined) rmSync(join(folder, file))
      else writeFileSync(join(folder, file), content)
    }
    git('add', '--all')
    git('commit', '--quiet', '--message', 'x')
  }
  git('init', '--quiet')
  put({ 'ada/hello/iexec.json': '', 'bob/app/iexec.json': '', 'bob/app/README.md': 'bob' })
  const base = git('rev-parse', 'HEAD').trim()
  put(changed)
  return { folder, base }
}
