// `node scripts/recordSale.ts` records what `pnpm start` says on a machine of its own, for the README: docs/first-sale.svg.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { drawTerminal, type Said } from './drawTerminal.ts'
import { houseRoot } from './house.ts'

const COMMAND = 'npx -y pnpm@12.21.0 start'
/** A recording shows what a newcomer sees: not where this one happened to be made. */
const SHOWN_FOLDER = '/home/you/.iexec/networks/local'

const scratch = mkdtempSync(join(tmpdir(), 'record-'))
try {
  const folder = join(scratch, 'network')
  const start = join(houseRoot, 'network/src/first.ts')
  const child = spawn(process.execPath, [start, '--once', '--data-dir', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: Said[] = [{ text: `$ ${COMMAND}`, ms: 0 }]
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const begin = performance.now()
  for await (const line of createInterface(child.stdout)) {
    const text = line.replaceAll(` --data-dir ${folder}`, '').replaceAll(folder, SHOWN_FOLDER)
    said.push({ text, ms: performance.now() - begin })
  }
  const exitCode = await ended
  if (exitCode !== 0) throw new Error(`The sale ended with ${exitCode}.`)
  writeFileSync(
    join(houseRoot, 'docs/first-sale.svg'),
    drawTerminal(
      said,
      'A terminal: the market starts, an app is sold, three workers agree on its result, and all are paid',
    ),
  )
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
