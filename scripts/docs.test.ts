// The documents tell the truth: every command that they show is run somewhere, and every link leads to a file.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { houseRoot } from './house.ts'

const documents = globSync(['*.md', 'docs/**/*.md', '{contracts,examples/*,packages/*,services/*}/README.md'], {
  cwd: houseRoot,
})

type Shown = { readonly command: string; readonly unrun: string | undefined }

/** Lists the commands in the fenced `sh` and `bash` blocks of a document; comments are no commands. */
function listCommands(markdown: string): readonly Shown[] {
  const fence = /(?:<!-- not-run: (?<unrun>.+?) -->\s*)?^ *```(?:sh|bash)\n(?<body>.*?)^ *```/gmsu
  return [...markdown.matchAll(fence)].flatMap(({ groups }) =>
    (groups?.['body'] ?? '')
      .replaceAll(/\s*\\\n\s*/gu, ' ')
      .split('\n')
      .map((line) => line.trim().replace(/^\$ /u, ''))
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((command) => ({ command, unrun: groups?.['unrun'] })),
  )
}

function listLinks(markdown: string): readonly string[] {
  const prose = markdown.replaceAll(/^ *```.*?^ *```/gmsu, '')
  return [...prose.matchAll(/\]\((?<target>[^)#\s]+)/gu)]
    .map((found) => found.groups?.['target'] ?? '')
    .filter((target) => !/^[a-z]+:/u.test(target))
}

function read(path: string): string {
  return readFileSync(join(houseRoot, path), 'utf8')
}

/** Tests say which commands they run, each on a line of its own. Tests that share a market stand in files that one test imports. */
const RUN: ReadonlySet<string> = new Set(
  globSync(['{contracts,packages,services,scripts,test}/**/*.test.ts', 'test/{examples,journeys}/*.ts'], {
    cwd: houseRoot,
    exclude: ['**/node_modules/**', 'scripts/docs.test.ts'],
  }).flatMap((file) =>
    [...read(file).matchAll(/\bruns: (?<command>.+)$/gmu)].map(({ groups }) => groups?.['command'] ?? ''),
  ),
)

/** `.ci/run` cannot run itself, but running it is what keeps it true. */
function isRun(command: string): boolean {
  return command === '.ci/run' || read('.ci/run').includes(`check ${command}\n`) || RUN.has(command)
}

test.each(documents)('every command in %s is run, or says why not', (document) => {
  const unproved = listCommands(read(document)).filter(({ command, unrun }) => unrun === undefined && !isRun(command))

  expect(unproved.map(({ command }) => command)).toEqual([])
})

test('what is not run is listed with its reason', () => {
  const unrun = documents.flatMap((document) =>
    listCommands(read(document)).flatMap(({ command, unrun: why }) =>
      why === undefined ? [] : [{ document, command, why }],
    ),
  )

  for (const { document, command, why } of unrun) console.info(`not run: ${document}: ${command} (${why})`)
  expect(unrun.filter(({ why }) => why.trim() === '')).toEqual([])
})

test('README.md shows nothing that is not run', () => {
  expect(listCommands(read('README.md')).filter(({ unrun }) => unrun !== undefined)).toEqual([])
})

test.each(documents)('every relative link in %s leads to a file', (document) => {
  const broken = listLinks(read(document)).filter((target) => !existsSync(join(houseRoot, dirname(document), target)))

  expect(broken).toEqual([])
})

test.each(documents)('every Solidity test that %s names is there', (document) => {
  const named = new Set(
    [...read(document).matchAll(/`(?<name>[A-Z][\w*]*\.t\.sol)`/gu)].map((found) => found.groups?.['name'] ?? ''),
  )
  const missing = [...named].filter((name) => globSync(`contracts/test/**/${name}`, { cwd: houseRoot }).length === 0)

  expect(missing).toEqual([])
})

test.each(documents)('every test in TypeScript that %s names is there', (document) => {
  // By its place in the house, or in the package that the lines above speak of.
  const named = [...read(document).matchAll(/`(?<name>[\w./-]+\.test\.ts)`/gu)].map(
    (found) => found.groups?.['name'] ?? '',
  )
  const missing = [...new Set(named)].filter(
    (name) => globSync(`{.,packages/*,services/*}/${name}`, { cwd: houseRoot }).length === 0,
  )

  expect(missing).toEqual([])
})

test.each(documents)('every Solidity test function that %s names is there', (document) => {
  const named = new Set(
    [...read(document).matchAll(/`\w+Test\.(?<name>test\w+)`/gu)].map((found) => found.groups?.['name'] ?? ''),
  )
  if (named.size === 0) return
  const sources = globSync('contracts/test/**/*.sol', { cwd: houseRoot }).map(read).join('\n')

  expect([...named].filter((name) => !sources.includes(`function ${name}(`))).toEqual([])
})

test('finds commands in indented blocks, joins continued lines, and reads the reason on the line above', () => {
  const markdown = [
    'text',
    '   ```sh',
    '   # a comment',
    '   $ first --flag \\',
    '     value',
    '   ```',
    '<!-- not-run: needs a funded key -->',
    '```bash',
    'second',
    '```',
    '```ts',
    'notACommand()',
    '```',
  ].join('\n')

  expect(listCommands(markdown)).toEqual([
    { command: 'first --flag value', unrun: undefined },
    { command: 'second', unrun: 'needs a funded key' },
  ])
})

test('finds relative links in prose only', () => {
  expect(listLinks('[a](b/c.md#d) [web](https://example.org)\n```\n[no](no.md)\n```\n')).toEqual(['b/c.md'])
})
