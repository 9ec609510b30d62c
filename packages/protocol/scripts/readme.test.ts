// The examples of README.md are run as they stand, and each value in a comment is what the line before it gives.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const room = join(import.meta.dirname, '..')
const examples = [...readFileSync(join(room, 'README.md'), 'utf8').matchAll(/```ts\n(.*?)```/gsu)].map(
  ([, code = '']) => code,
)

test('the README has examples', () => {
  expect(examples.length).toBe(4)
})

test.each(examples)('example %# does what its comments say', (example) => {
  const claims = example.replaceAll(/^(\S.*\S) \/\/ (.+)$/gmu, 'assert.deepEqual($1, $2)')
  const program = `import assert from 'node:assert/strict'\n${claims}`

  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: room,
    encoding: 'utf8',
    timeout: 30_000,
  })

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(claims).toContain('assert.deepEqual')
})
