// Breaks the contracts one line at a time and tells which tests notice: `pnpm mutations`.
// The table that it prints stands in docs/security.md. It works on a copy; the sources are not touched.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { forgeBinary } from './forge.ts'

/** One wrong line: `from` occurs exactly once in `file`. */
export type Mutation = {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
}

/** Ten lines of the deal, task and escrow code, each changed into a mistake that somebody could make. */
export const mutations: readonly Mutation[] = [
  {
    name: 'the contribution deadline is at 8 T',
    file: 'src/libraries/DealLib.sol',
    from: 'CONTRIBUTION_DEADLINE_RATIO = 7',
    to: 'CONTRIBUTION_DEADLINE_RATIO = 8',
  },
  {
    name: 'a task price forgets the dataset',
    file: 'src/libraries/DealLib.sol',
    from: 'return deal.appPrice + deal.datasetPrice + deal.workerpoolPrice;',
    to: 'return deal.appPrice + deal.workerpoolPrice;',
  },
  {
    name: 'the packed sponsor is left out',
    file: 'src/libraries/DealLib.sol',
    from: 'deal.sponsor != deal.requester ? SPONSOR : 0',
    to: 'deal.sponsor == address(0) ? SPONSOR : 0',
  },
  {
    name: 'a deal is stored under its bare id',
    file: 'src/hub/HubState.sol',
    from: 'key := keccak256(0x00, 0x21)',
    to: 'key := dealid',
  },
  {
    name: 'a worker may contribute twice',
    file: 'src/hub/Contributions.sol',
    from: 'if (status != uint8(ContributionStatusEnum.UNSET)) {',
    to: 'if (status == uint8(ContributionStatusEnum.REJECTED)) {',
  },
  {
    name: 'a reveal does not check the seal',
    file: 'src/hub/Contributions.sol',
    from: 'if (seal != vote.seal) revert',
    to: 'if (seal == 0) revert',
  },
  {
    name: 'a reopened group keeps its weight',
    file: 'src/hub/Tasks.sol',
    from: 'rejected.weight = 0;',
    to: 'rejected.weight = rejected.weight;',
  },
  {
    name: 'any tie is a consensus',
    file: 'src/libraries/ConsensusLib.sol',
    from: 'return weight * trust > total * (trust - 1);',
    to: 'return weight * trust >= total * (trust - 1);',
  },
  {
    name: 'losers keep the stake that is shared out',
    file: 'src/hub/Settlement.sol',
    from: 'else pot += deal.workerStake;',
    to: 'else pot += 0;',
  },
  {
    name: 'a seizure leaves the locked amount',
    file: 'src/hub/Escrow.sol',
    from: '_accounts[account].locked -= uint96(amount);\n        emit Seize',
    to: 'emit Seize',
  },
  {
    name: 'the workerpool stake is rounded after the volume',
    file: 'src/hub/Matching.sol',
    from: '_lock(deal.workerpoolOwner, DealLib.workerpoolStake(deal) * deal.botSize);',
    to: '_lock(deal.workerpoolOwner, deal.workerpoolPrice * deal.botSize * DealLib.WORKERPOOL_STAKE_RATIO / 100);',
  },
  {
    name: 'the kitty pays out all of itself',
    file: 'src/hub/Settlement.sol',
    from: 'Math.min(Math.max(kitty * KITTY_RATIO / 100, KITTY_MIN), kitty)',
    to: 'kitty',
  },
]

const contracts = join(import.meta.dirname, '..')

/** The mutated text; throws when the line is not there exactly once. */
export function mutate(source: string, mutation: Mutation): string {
  const places = source.split(mutation.from).length - 1
  if (places !== 1) throw new Error(`${mutation.file}: «${mutation.from}» occurs ${String(places)} times, not once`)
  return source.replace(mutation.from, () => mutation.to)
}

/** Names of the tests that fail on this copy of the contracts. */
function failingTests(copy: string): readonly string[] {
  const run = spawnSync(forgeBinary(), ['test', '--json', '--no-match-path', 'test/invariant/*'], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env: { ...process.env, FOUNDRY_FUZZ_RUNS: '64' },
  })
  return readFailures(run.stdout)
}

function failingTestsWith(copy: string, mutation: Mutation): readonly string[] {
  const file = join(copy, mutation.file)
  const source = readFileSync(file, 'utf8')
  writeFileSync(file, mutate(source, mutation))
  try {
    return failingTests(copy)
  } finally {
    writeFileSync(file, source)
  }
}

type Suites = Readonly<Record<string, { readonly test_results: Readonly<Record<string, { readonly status: string }>> }>>

function readFailures(output: string): readonly string[] {
  const json = output.split('\n').find((line) => line.startsWith('{'))
  if (json === undefined) throw new Error(`forge gave no results:\n${output.slice(0, 2000)}`)
  const suites = JSON.parse(json) as Suites
  return Object.entries(suites).flatMap(([suite, { test_results: tests }]) =>
    Object.entries(tests)
      .filter(([, { status }]) => status === 'Failure')
      .map(([test]) => `${suite.split(':').at(-1) ?? suite}.${test.replace(/\(.*/, '')}`),
  )
}

/** A copy of the contracts, where they can be broken, in a folder of its own. */
function copyContracts(root: string): string {
  const copy = join(root, 'contracts')
  for (const part of ['src', 'test', 'bin', 'foundry.toml', 'package.json']) {
    cpSync(join(contracts, part), join(copy, part), { recursive: true })
  }
  cpSync(join(contracts, '../packages/protocol/vectors'), join(root, 'packages/protocol/vectors'), { recursive: true })
  symlinkSync(join(contracts, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** One row of the table in docs/security.md. */
function describeCatch({ name, file }: Mutation, caught: readonly string[]): string {
  const shown = caught.slice(0, 2).map((test) => `\`${test}\``)
  const more = caught.length > shown.length ? [`${String(caught.length - shown.length)} more`] : []
  return `| ${name} | \`${file}\` | ${caught.length === 0 ? '**none**' : [...shown, ...more].join(', ')} |`
}

function main(): void {
  const root = mkdtempSync(join(tmpdir(), 'mutations-'))
  try {
    const copy = copyContracts(root)
    const broken = failingTests(copy)
    if (broken.length > 0) throw new Error(`These tests fail without any mutation: ${broken.join(', ')}`)
    console.log('| change | in | caught by |\n|---|---|---|')
    const caught = mutations.map((mutation) => {
      const tests = failingTestsWith(copy, mutation)
      console.log(describeCatch(mutation, tests))
      return tests.length > 0
    })
    process.exitCode = caught.every(Boolean) ? 0 : 1
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

if (import.meta.main) main()
