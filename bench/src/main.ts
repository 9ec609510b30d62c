// `pnpm bench NAME`: measures the house and says beside each figure what it is compared with.
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { benchCli } from './cli.ts'
import { benchIndexer } from './indexer.ts'
import { benchNetwork } from './network.ts'
import { benchOrderbook } from './orderbook.ts'
import { benchLatency } from './work/latency.ts'
import { benchThroughput } from './work/throughput.ts'
import { benchWeb } from './web.ts'
import { printReport, writeReport, type Report } from './report.ts'

const RESULTS = join(import.meta.dirname, '../results')

function whole(text: string): number {
  const value = Number(text)
  if (/^\d+$/u.test(text) && value > 0 && Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError('It is not a whole number above 0.')
}

async function report(run: Promise<Report>, out: string | undefined): Promise<void> {
  const result = await run
  printReport(result)
  const path = out ?? join(RESULTS, `${result.benchmark}.json`)
  writeReport(path, result)
  console.log(`\nWritten to ${path}`)
}

const program = new Command('bench').description('Measures the house; each figure beside a baseline of the same run.')

program
  .command('orderbook')
  .description('publishing orders, and asking a book that grows')
  .option('--orders <n>', 'open orders at the end', whole, 100_000)
  .option('--singles <n>', 'how many of them are published one by one', whole, 3000)
  .option('--queries <n>', 'questions of each kind at each size', whole, 300)
  .option('--out <file>', 'where the JSON goes')
  .action(async ({ out, ...size }: { orders: number; singles: number; queries: number; out?: string }) =>
    report(benchOrderbook(size), out),
  )

program
  .command('indexer')
  .description('catching up with a chain, replaying events, and how soon a block is seen')
  .option('--events <n>', 'events on the chain', whole, 100_000)
  .option('--synthetic <n>', 'events replayed through the reducer alone', whole, 1_000_000)
  .option('--blocks <n>', 'blocks whose delay is measured', whole, 100)
  .option('--out <file>', 'where the JSON goes')
  .action(async ({ out, ...size }: { events: number; synthetic: number; blocks: number; out?: string }) =>
    report(benchIndexer(size), out),
  )

program
  .command('cli')
  .description('how long people wait for the command, and what its package weighs')
  .option('--runs <n>', 'how often each line is called', whole, 21)
  .option('--out <file>', 'where the JSON goes')
  .action(async ({ out, ...size }: { runs: number; out?: string }) => report(benchCli(size), out))

program
  .command('latency')
  .description('from a deal to its result on a chain of one-second blocks, and what a task costs beside its run')
  .option('--deals <n>', 'deals of each kind', whole, 40)
  .option('--runs <n>', 'runs of each kind', whole, 40)
  .option('--out <file>', 'where the JSON goes')
  .action(async ({ out, ...size }: { deals: number; runs: number; out?: string }) => report(benchLatency(size), out))

program
  .command('throughput')
  .description('one deal of many tasks on four workers, and a scheduler with many simulated ones')
  .option('--tasks <n>', 'tasks of the deal', whole, 1_000)
  .option('--workers <n>', 'simulated workers', whole, 1_000)
  .option('--places <n>', 'places that the simulated workers are given', whole, 6_000)
  .option('--out <file>', 'where the JSON goes')
  .action(async ({ out, ...size }: { tasks: number; workers: number; places: number; out?: string }) =>
    report(benchThroughput(size), out),
  )

program
  .command('network')
  .description('how soon a whole network is ready, and its idle CPU and memory, service by service; on Linux')
  .option('--starts <n>', 'how often it is started again', whole, 3)
  .option('--idle <seconds>', 'how long an idle one is watched', whole, 30)
  .option('--port-base <n>', 'port of its chain; those of the services follow', whole, 38_545)
  .option('--out <file>', 'where the JSON goes')
  .action(async ({ out, ...size }: { starts: number; idle: number; portBase: number; out?: string }) =>
    report(benchNetwork(size), out),
  )

program
  .command('web')
  .description(
    'how soon pages are there in Chromium, what they weigh, and how soon after its block an event is on the screen',
  )
  .option('--loads <n>', 'how often each page is opened', whole, 5)
  .option('--sales <n>', 'sales that are watched', whole, 5)
  .option('--out <file>', 'where the JSON goes')
  .action(async ({ out, ...size }: { loads: number; sales: number; out?: string }) => report(benchWeb(size), out))

await program.parseAsync()
