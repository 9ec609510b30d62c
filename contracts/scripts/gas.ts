// `pnpm gas`: what each call costs, measured on a real chain with the code that is deployed, beside what it may cost.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildRelease } from './artifacts.ts'
import { findBrokenLimits, findChanges } from './gas/compare.ts'
import { isTableShown, readSnapshot, writeSnapshot } from './gas/snapshot.ts'
import { limitTable, scenarioTable } from './gas/table.ts'
import { findStale, writeGenerated } from './generate.ts'

const HELP = `pnpm gas [--check | --update] [--json]

Compiles the contracts as they are deployed, and measures what each call costs on a chain of its own.

  --check   writes nothing, and fails when a call is above its limit, or anything differs from the committed snapshot
  --update  writes the snapshot (contracts/snapshots/gas.json) and the table in contracts/README.md
  --json    prints every figure as JSON instead of tables
`

const house = join(import.meta.dirname, '../..')

type Mode = { readonly check: boolean; readonly update: boolean; readonly json: boolean }

async function run({ check, update, json }: Mode): Promise<void> {
  buildRelease()
  const stale = check ? await findStale(house) : []
  if (!check) await writeGenerated(house)
  // Only now: it reads the code that was just written.
  const { measureGas } = await import('./gas/scenarios.ts')
  const report = await measureGas()
  console.log(json ? JSON.stringify(report, null, 2) : `${limitTable(report)}\n\n${scenarioTable(report)}\n`)

  const changes = findChanges(readSnapshot(), report)
  const broken = findBrokenLimits(report)
  for (const sentence of [...changes, ...broken]) console.error(sentence)
  if (update) writeSnapshot(report)
  if (!check) return
  if (changes.length > 0) console.error('`pnpm gas --update` makes this the snapshot.')
  for (const path of stale) console.error(`${path} is not what the contracts say: \`pnpm generate\` writes it again.`)
  const isShown = isTableShown(report)
  if (!isShown) console.error('The table in contracts/README.md is not this one: `pnpm gas --update` writes it again.')
  process.exitCode = changes.length + broken.length + stale.length === 0 && isShown ? 0 : 1
}

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) console.log(HELP)
else await run(values)
