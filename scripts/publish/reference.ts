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

Generated from the docstrings of \`packages/sdk\` by \`pnpm generate\`; not edited by hand. How to begin is in the README of the package. What \`createIexec\` returns has the functions that take a \`context\` as verbs, and fills it in: \`iexec.run(app)\` is \`runApp(context, app)\`.
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
    return `${HEAD}\n${withVerbs(readFileSync(join(folder, 'README.md'), 'utf8').trim())}\n`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Where the names of a client's verbs stand, by their noun; runs have none. */
const VERBS: readonly (readonly [noun: string, file: string])[] = [
  ['', 'run/index.ts'],
  ['account', 'account/index.ts'],
  ['account', 'account/ofMarket.ts'],
  ['apps', 'app/index.ts'],
  ['categories', 'category/index.ts'],
  ['datasets', 'dataset/index.ts'],
  ['deals', 'deal/index.ts'],
  ['orderbooks', 'orderbook/verbs.ts'],
  ['orders', 'order/verbs.ts'],
  ['results', 'result/index.ts'],
  ['secrets', 'secret/index.ts'],
  ['storage', 'storage/index.ts'],
  ['tasks', 'task/index.ts'],
  ['tasks', 'task/ofPool.ts'],
  ['wallet', 'wallet/index.ts'],
  ['workerpools', 'workerpool/index.ts'],
]

/** Says of each function how a client has it: who reads `iexec.run(…)` somewhere finds what it does. */
function withVerbs(reference: string): string {
  const names = new Map(VERBS.flatMap(([noun, file]) => verbsIn(noun, file)))
  names.set('findBestOrders', 'orderbooks.findBest')
  return reference.replaceAll(
    /^> (?:`\w+` )?\*\*(\w+)\*\*(?:\\<.*?\\>)?\(`context`(?:, )?([^)]*)\).*$/gmu,
    (signature, name: string, rest: string) => {
      const verb = names.get(name)
      return verb === undefined ? signature : `${signature}\n\nOf a client: **iexec.${verb}**(${rest})`
    },
  )
}

function verbsIn(noun: string, file: string): readonly (readonly [name: string, verb: string])[] {
  const source = readFileSync(join(houseRoot, 'packages/sdk/src', file), 'utf8')
  const exported = [...source.matchAll(/^export \{([^}]*)\} from/gmu)].flatMap(([, names = '']) => names.split(','))
  return exported.flatMap((one) => {
    const [name = '', verb = name] = one.trim().split(' as ')
    return name === '' ? [] : [[name, noun === '' ? verb : `${noun}.${verb}`] as const]
  })
}

if (import.meta.main) {
  writeFileSync(REFERENCE, writeReference())
  console.log(`Wrote ${REFERENCE}.`)
}
