// `pnpm iexec` in a clone: the command from its sources, for the folder where it was called.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { houseRoot } from './house.ts'

/** What pnpm does: it runs the script in the root, and says where it was called. */
function pnpmIexec(folder: string, ...words: readonly string[]): string {
  const { scripts } = JSON.parse(readFileSync(join(houseRoot, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  const [program, ...args] = (scripts['iexec'] ?? '').split(' ')
  expect(program).toBe('node')
  return execFileSync(process.execPath, [...args, ...words], {
    cwd: houseRoot,
    env: { ...process.env, IEXEC_CWD: undefined, INIT_CWD: folder },
    encoding: 'utf8',
  })
}

test('it runs from the sources, without a build', () => {
  expect(pnpmIexec(houseRoot, '--version')).toBe('0.1.0\n')
  // runs: pnpm iexec --help
  expect(pnpmIexec(houseRoot, '--help')).toContain('iexec <command> --help has examples.')
})

test('the commands of the worker are those of this clone', () => {
  // runs: npx -y pnpm@12.21.0 iexec worker doctor --help
  expect(pnpmIexec(join(houseRoot, 'examples'), 'worker', 'doctor', '--help')).toContain('Usage: iexec worker doctor')
})

test('it is for the folder where it was called', () => {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-clone-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  writeFileSync(join(folder, 'chain.json'), JSON.stringify({ chains: { ofThisFolder: {} } }))

  expect(pnpmIexec(folder, 'complete', '--', 'account', 'show', '--chain', 'of')).toBe('ofThisFolder\n')
})
