// What the runners really print, and the ways in which a red run could look green.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { houseRoot } from './house.ts'
import { addSums, describeSum, findSkipReasons, judge, readForgeSum, readVitestSum } from './sum.ts'

test('reads the last summary line of forge', () => {
  const output = [
    'Suite result: ok. 2 passed; 0 failed; 0 skipped; finished in 1.20ms (500µs CPU time)',
    'Ran 1 test suite in 2.10ms (1.20ms CPU time): 1 tests passed, 0 failed, 0 skipped (1 total tests)',
    'Ran 12 test suites in 4.20s (8.00s CPU time): 40 tests passed, 2 failed, 1 skipped (43 total tests)',
    'Encountered a total of 2 failing tests, 40 tests succeeded',
  ].join('\n')

  expect(readForgeSum(output)).toEqual({ passed: 40, failed: 2, skipped: 1 })
})

test('forge without a summary line has no sum', () => {
  expect(readForgeSum('Error: Compiler run failed')).toBeUndefined()
  expect(readForgeSum('No tests found in project! Forge looks for functions that start with `test`')).toBeUndefined()
})

test('finds each reason for skipped tests once, among all else that a runner says', () => {
  const postgres =
    'PostgreSQL is not installed (Debian: apt-get install postgresql): the tests that need it are skipped.'
  const engine = 'Not installed: dockerd. The tests that need a Docker Engine are skipped.'

  const reasons = findSkipReasons(['a warning', postgres, engine, 'tests are skipped', engine, ''].join('\n'))

  expect(reasons).toEqual([postgres, engine])
})

test('reads the counts of the vitest report, and skipped and planned tests as skipped', () => {
  const report = JSON.stringify({ numPassedTests: 7, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 })

  expect(readVitestSum(report)).toEqual({ passed: 7, failed: 1, skipped: 3 })
})

test('a missing or foreign vitest report has no sum', () => {
  expect(readVitestSum('')).toBeUndefined()
  expect(readVitestSum('null')).toBeUndefined()
  expect(readVitestSum('{"numPassedTests":1}')).toBeUndefined()
})

test('a run without a sum is a failure, whatever its exit code', () => {
  expect(judge({ exitCode: 0, sum: undefined }).failed).toBe(1)
  expect(judge({ exitCode: 1, sum: undefined }).failed).toBe(1)
})

test('a red exit code without a failed test is a failure', () => {
  expect(judge({ exitCode: 1, sum: { passed: 3, failed: 0, skipped: 0 } })).toEqual({
    passed: 3,
    failed: 1,
    skipped: 0,
  })
})

test('failed tests stay failed even when the exit code is 0', () => {
  expect(judge({ exitCode: 0, sum: { passed: 3, failed: 2, skipped: 0 } }).failed).toBe(2)
})

test('sums add up and read as one line', () => {
  const total = addSums({ passed: 3, failed: 1, skipped: 0 }, { passed: 4, failed: 0, skipped: 2 })

  expect(total).toEqual({ passed: 7, failed: 1, skipped: 2 })
  expect(describeSum(total)).toBe('7 passed, 1 failed')
})

test('a real vitest run with one failing test and one that passes is one of each', () => {
  const results = join(houseRoot, 'test-results')
  mkdirSync(results, { recursive: true })
  const folder = mkdtempSync(join(results, 'vitest-'))
  const source = "import { expect, test } from 'vitest'\ntest('a', () => {})\ntest('b', () => expect(1).toBe(2))\n"
  writeFileSync(join(folder, 'one.test.js'), source)
  const report = join(folder, 'report.json')
  const vitest = join(houseRoot, 'node_modules/vitest/vitest.mjs')

  const args = [vitest, 'run', '--root', folder, '--reporter=json', `--outputFile=${report}`]
  const { status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  const sum = readVitestSum(readFileSync(report, 'utf8'))
  rmSync(folder, { recursive: true, force: true })

  expect(status).toBe(1)
  expect(sum).toEqual({ passed: 1, failed: 1, skipped: 0 })
})
