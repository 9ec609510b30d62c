// The examples of README.md are run as they stand, and each value in a comment is what the line before it gives.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    cwd: room,
    encoding: 'utf8',
    timeout: 30_000,
  })

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(claims).toContain('assert.deepEqual')
})

test('the examples fit the types of the package', { timeout: 60_000 }, () => {
  // Inside the package, so that its own name leads to it.
  const folder = mkdtempSync(join(room, 'node_modules/.readme-'))
  try {
    for (const [place, example] of examples.entries()) {
      writeFileSync(join(folder, `example${String(place)}.ts`), example)
    }
    const tsc = join(room, '../../node_modules/typescript/bin/tsc')
    const files = examples.map((_, place) => `example${String(place)}.ts`)
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(room, '../../tsconfig.base.json'), files }),
    )

    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { cwd: room, encoding: 'utf8' })

    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
