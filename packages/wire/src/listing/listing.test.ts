// Files of listings: what a writer is told, and what a store shows of old ones.
import { hexToBytes, stringToBytes } from 'viem/utils'
import { expect, test } from 'vitest'
import { hashListings, logoFault, numberFault, readIndex, readListing, readPicture } from './index.ts'
import { deployedFile, iexecListingFile, readListingFile, storeFile } from './schema.ts'

const OWNER = '0x629293Dc11ed5cFb6e039eCFf31062141C24FF21'
const APP = '0x66C550fb04b3Df92f708D1ABB21409eec0e2F1fd'
const IEXEC = {
  description: 'Renders your 3D model as a photograph. '.repeat(4),
  license: 'Apache-2.0',
  author: 'iExec',
  social: { website: 'https://iex.ec', github: '' },
  logo: 'logo.png',
  app: {
    owner: OWNER,
    name: 'ray-tracer',
    type: 'WASM',
    multiaddr: '/ipfs/QmfYWu7a9YLKHHXsK1NtFAtuKg9SnojavNW4vKGMC8ubSz',
    checksum: `0x${'11'.repeat(32)}`,
    price: '0.02 RLC',
  },
  buyConf: { params: { iexec_args: '--size 480x480' }, trust: '8' },
}
const STORE = {
  categories: ['graphics'],
  tags: ['3d', 'path-tracing'],
  inputs: [
    { kind: 'file', name: 'model', label: 'Model', accept: '.obj', required: true },
    {
      kind: 'choice',
      name: 'size',
      label: 'Size',
      arg: '--size {}',
      options: [{ value: '480x480' }],
      default: '480x480',
    },
  ],
}

test('files that are right are read', () => {
  expect(readListingFile(iexecListingFile.app, IEXEC).ok).toBe(true)
  expect(readListingFile(deployedFile.app, { app: { 31337: APP } }).ok).toBe(true)
  expect(readListingFile(storeFile, STORE).ok).toBe(true)
})

const { license: _, ...unlicensed } = IEXEC
const WRONG_IEXEC: readonly (readonly [string, unknown, string])[] = [
  [
    'a short description',
    { ...IEXEC, description: 'short' },
    '"description" must have 150 characters at least, and has 5.',
  ],
  [
    'a long description',
    { ...IEXEC, description: 'x'.repeat(2001) },
    '"description" must have 2000 characters at most, and has 2001.',
  ],
  ['no license', unlicensed, '"license" is missing.'],
  ['an empty author', { ...IEXEC, author: ' ' }, '"author" must not be empty.'],
  ['an unknown key', { ...IEXEC, order: {} }, '"order" is not known here.'],
  ['an unknown key within', { ...IEXEC, app: { ...IEXEC.app, cost: 1 } }, '"app.cost" is not known here.'],
  [
    'half an address',
    { ...IEXEC, app: { ...IEXEC.app, owner: '0x12' } },
    '"app.owner" must be an address (0x and 40 digits), not "0x12".',
  ],
  ['params as text', { ...IEXEC, buyConf: { params: '--fast' } }, '"buyConf.params" must be an object, not "--fast".'],
  [
    'a script as link',
    { ...IEXEC, social: { website: 'javascript:alert(1)' } },
    '"social.website" must be an http or https URL, not "javascript:alert(1)".',
  ],
]

test.each(WRONG_IEXEC)('%s is told in one sentence', (_case, file, sentence) => {
  const read = readListingFile(iexecListingFile.app, file)

  expect(read.ok ? [] : read.faults.map((fault) => fault.sentence)).toEqual([sentence])
})

test('everything that is wrong with a file is told at once, with its place', () => {
  const read = readListingFile(storeFile, {
    screenshots: ['../secret.png'],
    inputs: [
      { kind: 'slider', name: 'a', label: 'A' },
      { kind: 'text', name: 'b', label: 'B' },
      { kind: 'number', name: 'b', label: 'B', min: 1, default: 0 },
    ],
  })

  expect(read.ok ? [] : read.faults).toMatchObject([
    { path: ['screenshots', 0] },
    {
      path: ['inputs', 0, 'kind'],
      sentence: '"inputs.0.kind" must be text, number, choice, switch or file, not "slider".',
    },
    { path: ['inputs', 2, 'default'], sentence: '"inputs.2.default" must be 1 at least, not 0.' },
  ])
})

const number = { kind: 'number', name: 'n', label: 'N', min: 1, max: 4, step: 1 }
test.each([
  [{ ...number, default: 2.5 }, '"inputs.0.default" must be on a step, such as 2 or 3, not 2.5.'],
  [{ ...number, max: 3.7, default: 3.5 }, '"inputs.0.default" must be on a step, such as 3, not 3.5.'],
  [{ ...number, default: 5 }, '"inputs.0.default" must be 4 at most, not 5.'],
  [
    { kind: 'text', name: 't', label: 'T', maxLength: 3, default: 'four' },
    '"inputs.0.default" must be of 3 characters at most, not "four".',
  ],
  [
    { kind: 'choice', name: 'c', label: 'C', options: [], default: 'z' },
    '"inputs.0.options" must have 1 entry at least.',
  ],
])('a field does not begin with what may not be filled in there: %j', (given, sentence) => {
  const read = readListingFile(storeFile, { inputs: [given] })

  expect(read.ok ? [] : read.faults.map((fault) => fault.sentence)).toEqual([sentence])
})

test.each([
  [{ min: 0, max: 1, step: 0.1 }, 0.3],
  [{ min: 1, step: 2 }, 7],
  [{ step: 0.25 }, -0.5],
  [{ min: 0.1, step: 1e-7 }, 0.1000003],
])('what is on a step of %j is taken: %d', (given, value) => {
  expect(numberFault(given, value)).toBeUndefined()
})

test('a key that is no chain is told by what it has to be', () => {
  const read = readListingFile(deployedFile.app, { app: { abc: APP } })

  expect(read.ok ? [] : read.faults.map(({ sentence }) => sentence)).toEqual([
    'Keys of "app" must be the id of a chain, not "abc".',
  ])
})

test('a name of an input is used once', () => {
  const read = readListingFile(storeFile, {
    inputs: [
      { kind: 'text', name: 'b', label: 'B' },
      { kind: 'switch', name: 'b', label: 'B' },
    ],
  })

  expect(read.ok ? [] : read.faults.map(({ sentence }) => sentence)).toEqual([
    '"inputs.1.name" must be a name that no other input has, not "b".',
  ])
})

test('a listing of an index says what its files say', () => {
  const listing = readListing({
    org: 'me',
    name: 'ray-tracer',
    iexec: IEXEC,
    deployed: { app: { 31337: APP } },
    store: STORE,
  })

  expect(listing).toMatchObject({
    kind: 'app',
    org: 'me',
    title: 'ray-tracer',
    type: 'WASM',
    isTee: false,
    owner: OWNER,
    addresses: { 31337: APP },
    categories: ['graphics'],
    social: { website: 'https://iex.ec' },
    buyConf: { params: { iexec_args: '--size 480x480' }, trust: '8' },
  })
  expect(listing?.social).not.toHaveProperty('github')
  expect(listing?.inputs?.map(({ name }) => name)).toEqual(['model', 'size'])
})

test.each([
  ['{"cmdline":"--fast"}', '--fast'],
  ['{"iexec_args":"--fast"}', '--fast'],
  ['--fast', '--fast'],
])('params of the first years, written as the text %s, are understood', (params, args) => {
  const listing = readListing({
    org: 'me',
    name: 'old',
    iexec: { app: { owner: OWNER, name: 'old' }, buyConf: { params } },
  })

  expect(listing?.buyConf).toEqual({ params: { iexec_args: args } })
  expect(listing?.author).toBe('me')
})

test('what says neither what is listed nor whose it is cannot be shown', () => {
  expect(readListing({ org: 'me', name: 'x', iexec: { description: 'x' } })).toBeUndefined()
  expect(readListing({ org: 'me', name: 'x', iexec: { app: { name: 'x' } } })).toBeUndefined()
  expect(readListing({ org: '..', name: 'x', iexec: IEXEC })).toBeUndefined()
})

test('an index is read as it was written, and its hash covers its listings', () => {
  const listing = readListing({ org: 'me', name: 'ray-tracer', iexec: IEXEC, store: STORE, logo: 'files/ab.png' })
  const index = { version: 1, created: '2026-11-23T00:00:00Z', hash: hashListings([listing]), listings: [listing] }
  const written = JSON.parse(JSON.stringify(index)) as typeof index

  expect(readIndex(written)).toEqual({ ...index, dropped: 0, isWhole: true })
  expect(readIndex({ ...written, listings: [] }).isWhole).toBe(false)
})

test('a hostile index is shown without what could lead anywhere', () => {
  const listing = {
    kind: 'app',
    org: 'me',
    name: 'x',
    owner: OWNER,
    title: '<img src=x onerror=alert(1)>',
    logo: '../../secret.png',
    readme: 'https://evil.example/README.md',
    social: { website: 'javascript:alert(1)' },
    addresses: { x: APP, 1: '0x12', 31337: APP },
    inputs: [{ kind: 'text', name: 'a' }, { kind: 'nothing' }],
  }

  const { listings, dropped } = readIndex({ version: 1, listings: [listing, { ...listing, name: '../x' }, null] })

  expect(dropped).toBe(2)
  expect(listings[0]).toMatchObject({ addresses: { 31337: APP }, social: {}, screenshots: [] })
  for (const key of ['logo', 'readme', 'inputs']) expect(listings[0]).not.toHaveProperty(key)
})

test('a number beyond all numbers is none, because the hash cannot tell it from nothing', () => {
  const limits = '"default":-1e400,"min":-1e400,"max":1e400,"step":1e400'
  const input = `{"kind":"number","name":"n","label":"N",${limits}}`
  const listing = `{"kind":"app","org":"me","name":"x","owner":"${OWNER}","inputs":[${input}]}`
  const index = `{"version":1,"hash":"0x","listings":[${listing}]}`

  const [beyond, nothing] = [index, index.replace(/-?1e400/gu, 'null')].map((text) => readIndex(JSON.parse(text)))

  expect(beyond).toEqual(nothing)
  expect(beyond?.listings[0]?.inputs).toEqual([{ kind: 'number', name: 'n', label: 'N', required: false }])
})

test.each([undefined, null, [], {}, { version: 2, listings: [] }, { version: 1 }])('%j is no index', (value) => {
  expect(() => readIndex(value)).toThrow('This is no index of a store of version 1.')
})

test('a logo has 180 pixels on each side, and the ending of what it is', () => {
  const logo = hexToBytes('0x89504e470d0a1a0a0000000d49484452000000b4000000b4')
  const wide = Uint8Array.from(logo)
  wide[19] = 181

  expect(readPicture(logo)).toEqual({ type: 'png', width: 180, height: 180 })
  expect(logoFault('logo.png', logo)).toBeUndefined()
  expect(logoFault('logo.jpg', logo)).toBe('The logo is called logo.jpg, and is a picture of type png.')
  expect(logoFault('logo.png', wide)).toBe('The logo must have 180 × 180 pixels, and has 181 × 180.')
  expect(logoFault('logo.png', stringToBytes('<svg onload="alert(1)"/>'))).toMatch('neither')
})
