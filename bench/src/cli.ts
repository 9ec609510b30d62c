// `pnpm bench cli`: how long people wait for the command, as whole processes, and what its package weighs.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMarket, type TestMarket } from '@iexec/chain/test/market'
import { percentile, type Figure, type Report } from './report.ts'

/** How often each line is called. */
export type CliSize = { readonly runs: number }

const ROOM = join(import.meta.dirname, '../../packages/cli')
const BASELINE = 'node -e 0'
const ADDRESS = '0x0000000000000000000000000000000000000001'

type Line = { readonly name: string; readonly args: readonly string[]; readonly target?: Figure['target'] }

/** Builds the package as people install it, and calls it on a chain of its own. */
export async function benchCli({ runs }: CliSize): Promise<Report> {
  const market = await startMarket()
  const folder = openProject(market)
  try {
    buildPackage(join(folder, 'package'))
    return { benchmark: 'cli', size: { runs }, figures: [...(await measure(folder, runs)), ...weigh(folder)] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await market.stop()
  }
}

function buildPackage(folder: string): void {
  const built = spawnSync(process.execPath, ['scripts/build.ts', folder], { cwd: ROOM, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`The package could not be built:\n${built.stderr}`)
}

/** A folder with chain.json, and a home in which nothing is. */
function openProject({ addresses, anvil }: TestMarket): string {
  const folder = mkdtempSync(join(tmpdir(), 'cli-bench-'))
  mkdirSync(join(folder, 'home'))
  const chain = { id: String(anvil.chainId), host: anvil.url, hub: addresses.hub }
  writeFileSync(join(folder, 'chain.json'), JSON.stringify({ default: 'bench', chains: { bench: chain } }))
  return folder
}

const LINES: readonly Line[] = [
  { name: 'iexec --version', args: ['--version'] },
  { name: 'iexec --help', args: ['--help'] },
  { name: 'iexec app --help', args: ['app', '--help'] },
  { name: 'iexec complete -- account show --', args: ['complete', '--', 'account', 'show', '--'] },
  { name: 'iexec info --raw', args: ['info', '--raw'], target: { value: 400, better: 'lower' } },
  {
    name: 'iexec account show --raw',
    args: ['account', 'show', ADDRESS, '--raw'],
    target: { value: 400, better: 'lower' },
  },
]

/** All lines take turns, so that whatever else the machine does meets all of them. */
async function measure(folder: string, runs: number): Promise<readonly Figure[]> {
  const empty: Line = { name: BASELINE, args: [] }
  const samples = new Map([empty, ...LINES].map(({ name }) => [name, [] as number[]]))
  const call = async (line: Line): Promise<number> =>
    timeOf(line === empty ? ['-e', '0'] : [join(folder, 'package/iexec.js'), ...line.args], { folder, line })
  // What is compiled at the first call is kept for the next ones, as on the machine of whoever uses it.
  for (const line of LINES) await call(line)
  for (let run = 0; run < runs; run++) {
    for (const line of [empty, ...LINES]) samples.get(line.name)?.push(await call(line))
  }
  const median = (name: string): number => percentile(samples.get(name) ?? [], 0.5)
  const value = median(BASELINE)
  return LINES.map(({ name, target }) => ({
    name,
    value: median(name),
    unit: 'ms',
    baseline: { name: BASELINE, value },
    ...(name === 'iexec --version' ? { target: { value: 1.5 * value, better: 'lower' as const } } : {}),
    ...(target === undefined ? {} : { target }),
  }))
}

type Where = { readonly folder: string; readonly line: Line }

/** Milliseconds from the start of a process to its end. */
async function timeOf(args: readonly string[], { folder, line }: Where): Promise<number> {
  const { INIT_CWD: _folder, NODE_OPTIONS: _options, ...inherited } = process.env
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const began = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...inherited, HOME: join(folder, 'home'), NODE_COMPILE_CACHE: join(folder, 'cache') },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  child.once('error', reject).once('close', (code) => {
    if (code === 0) resolve(performance.now() - began)
    else reject(new Error(`${line.name} ended with ${code}:\n${errors}`))
  })
  return promise
}

/** What is installed: the package, and nothing besides. */
function weigh(folder: string): readonly Figure[] {
  const dist = join(folder, 'package')
  const bytes = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
  const { dependencies = {} } = JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>
  }
  return [
    { name: 'installed', value: bytes / 1e6, unit: 'MB', target: { value: 10, better: 'lower' } },
    {
      name: 'dependencies of the package',
      value: Object.keys(dependencies).length,
      unit: '',
      target: { value: 0, better: 'lower' },
    },
  ]
}
