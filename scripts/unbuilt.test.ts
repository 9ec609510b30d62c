// A command that is not built yet says so in one sentence and fails.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test.each(['iexec'])('%s answers with one sentence and exit code 2', (command) => {
  const script = join(import.meta.dirname, 'unbuilt.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, command], { encoding: 'utf8' })

  expect(status).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^The iexec .* yet.*\.\n$/u)
})
