// What is run for a task, from what the chain says of it.
import { encodeTag } from '@iexec/protocol'
import { sha256, stringToHex } from 'viem'
import { expect, test } from 'vitest'
import { factsOf } from '../../test/facts.ts'
import { bagOf, describeRun, type DatasetFacts, type RunPlan, type TaskFacts } from './describeRun.ts'

const URL = 'https://example.com/a.csv'
const CID = 'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ'

function planOf(facts: Partial<TaskFacts> = {}, ...rest: readonly [Parameters<typeof describeRun>[1]?]): RunPlan {
  const plan = describeRun(factsOf(facts), ...rest)
  if (plan.ok) return plan
  throw new Error(plan.message)
}

function messageOf(facts: Partial<TaskFacts>): string | undefined {
  const plan = describeRun(factsOf(facts))
  return plan.ok ? undefined : plan.message
}

function causeOf(facts: Partial<TaskFacts>): string | undefined {
  const plan = describeRun(factsOf(facts))
  return plan.ok ? 'none' : plan.cause
}

const datasetAt = (byte: string): DatasetFacts => ({
  address: `0x${byte.repeat(20)}`,
  multiaddr: URL,
  checksum: `0x${'44'.repeat(32)}`,
})

test('a task without dataset and inputs has the environment that every app has', () => {
  expect(planOf().job.env).toEqual({
    IEXEC_DEAL_ID: `0x${'22'.repeat(32)}`,
    IEXEC_TASK_ID: `0x${'11'.repeat(32)}`,
    IEXEC_TASK_INDEX: '3',
    IEXEC_IN: '/iexec_in',
    IEXEC_OUT: '/iexec_out',
    IEXEC_BOT_SIZE: '5',
    IEXEC_BOT_FIRST_INDEX: '2',
    IEXEC_BOT_TASK_INDEX: '3',
    IEXEC_DATASET_ADDRESS: `0x${'00'.repeat(20)}`,
    IEXEC_DATASET_FILENAME: `0x${'00'.repeat(20)}`,
    IEXEC_INPUT_FILES_NUMBER: '0',
  })
})

test('inputs are numbered from 1 and named by the hash of their URL', () => {
  const { job, inputs } = planOf({ params: JSON.stringify({ iexec_input_files: [URL, 'https://b.example'] }) })

  expect(job.env).toMatchObject({
    IEXEC_INPUT_FILES_NUMBER: '2',
    IEXEC_INPUT_FILES_FOLDER: '/iexec_in',
    IEXEC_INPUT_FILE_NAME_1: sha256(stringToHex(URL)),
    IEXEC_INPUT_FILE_NAME_2: sha256(stringToHex('https://b.example')),
  })
  expect(inputs[0]).toEqual({ url: URL, name: sha256(stringToHex(URL)) })
})

test('a dataset is named by its address, and must have the checksum that was registered', () => {
  const dataset = {
    address: `0x${'Ab'.repeat(20)}`,
    multiaddr: `/ipfs/${CID}`,
    checksum: `0x${'44'.repeat(32)}`,
  } as const
  const plan = planOf({ dataset })

  const address = dataset.address.toLowerCase()
  expect(plan.job.env).toMatchObject({ IEXEC_DATASET_ADDRESS: address, IEXEC_DATASET_FILENAME: address })
  expect(plan.datasets).toEqual([{ url: `/ipfs/${CID}`, name: address, sha256: dataset.checksum }])
  expect(planOf({ dataset: { ...dataset, checksum: `0x${'00'.repeat(32)}` } }).datasets[0]).not.toHaveProperty('sha256')
})

test.each([
  ['--fast "a b"', ['--fast', 'a b']],
  ['{"iexec_args": 5', ['{iexec_args:', '5']],
  ['', []],
])('the text %s, which is no JSON, is the arguments', (params, args) => {
  expect(planOf({ params }).job.args).toEqual(args)
})

test.each([
  ['has a value of another kind', '{"iexec_args": 5}'],
  ['has a key that nobody knows', '{"iexec_magic": "1"}'],
  ['has wrong keys of 2018', '{"cmdline": 5}'],
  ['wants the secrets of a TEE', '{"iexec_secrets": {"1": "key"}}'],
  ['wants the datasets of a bulk', JSON.stringify({ bulk_cid: CID })],
])('all workers vote that params are refused when its JSON %s', (_, params) => {
  expect(causeOf({ params })).toBe('PARAMS_REFUSED')
})

test('what is wrong with params is told in few words, however much it is', () => {
  const params = JSON.stringify(Object.fromEntries(Array.from({ length: 1_000 }, (_, key) => [`key${key}`, 1])))

  expect(messageOf({ params })?.length).toBeLessThanOrEqual(1_500)
})

test('params of 2018 are understood', () => {
  const { job, inputs } = planOf({ params: JSON.stringify({ cmdline: 'go "a b"', dirinuri: URL, xwgroup: 'g' }) })

  expect(job.args).toEqual(['go', 'a b'])
  expect(inputs.map(({ url }) => url)).toEqual([URL])
  expect(planOf({ params: '{"cmdline":"x"}' }).inputs).toEqual([])
  expect(messageOf({ params: '{"cmdline":7}' })).toContain('"cmdline" of the params must be a text')
  expect(messageOf({ params: '{"dirinuri":"/etc/passwd"}' })).toContain('"dirinuri"')
  expect(messageOf({ params: '{"cmdline":"x","fast":1}' })).toContain('"cmdline"')
})

test('the entry of a bag comes after what all tasks have in common', () => {
  const params = JSON.stringify({ iexec_args: '--all', iexec_input_files: [URL], iexec_bag: CID })
  const entry = { args: '--one', inputFiles: ['https://b.example'] }
  const { job, inputs } = planOf({ params }, entry)

  expect(bagOf(factsOf({ params }))).toBe(CID)
  expect(job.args).toEqual(['--all', '--one'])
  expect(inputs.map(({ url }) => url)).toEqual([URL, 'https://b.example'])
  expect(job.env['IEXEC_INPUT_FILES_NUMBER']).toBe('2')
})

test('a quote that one part does not close does not swallow the other', () => {
  const params = JSON.stringify({ iexec_args: `--all 'x` })

  expect(planOf({ params }, { args: '--one', inputFiles: [] }).job.args).toEqual(['--all', 'x', '--one'])
})

test('docker and wasm apps are fetched by what their bytes hash to, and all workers vote that other types are refused', () => {
  const checksum = `0x${'55'.repeat(32)}` as const

  expect(planOf({ app: { type: 'DOCKER', multiaddr: 'r.example/a:1', checksum } }).job.app).toEqual({
    type: 'DOCKER',
    image: 'r.example/a:1',
    digest: checksum,
  })
  expect(planOf({ app: { type: 'WASM', multiaddr: URL, checksum } }).job.app).toEqual({
    type: 'WASM',
    url: URL,
    sha256: checksum,
  })
  expect(planOf({ app: { type: 'docker', multiaddr: 'r.example/a:1', checksum } }).job.app.type).toBe('DOCKER')
  expect(messageOf({ app: { type: 'LUA', multiaddr: 'x', checksum } })).toContain('of the type "LUA"')
  expect(causeOf({ app: { type: 'LUA', multiaddr: 'x', checksum } })).toBe('APP_IMAGE_REFUSED')
})

test('only a tag that asks for it gives the internet', () => {
  expect(planOf().job.network).toBe(false)
  expect(planOf({ tag: encodeTag('network') }).job.network).toBe(true)
})

test('wishes that need a TEE are refused without one', () => {
  const params = '{"iexec_result_encryption":true}'

  expect(messageOf({ params })).toContain('iexec_result_encryption')
  expect(planOf({ params, tag: encodeTag('tee,scone') }).isTee).toBe(true)
})

test('an app in an enclave gets its secrets and the datasets of a bulk, and no other app does', () => {
  const secrets = { app: 'of the owner', requester: { '1': 'one', '7': 'seven' } }
  const facts = { secrets, bulk: [datasetAt('Aa'), datasetAt('bb')], params: JSON.stringify({ bulk_cid: CID }) }
  const plan = planOf({ ...facts, tag: encodeTag('tee,tdx') })

  expect(plan.job.env).toMatchObject({
    IEXEC_APP_DEVELOPER_SECRET: 'of the owner',
    IEXEC_APP_DEVELOPER_SECRET_1: 'of the owner',
    IEXEC_REQUESTER_SECRET_1: 'one',
    IEXEC_REQUESTER_SECRET_7: 'seven',
    IEXEC_BULK_SLICE_SIZE: '2',
    IEXEC_DATASET_1_FILENAME: `0x${'aa'.repeat(20)}`,
    IEXEC_DATASET_2_FILENAME: `0x${'bb'.repeat(20)}`,
  })
  expect(plan.datasets.length).toBe(2)
  expect(() => planOf(facts)).toThrow('to enclaves only')
  expect(causeOf({ params: facts.params, tag: encodeTag('tee,tdx') })).toBeUndefined()
})

test('unknown keys are refused, each by its name', () => {
  expect(messageOf({ params: '{"fast":1,"iexec_args":2}' })).toMatch(/"fast".*"iexec_args"/u)
})
