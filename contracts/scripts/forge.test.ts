// The wrapper's one promise, kept by a real forge on a tiny project: what forge answers is what we answer.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const contracts = join(import.meta.dirname, '..')
let project = ''

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'forge-'))
  mkdirSync(join(project, 'test'))
  const solc = JSON.stringify(join(contracts, 'bin/solc'))
  writeFileSync(join(project, 'foundry.toml'), `[profile.default]\nsolc = ${solc}\noffline = true\n`)
})

afterAll(() => {
  rmSync(project, { recursive: true, force: true })
})

function runSolidityTest(body: string) {
  const source = `pragma solidity ^0.8.0;\ncontract OneTest { function test_one() external pure { ${body} } }\n`
  writeFileSync(join(project, 'test/One.t.sol'), source)
  const args = [join(contracts, 'scripts/forge.ts'), 'test', '--root', project]
  return spawnSync(process.execPath, args, { encoding: 'utf8' })
}

test('a failing Solidity test exits non-zero', () => {
  const { status, stdout } = runSolidityTest('assert(1 == 2);')

  expect(stdout).toContain('0 tests passed, 1 failed, 0 skipped')
  expect(status).not.toBe(0)
})

test('a passing Solidity test exits zero', () => {
  const { status, stdout } = runSolidityTest('assert(1 == 1);')

  expect(stdout).toContain('1 tests passed, 0 failed, 0 skipped')
  expect(status).toBe(0)
})

test('a Solidity test that does not compile exits non-zero', () => {
  expect(runSolidityTest('nonsense;').status).not.toBe(0)
})
