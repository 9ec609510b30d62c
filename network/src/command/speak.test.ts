// Who speaks is not ended by those who do not hear it.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { expect, onTestFinished, test } from 'vitest'

/** Speaks while the disk is full, and again when there is room. */
const PROGRAM = `
  import { closeSync, openSync } from 'node:fs'
  import { setImmediate } from 'node:timers/promises'
  import { createSpeaker, speakEvenIfNobodyHears, tellProblem } from './speak.ts'
  speakEvenIfNobodyHears()
  const say = createSpeaker(false)
  for (const word of ['lost', 'lost, too']) {
    say('news', word)
    tellProblem(word)
    await setImmediate()
  }
  closeSync(1)
  openSync(process.argv[1], 'a')
  say('news', 'heard again')
`

test.runIf(process.platform === 'linux')('a full disk costs lines, and they go on when there is room again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'network-speak-'))
  const full = openSync('/dev/full', 'w')
  onTestFinished(() => {
    closeSync(full)
    rmSync(folder, { recursive: true })
  })
  const file = join(folder, 'supervisor.log')

  const { status } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', PROGRAM, file], {
    cwd: import.meta.dirname,
    stdio: ['ignore', full, full],
  })

  expect(status).toBe(0)
  expect(readFileSync(file, 'utf8')).toMatch(/^\d\d:\d\d:\d\d {2}heard again\n$/u)
})
