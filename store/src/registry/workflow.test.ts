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

test('the check is the one of the registry and not of the proposal, and has no secret and no right that it could lose', () => {
  expect(WORKFLOW).toMatch(/^on:\n(?: {2}#.*\n)+ {2}pull_request_target:\n\w/mu)
  expect(WORKFLOW).toMatch(/^permissions:\n {2}contents: read\n\w/mu)
  expect(WORKFLOW).not.toMatch(/secrets\.|github\.token/iu)
  expect(WORKFLOW.match(/uses: actions\/checkout/gu)).toHaveLength(2)
  expect(WORKFLOW.match(/persist-credentials: false/gu)).toHaveLength(2)
  // What strangers name reaches a shell as a variable alone.
  for (const script of WORKFLOW.split('run: ').slice(1)) expect(script.split('- uses')[0]).not.toContain('${{')
})

test('a program that is not named by repository and commit is not run, and the proposal is told what is missing', () => {
  const check = stepOf('The program is named')
  const named = { PROGRAM: 'acme/iexec', PROGRAM_COMMIT: 'a1'.repeat(20) }

  expect(bash(check, named)).toMatchObject({ status: 0, stdout: '' })
  for (const wrong of [
    { PROGRAM: '' },
    { PROGRAM: 'OWNER' },
    { PROGRAM: 'a/b/c' },
    { PROGRAM_COMMIT: '' },
    { PROGRAM_COMMIT: 'main' },
  ]) {
    const { status, stdout } = bash(check, { ...named, ...wrong })
    expect(status).toBe(1)
    expect(stdout).toMatch(/^::error title=The listings are not checked::.*PROGRAM.*PROGRAM_COMMIT.*\n$/u)
  }
})

const ENTRY = { name: 'app', org: 'bob', created: '2026-01-01', rank: 1 }
const OWN = { name: 'new', org: 'Ada', created: '2026-01-02', rank: 0 }

test.each([
  ['changes his own listing', { 'Ada/hello/iexec.json': '{}' }, undefined],
  ['adds his listing to the order', { 'ada/new/iexec.json': '{}', 'registry.json': list(OWN, ENTRY) }, undefined],
  ['changes a listing of somebody else', { 'bob/app/iexec.json': '{}' }, 'bob/app/iexec.json'],
  ['takes away a listing of somebody else', { 'bob/app/README.md': undefined }, 'bob/app/README.md'],
  [
    'moves a listing of somebody else',
    { 'bob/app/README.md': undefined, 'ada/app/README.md': 'bob' },
    'bob/app/README.md',
  ],
  ['gives another one another rank', { 'registry.json': list(OWN, { ...ENTRY, rank: 9 }) }, 'registry.json'],
  ['writes another one in capitals', { 'registry.json': list({ ...ENTRY, name: 'APP' }) }, 'registry.json'],
  ['takes another one out of the order', { 'registry.json': list(OWN) }, 'registry.json'],
  ['takes away the order', { 'registry.json': undefined }, 'registry.json'],
  ['leaves no JSON of the order', { 'registry.json': '[' }, 'registry.json'],
  ['changes the check itself', { '.github/workflows/validate.yml': '' }, '.github/workflows/validate.yml'],
  ['has a name that breaks the line', { 'ada/x\n::notice::y': '' }, '::notice::y'],
  ['has a name that is a command', { '::notice::y': '' }, '::notice::y'],
  ['adds an order in capitals', { 'REGISTRY.JSON': '[]' }, 'REGISTRY.JSON'],
] as const)('whoever %s is let in, or told which file is not his', (_, changed, refused) => {
  const { folder, env } = proposal(changed)

  expect(bash(stepOf('The registry as it would be'), env, folder)).toMatchObject({ status: 0, stdout: '' })
  const { status, stdout } = bash(stepOf('What is proposed belongs'), env, folder)

  expect(status).toBe(refused === undefined ? 0 : 1)
  expect(stdout).toContain(refused === undefined ? '' : refused)
  expect(stdout.trim().split('\n')).toHaveLength(1)
})

test('what others changed meanwhile is not taken for a part of the proposal', () => {
  const { folder, env, git, put } = proposal({ 'ada/hello/iexec.json': '{}' })
  git('checkout', '--quiet', env.BASE)
  put({ 'bob/app/iexec.json': '{ "of": "bob" }' })
  const later = { ...env, BASE: git('rev-parse', 'HEAD').trim() }

  expect(bash(stepOf('The registry as it would be'), later, folder).status).toBe(0)
  expect(bash(stepOf('What is proposed belongs'), later, folder)).toMatchObject({ status: 0, stdout: '' })
  expect(readFileSync(join(folder, 'bob/app/iexec.json'), 'utf8')).toBe('{ "of": "bob" }')
  expect(readFileSync(join(folder, 'ada/hello/iexec.json'), 'utf8')).toBe('{}')
})

test('also where somebody forgot whose an entry is, those of others are not changed', () => {
  const { folder, env, git, put } = proposal({})
  put({ 'registry.json': list({ name: 'whose' }, 7, ENTRY) })
  const BASE = git('rev-parse', 'HEAD').trim()
  put({ 'registry.json': list({ name: 'whose' }, 7, { ...ENTRY, rank: 9 }) })
  const changed = bash(stepOf('What is proposed belongs'), { ...env, BASE }, folder)
  put({ 'registry.json': list({ name: 'whose' }, 7, ENTRY, OWN) })
  const added = bash(stepOf('What is proposed belongs'), { ...env, BASE }, folder)

  expect(changed).toMatchObject({ status: 1, stdout: 'registry.json: entries that are not of ada were changed.\n' })
  expect(added).toMatchObject({ status: 0, stdout: '', stderr: '' })
})

test('a proposal that conflicts with the registry is told to be brought up to date', () => {
  const { folder, env, git, put } = proposal({ 'ada/hello/iexec.json': '{}' })
  git('checkout', '--quiet', env.BASE)
  put({ 'ada/hello/iexec.json': '[]' })

  const merged = bash(stepOf('The registry as it would be'), { ...env, BASE: git('rev-parse', 'HEAD').trim() }, folder)

  expect(merged).toMatchObject({
    status: 1,
    stdout: '::error::This conflicts with the registry: bring it up to date.\n',
  })
})

function list(...entries: readonly unknown[]): string {
  return JSON.stringify(entries)
}

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

type Changed = Readonly<Record<string, string | undefined>>

/** A clone with a proposal of Ada: what was there before, and what is proposed. */
function proposal(changed: Changed): {
  readonly folder: string
  readonly env: { readonly AUTHOR: string; readonly BASE: string; readonly HEAD: string }
  readonly git: (...args: readonly string[]) => string
  readonly put: (files: Changed) => void
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
  const put = (files: Changed): void => {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      if (content === undefined) rmSync(join(folder, file))
      else writeFileSync(join(folder, file), content)
    }
    git('add', '--all')
    git('commit', '--quiet', '--allow-empty', '--message', 'x')
  }
  git('init', '--quiet')
  put({
    'ada/hello/iexec.json': '',
    'bob/app/iexec.json': '',
    'bob/app/README.md': 'bob',
    'registry.json': list(ENTRY),
  })
  const base = git('rev-parse', 'HEAD').trim()
  put(changed)
  return { folder, env: { AUTHOR: 'ada', BASE: base, HEAD: git('rev-parse', 'HEAD').trim() }, git, put }
}
