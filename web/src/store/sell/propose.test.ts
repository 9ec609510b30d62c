// Listings that are proposed.
import { deployedFile, iexecListingFile, readListingFile, storeFile } from '@iexec/wire/listing/schema'
import { expect, test } from 'vitest'
import {
  draftFaults,
  EMPTY_DRAFT,
  filesOf,
  inputsOf,
  jsonFilesOf,
  readDraft,
  wordsOf,
  type Draft,
  type Proposal,
} from './propose.ts'

const DRAFT: Draft = {
  ...EMPTY_DRAFT,
  org: 'acme',
  folder: 'ray-tracer',
  description: 'Renders your 3D model as a photograph. '.repeat(4),
  author: 'Acme',
  website: 'https://acme.example',
  args: '--size 480x480',
  trust: '8',
  categories: ['graphics'],
  tags: '3D, Path Tracing, 3d',
  inputs: [
    { kind: 'file', label: 'Model', arg: '', isRequired: true, begin: '.obj' },
    { kind: 'choice', label: 'Größe', arg: '--size {}', isRequired: false, begin: '480x480, 640x640' },
    { kind: 'number', label: 'Samples', arg: '--samples {}', isRequired: false, begin: '16' },
    { kind: 'switch', label: '快速', arg: '--fast', isRequired: false, begin: '' },
  ],
}
const PROPOSAL: Proposal = {
  draft: DRAFT,
  app: {
    address: '0x66C550fb04b3Df92f708D1ABB21409eec0e2F1fd',
    chainId: 31_337,
    owner: '0x629293Dc11ed5cFb6e039eCFf31062141C24FF21',
    name: 'ray-tracer',
    type: 'WASM',
    multiaddr: '/ipfs/QmfYWu7a9YLKHHXsK1NtFAtuKg9SnojavNW4vKGMC8ubSz',
    checksum: `0x${'11'.repeat(32)}`,
    mrenclave: '0x',
  },
  logo: { name: 'logo.png', bytes: new Uint8Array(3) },
}

test('what is proposed is what a registry accepts', () => {
  const { iexec, deployed, store } = jsonFilesOf(PROPOSAL)

  expect(readListingFile(iexecListingFile.app, iexec)).toMatchObject({ ok: true })
  expect(readListingFile(deployedFile.app, deployed)).toMatchObject({ ok: true })
  expect(readListingFile(storeFile, store)).toMatchObject({ ok: true })
})

test('the folder has all files of a listing', () => {
  expect(Object.keys(filesOf(PROPOSAL))).toEqual([
    'acme/ray-tracer/iexec.json',
    'acme/ray-tracer/deployed.json',
    'acme/ray-tracer/store.json',
    'acme/ray-tracer/README.md',
    'acme/ray-tracer/logo.png',
  ])
})

test('inputs have names of their own, whatever letters their labels have', () => {
  expect(inputsOf(DRAFT.inputs).map(({ name }) => name)).toEqual(['model', 'gro-e', 'samples', 'input-4'])
  expect(inputsOf([...DRAFT.inputs.slice(0, 1), ...DRAFT.inputs.slice(0, 1)]).map(({ name }) => name)).toEqual([
    'model',
    'model-2',
  ])
})

test('the first choice is where a form begins', () => {
  expect(inputsOf(DRAFT.inputs)[1]).toMatchObject({
    options: [{ value: '480x480' }, { value: '640x640' }],
    default: '480x480',
  })
})

test('tags are words of small letters', () => {
  expect(jsonFilesOf(PROPOSAL).store['tags']).toEqual(['3d', 'path-tracing'])
  expect(wordsOf('a，b、 c,,')).toEqual(['a', 'b', 'c'])
})

test('nothing is wrong with what is whole', () => {
  expect(draftFaults(DRAFT, PROPOSAL)).toEqual([])
})

test.each([
  ['org', { org: '../evil' }],
  ['folder', { folder: '' }],
  ['description', { description: 'x'.repeat(149) }],
  ['description', { description: 'x'.repeat(2001) }],
  ['author', { author: ' ' }],
  ['license', { license: '' }],
  ['links', { website: 'javascript:alert(1)' }],
  ['inputs', { inputs: [{ kind: 'text', label: ' ', arg: '', isRequired: false, begin: '' }] }],
] as const)('a wrong %s is told', (fault, change) => {
  expect(draftFaults({ ...DRAFT, ...change }, PROPOSAL)).toEqual([fault])
})

test('without an app and a logo there is nothing to propose', () => {
  expect(draftFaults(DRAFT, { app: undefined, logo: undefined })).toEqual(['app', 'logo'])
})

test('what was kept is read field by field, and an input that is none is forgotten', () => {
  const input = { kind: 'text', label: 'Message', arg: '{}', isRequired: true, begin: '' } as const
  const kept = { org: 'acme', folder: 7, categories: ['ai', 3], inputs: [null, input, { ...input, kind: 'page' }, {}] }

  expect(readDraft(JSON.stringify(kept))).toEqual({ ...EMPTY_DRAFT, org: 'acme', categories: ['ai'], inputs: [input] })
  for (const text of ['', 'null', '[]', '7', '{"inputs":{}}']) expect(readDraft(text)).toEqual(EMPTY_DRAFT)
})
