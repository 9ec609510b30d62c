// iexec.json and deployed.json: what is there stays, what is wrong is named, and what is of 2018 is understood.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openTerminal, type Terminal } from '../terminal/terminal.ts'
import { findDeployed, readDeployedFile, writeDeployed } from './deployedFile.ts'
import { readIexecFile, requireSection, writeSections } from './iexecFile.ts'
import { readAddress, readChecksum, readPrice, readText } from './section.ts'

const ADDRESS = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf'

let folder: string
let said: string
let terminal: Terminal
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iexec-files-'))
  // Where the locks are; nothing else may lie beside the files.
  vi.stubEnv('HOME', `${folder}-home`)
  said = ''
  const errors = new PassThrough().setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const streams = { input: new PassThrough(), output: new PassThrough(), errors }
  terminal = openTerminal({ format: 'text', isQuiet: false, streams })
})
afterEach(() => {
  vi.unstubAllEnvs()
  for (const place of [folder, `${folder}-home`]) rmSync(place, { recursive: true, force: true })
})

function write(name: string, value: unknown): void {
  writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value))
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'))
}

describe('iexec.json', () => {
  test('what is not understood stays, in its place', async () => {
    write('iexec.json', { mine: 1, app: { name: 'old' }, yours: [2] })

    await writeSections(folder, { app: { name: 'new' }, category: { name: 'XXL' } }, terminal)

    const text = readFileSync(join(folder, 'iexec.json'), 'utf8')
    expect(JSON.parse(text)).toEqual({ mine: 1, app: { name: 'new' }, yours: [2], category: { name: 'XXL' } })
    expect(text.indexOf('mine')).toBeLessThan(text.indexOf('app'))
    expect(text.indexOf('app')).toBeLessThan(text.indexOf('yours'))
  })

  test('sections and addresses that are written at once are all there', async () => {
    await Promise.all([
      writeSections(folder, { app: { name: 'app' } }, terminal),
      writeSections(folder, { category: { name: 'XXL' } }, terminal),
      ...[1, 2, 3].map(async (chainId) => writeDeployed(folder, { kind: 'app', chainId }, ADDRESS)),
    ])

    expect(read('iexec.json')).toMatchObject({ app: { name: 'app' }, category: { name: 'XXL' } })
    expect(read('deployed.json')).toEqual({ app: { 1: ADDRESS, 2: ADDRESS, 3: ADDRESS } })
  })

  test('without the file or the section, the command that writes it is named', async () => {
    const missing = requireSection(folder, 'app', terminal)
    await expect(missing).rejects.toMatchObject({
      code: 'MissingFile',
      hints: [expect.stringContaining('iexec app init')],
    })

    write('iexec.json', {})
    await expect(requireSection(folder, 'dataset', terminal)).rejects.toThrow(/iexec\.json has no "dataset"/u)
  })

  test('a fault names the file, the key and the value', async () => {
    write('iexec.json', { app: { name: 7, price: '5 ETH', checksum: '0x12' } })
    const section = await requireSection(folder, 'app', terminal)
    const mistyped = { place: 'iexec.json: app', values: { owner: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293B1' } }

    expect(() => readAddress(mistyped, 'owner')).toThrow(/app\.owner: "0x3C\w+B1" has a typing error/u)
    expect(() => readText(section, 'name')).toThrow(/iexec\.json: app\.name is 7, and must be a text/u)
    expect(() => readPrice(section, 'price')).toThrow(/iexec\.json: app\.price: .*"5 ETH".*"ETH" is not a unit of RLC/u)
    expect(() => readChecksum(section, 'checksum')).toThrow(/app\.checksum is "0x12", and must be a sha256/u)
  })

  test.each([
    ['app', 'mutiaddr'],
    ['dataset', 'prize'],
    ['workerpool', 'stake'],
    ['category', 'workclocktimeref'],
  ] as const)('in %s, the key "%s" means nothing and is refused', async (name, key) => {
    write('iexec.json', { [name]: { name: 'x', [key]: '1' } })

    await expect(requireSection(folder, name, terminal)).rejects.toThrow(`iexec.json: ${name} has a key`)
  })

  test.each([
    [100, 100n],
    ['100', 100n],
    ['0.5 RLC', 500_000_000n],
    ['', undefined],
    [undefined, undefined],
  ])('the price %j is %s nRLC', async (price, nano) => {
    write('iexec.json', { app: { price } })

    expect(readPrice(await requireSection(folder, 'app', terminal), 'price')).toBe(nano)
  })

  test('a checksum of zeros is none, and one as Docker writes it is read', async () => {
    const values = { none: `0x${'0'.repeat(64)}`, one: `sha256:${'aB'.repeat(32)}` }
    const section = { place: 'iexec.json: app', values }

    expect(readChecksum(section, 'none')).toBeUndefined()
    expect(readChecksum(section, 'one')).toBe(`0x${'ab'.repeat(32)}`)
  })
})

describe('iexec.json of 2018', () => {
  const FILE = {
    description: 'finds a wallet with a name',
    logo: 'logo.png',
    app: { name: 'VanityEth', price: 1, params: { type: 'DOCKER', envvars: 'XWDOCKERIMAGE=iexechub/vanityeth:1.0.0' } },
    order: {
      buy: { app: ADDRESS, dataset: '0x0000000000000000000000000000000000000000', params: { cmdline: '-n 1 -i ace' } },
      sell: { category: '3', value: '100', workerPool: ADDRESS, volume: '5' },
    },
  }

  test('is upgraded with one line that says what became what, and kept beside the new one', async () => {
    write('iexec.json', FILE)

    const file = await readIexecFile(folder, terminal)

    expect(file).toEqual(read('iexec.json'))
    expect(file).toMatchObject({
      app: { name: 'VanityEth', price: 1, type: 'DOCKER', multiaddr: 'iexechub/vanityeth:1.0.0' },
      buyConf: { params: { iexec_args: '-n 1 -i ace' } },
      order: {
        requestorder: { app: ADDRESS, params: { iexec_args: '-n 1 -i ace' } },
        workerpoolorder: { workerpool: ADDRESS, workerpoolprice: '100', category: '3', volume: '5' },
      },
    })
    expect(Object.keys(file ?? {})).toEqual(['description', 'logo', 'app', 'buyConf', 'order'])
    expect(read('iexec.json.2018')).toEqual(FILE)
    expect(said).toMatch(
      /^iexec\.json is of 2018, and was upgraded: .*app\.multiaddr.*order\.sell.*iexec\.json\.2018\.\n$/u,
    )
  })

  test('is upgraded once, and a copy that is there already stays', async () => {
    write('iexec.json.2018', 'mine')
    write('iexec.json', FILE)

    await readIexecFile(folder, terminal)
    said = ''
    await readIexecFile(folder, terminal)

    expect(said).toBe('')
    expect(readdirSync(folder).toSorted()).toEqual(['iexec.json', 'iexec.json.2018', 'iexec.json.2018-2'])
    expect(readFileSync(join(folder, 'iexec.json.2018'), 'utf8')).toBe('mine')
  })

  test('names what means nothing any more, and takes params that are text', async () => {
    const params = JSON.stringify({ type: 'DOCKER', cpu: 2, envvars: 'SPEED=9,XWDOCKERIMAGE=me/app' })
    write('iexec.json', { app: { name: 'a', params } })

    expect(await readIexecFile(folder, terminal)).toEqual({ app: { name: 'a', type: 'DOCKER', multiaddr: 'me/app' } })
    expect(said).toMatch(/app\.params\.cpu means nothing any more; app\.params\.SPEED means nothing any more/u)
  })

  test('without an image is not touched', async () => {
    write('iexec.json', { app: { name: 'a', params: { type: 'DOCKER', envvars: 'X=1' } } })

    await expect(readIexecFile(folder, terminal)).rejects.toThrow(/app\.params\.envvars is "X=1"/u)
    expect(readdirSync(folder)).toEqual(['iexec.json'])
  })
})

describe('deployed.json', () => {
  test('has an address for each kind and chain, and keeps the others', async () => {
    write('deployed.json', { dataset: { 1: ADDRESS }, app: { 7: ADDRESS } })

    await writeDeployed(folder, { kind: 'app', chainId: 31_337 }, ADDRESS)

    expect(read('deployed.json')).toEqual({ dataset: { 1: ADDRESS }, app: { 7: ADDRESS, 31337: ADDRESS } })
    expect(await findDeployed(folder, { kind: 'app', chainId: 31_337 })).toBe(ADDRESS)
    expect(await findDeployed(folder, { kind: 'workerpool', chainId: 31_337 })).toBeUndefined()
  })

  test.each([
    [{ apps: {} }, /has a key "apps"/u],
    [{ app: { kovan: ADDRESS } }, /app has a key "kovan"/u],
    [{ app: { 7: '0x12' } }, /app\.7 is "0x12", and must be an address/u],
    [{ app: [] }, /app is \[\], and must be an object/u],
    [[], /is \[\], and must be an object/u],
  ])('%j is refused with file, key and value', async (file, reason) => {
    write('deployed.json', file)

    await expect(readDeployedFile(folder)).rejects.toThrow(reason)
    await expect(writeDeployed(folder, { kind: 'app', chainId: 7 }, ADDRESS)).rejects.toThrow(/deployed\.json/u)
    expect(read('deployed.json')).toEqual(file)
  })
})
