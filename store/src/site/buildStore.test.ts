// A store as files: what its pages say of themselves, and that strangers cannot write into them.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { IEXEC, openTestRegistry } from '../../test/listing.ts'
import { buildIndex } from '../registry/buildIndex.ts'
import { writeIndex } from '../registry/writeIndex.ts'
import { buildStore, type StoreOptions } from './buildStore.ts'
import { parseSiteConfig } from './config.ts'
import { readSource } from './source.ts'

const CHAIN = {
  slug: 'local',
  name: 'Local',
  chainId: 31_337,
  hub: `0x${'1'.repeat(40)}`,
  rpcUrl: 'http://127.0.0.1:8545',
  marketUrl: 'https://market.example',
  storageUrl: 'https://storage.example',
}

let folder: string
let options: StoreOptions
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iexec-store-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const shell = join(folder, 'shell')
  mkdirSync(join(shell, 'assets'), { recursive: true })
  writeFileSync(
    join(shell, 'index.html'),
    '<head>\n<base href="/" />\n<title>iExec</title>\n<meta name="description" content="x" />\n</head>',
  )
  const { path, write } = openTestRegistry()
  write('ada/hello/iexec.json', { ...IEXEC, description: `"><script>alert(1)</script> $& ${IEXEC.description}` })
  write('ada/hello/deployed.json', { app: { 31337: `0x${'ab'.repeat(20)}` } })
  options = {
    shell,
    out: join(folder, 'shop'),
    base: '/shop/',
    site: { name: 'Ada & Co', parts: ['store'], chains: [CHAIN] },
    sources: [await readSource(path)],
  }
})

function read(file: string): string {
  return readFileSync(join(options.out, file), 'utf8')
}

test('the site is told what the coin of its chain is called, and none that is no name', () => {
  const coin = { name: 'Side RLC', symbol: 'xRLC' }
  const siteWith = (told: typeof coin): StoreOptions['site'] => ({
    ...options.site,
    chains: [{ ...CHAIN, coin: told }],
  })

  buildStore({ ...options, site: siteWith(coin) })

  expect(JSON.parse(read('config.json'))).toMatchObject({ chains: [{ coin }] })
  for (const [wrong, why] of [
    [{ ...coin, symbol: 'RLC, all yours' }, 'chains.0.coin.symbol: is no symbol such as ETH'],
    [{ ...coin, name: '<b>' }, 'chains.0.coin.name: is no name such as Ether'],
  ] as const) {
    expect(() => buildStore({ ...options, site: siteWith(wrong) })).toThrow(why)
  }
})

test('each listing has a page with its own title, and what strangers wrote stays text', () => {
  buildStore({ ...options, url: 'https://ada.example' })

  const page = read('local/store/ada/hello/index.html')
  expect(page).toContain('<title>hello · Ada &amp; Co</title>')
  expect(page).toContain('<base href="/shop/" />')
  expect(page).toMatch(
    /<meta property="og:image" content="https:\/\/ada\.example\/shop\/registry\/files\/[\da-f]{32}\.png" \/>/u,
  )
  expect(page).toContain('content="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; $&amp; It says')
  expect(page).not.toContain('<script>alert')
})

test('every page carries its policy before anything that it is about', () => {
  buildStore(options)

  for (const file of ['index.html', '404.html', 'local/store/ada/hello/index.html']) {
    expect(read(file)).toMatch(
      /^<head>\n<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;/u,
    )
  }
  expect(read('_headers')).toContain("frame-ancestors 'none'")
})

test('it is told its listings, and they are inside', () => {
  const { config, listings, pages } = buildStore(options)

  expect(JSON.parse(read('config.json'))).toEqual(config)
  expect({ listings, pages, index: config.listings }).toEqual({ listings: 1, pages: 1, index: ['registry/index.json'] })
  expect(JSON.parse(read('registry/index.json'))).toMatchObject({ version: 1, listings: [{ org: 'ada' }] })
})

test('the same input makes the same bytes, and an index that was built before is taken as it is', async () => {
  buildStore(options)
  const [page, index] = [read('index.html'), read('registry/index.json')]
  const built = join(folder, 'built')
  writeIndex(built, options.sources[0] ?? (await buildIndex(folder)))

  buildStore({ ...options, sources: [await readSource(built)] })

  expect([read('index.html'), read('registry/index.json')]).toEqual([page, index])
})

test('of a foreign index only pictures and READMEs are copied, as what they are, whatever it calls them', async () => {
  const foreign = join(folder, 'foreign')
  const [source] = options.sources
  const [listing] = source?.index.listings ?? []
  const logo = [...(source?.files ?? [])].find(([path]) => path.endsWith('.png'))?.[1] ?? new Uint8Array()
  mkdirSync(foreign)
  writeFileSync(join(foreign, 'evil.html'), '<script src="evil.js"></script>')
  writeFileSync(join(foreign, 'evil.js'), 'document.title = "mine"')
  writeFileSync(join(foreign, 'shot.html'), logo)
  const listed = { ...listing, logo: 'evil.html', screenshots: ['evil.js', 'shot.html'], readme: 'evil.html' }
  writeFileSync(join(foreign, 'index.json'), JSON.stringify({ version: 1, created: '', listings: [listed] }))

  buildStore({ ...options, sources: [await readSource(foreign)] })

  const [copied] = (JSON.parse(read('registry/index.json')) as { readonly listings: readonly (typeof listing)[] })
    .listings
  expect(copied).toMatchObject({
    screenshots: [expect.stringMatching(/^files\/[\da-f]{32}\.png$/u)],
    readme: expect.stringMatching(/^files\/[\da-f]{32}\.md$/u),
  })
  expect(copied).not.toHaveProperty('logo')
  expect(
    readdirSync(join(options.out, 'registry/files'))
      .map((file) => extname(file))
      .toSorted(),
  ).toEqual(['.md', '.png'])
})

test('hosts that read headers are told that files of listings can run nothing', () => {
  buildStore(options)

  expect(read('_headers')).toMatch(/\/shop\/registry\/\*\n(?: {2}.*\n)* {2}Content-Security-Policy: .*sandbox/u)
})

test('files of an older index go away only when the new one is there', async () => {
  const { path, write } = openTestRegistry()
  const out = join(folder, 'public')
  writeIndex(out, await buildIndex(path))
  const [before] = readdirSync(join(out, 'files')).filter((file) => file.endsWith('.md'))
  write('ada/hello/README.md', '# Other\n')
  const built = await buildIndex(path)
  // The new index cannot be put in its place.
  mkdirSync(join(out, 'index.json.part'))

  expect(() => {
    writeIndex(out, built)
  }).toThrow('EISDIR')
  expect(readdirSync(join(out, 'files'))).toContain(before)
  rmSync(join(out, 'index.json.part'), { recursive: true })
  writeIndex(out, built)
  expect(readdirSync(join(out, 'files')).toSorted()).toEqual(
    [...built.files.keys()].map((file) => file.slice(6)).toSorted(),
  )
})

test('a folder with something else in it is left alone', () => {
  mkdirSync(options.out)
  writeFileSync(join(options.out, 'thesis.txt'), 'years of work')

  expect(() => buildStore(options)).toThrow('holds something else than a store (thesis.txt)')
  expect(read('thesis.txt')).toBe('years of work')
})

test.each([
  [
    { 'registry/Index.json': `0x${'1'.repeat(40)}` },
    'config.json: signers: "registry/Index.json" is no entry of "listings".',
  ],
  [[`0x${'1'.repeat(40)}`], /^config\.json: signers: .*expected record/u],
  [{ 'registry/index.json': 'ada' }, 'config.json: signers.registry/index.json: is no address.'],
])('signers that nobody would be asked for are told: %j', (signers, words) => {
  const told = { ...options.site, listings: ['registry/index.json'], signers }

  expect(() => parseSiteConfig(told)).toThrow(words)
})
