// What is published holds: libraries that every resolver understands, and a reference that says what the sources say.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { expect, test } from 'vitest'
import { LIBRARIES, buildLibrary } from './libraries.ts'
import { REFERENCE, writeReference } from './reference.ts'

const ATTW = join(
  dirname(createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')),
  'dist/index.js',
)

test.each(LIBRARIES)(
  '%s is packed with types that every resolver of ES modules finds, and with no fault',
  async (library) => {
    const folder = mkdtempSync(join(tmpdir(), 'iexec-published-'))
    try {
      const dist = buildLibrary(library)
      const packed = execFileSync('npm', ['pack', dist, '--pack-destination', folder, '--silent'], { encoding: 'utf8' })

      const { messages, pkg } = await publint({ pkgDir: dist, pack: false, strict: true })
      const resolved = execFileSync(
        process.execPath,
        [ATTW, join(folder, packed.trim()), '--profile', 'esm-only', '-f', 'json'],
        {
          encoding: 'utf8',
        },
      )

      expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
      expect(JSON.parse(resolved)).not.toHaveProperty('problems.0')
      expect(readFileSync(join(dist, 'package.json'), 'utf8')).not.toContain('workspace:')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)

test('docs/sdk.md says what the docstrings say: if not, run `pnpm generate`', () => {
  expect(readFileSync(REFERENCE, 'utf8')).toBe(writeReference())
})
