// Writes docs/sdk.md, the reference of the SDK, from the docstrings of its sources. typedoc needs a TypeScript of its own.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { houseRoot } from '../house.ts'

/** Where the reference stands in the repository. */
export const REFERENCE: string = join(houseRoot, 'docs/sdk.md')

const HEAD = `# The SDK: reference

Generated from the docstrings of \`packages/sdk\` by \`pnpm generate\`; not edited by hand. How to begin is in the README of the package.
`

/** The reference as the sources say it today. */
export function writeReference(): string {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-reference-'))
  try {
    const typedoc = join(dirname(createRequire(import.meta.url).resolve('typedoc/package.json')), 'bin/typedoc')
    const flags = ['readme', 'none', 'outputFileStrategy', 'modules', 'logLevel', 'Error', 'out', folder]
    const switches = [
      'disableSources',
      'hideBreadcrumbs',
      'hidePageHeader',
      'hidePageTitle',
      'skipErrorChecking',
      'excludeExternals',
    ]
    const options = flags.map((word, place) => (place % 2 === 0 ? `--${word}` : word))
    execFileSync(
      process.execPath,
      [
        typedoc,
        '--plugin',
        'typedoc-plugin-markdown',
        '--entryPoints',
        'src/index.ts',
        '--tsconfig',
        'tsconfig.json',
        ...options,
        ...switches.map((word) => `--${word}`),
      ],
      { cwd: join(houseRoot, 'packages/sdk'), stdio: ['ignore', 'ignore', 'inherit'] },
    )
    return `${HEAD}\n${readFileSync(join(folder, 'README.md'), 'utf8').trim()}\n`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  writeFileSync(REFERENCE, writeReference())
  console.log(`Wrote ${REFERENCE}.`)
}
