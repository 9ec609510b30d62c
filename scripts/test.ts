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

type RunOptions = {
  readonly env?: Readonly<Record<string, string>>
  /** Whether its output is shown as it comes; otherwise whoever called shows it. */
  readonly isShown?: boolean
}

/** Runs a node program under this very node, and keeps its output. */
async function runNode(args: readonly string[], { env = {}, isShown = true }: RunOptions = {}): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd: houseRoot,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (isShown) process.stdout.write(text)
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
    if (isShown) process.stderr.write(text)
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
async function buildRelease(): Promise<Ended & { readonly sum: Sum }> {
  const env = { FOUNDRY_PROFILE: 'release' }
  const ended = await runNode([forge, 'build', '--sizes', '--skip', 'test'], { env, isShown: false })
  return { ...ended, sum: judge({ exitCode: ended.exitCode, sum: nothing }) }
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
// Each compiler keeps but one core busy.
const [solidity, release] = await Promise.all([testSolidity(), buildRelease()])
process.stdout.write(release.output)
process.stderr.write(release.errors)
const { sum, skipReasons } = await testTypeScript()
const total = [solidity, release.sum, sum].reduce(addSums)
writeFileSync(join(results, 'sum.txt'), `${describeSum(total)}\n`)
// Said again at the end: a run that skips looks as green as one that does not.
if (total.skipped > 0) console.log([`${total.skipped} skipped`, ...skipReasons].join('\n'))
console.log(describeSum(total))
process.exitCode = total.failed === 0 ? 0 : 1
