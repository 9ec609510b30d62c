// Everything a fresh clone must pass: the Solidity tests, the build that is deployed and its size, the TypeScript tests.
// All three always run; the sum goes to test-results/sum.txt, where .ci/run finds it.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { houseRoot } from './house.ts'
import { addSums, describeSum, findSkipReasons, judge, nothing, readForgeSum, readVitestSum, type Sum } from './sum.ts'

const results = join(houseRoot, 'test-results')
const forge = join(houseRoot, 'contracts/scripts/forge.ts')
const vitest = join(houseRoot, 'node_modules/vitest/vitest.mjs')

type Ended = { readonly exitCode: number; readonly output: string; readonly errors: string }

/** Runs a node program under this very node, shows its output as it comes, and keeps it. */
async function runNode(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd: houseRoot,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    process.stdout.write(text)
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
    process.stderr.write(text)
  })
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  child.once('error', reject).once('close', (code) => {
    resolve(code ?? 1)
  })
  return { exitCode: await promise, output, errors }
}

async function testSolidity(): Promise<Sum> {
  const { exitCode, output } = await runNode([forge, 'test'])
  return judge({ exitCode, sum: readForgeSum(output) })
}

/** Builds what is deployed; forge refuses any contract above 24,576 bytes. Counts only when it fails. */
async function buildRelease(): Promise<Sum> {
  const { exitCode } = await runNode([forge, 'build', '--sizes', '--skip', 'test'], { FOUNDRY_PROFILE: 'release' })
  return judge({ exitCode, sum: nothing })
}

async function testTypeScript(): Promise<{ readonly sum: Sum; readonly skipReasons: readonly string[] }> {
  const report = join(results, 'vitest.json')
  const { exitCode, errors } = await runNode([
    vitest,
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
  ])
  const sum = judge({ exitCode, sum: readVitestSum(readReport(report)) })
  return { sum, skipReasons: findSkipReasons(errors) }
}

function readReport(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

rmSync(results, { recursive: true, force: true })
mkdirSync(results)
const contracts = [await testSolidity(), await buildRelease()]
const { sum, skipReasons } = await testTypeScript()
const total = [...contracts, sum].reduce(addSums)
writeFileSync(join(results, 'sum.txt'), `${describeSum(total)}\n`)
// Said again at the end: a run that skips looks as green as one that does not.
if (total.skipped > 0) console.log([`${total.skipped} skipped`, ...skipReasons].join('\n'))
console.log(describeSum(total))
process.exitCode = total.failed === 0 ? 0 : 1
