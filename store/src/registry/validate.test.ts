// Which faults of listings are found, and where they are said to be.
import { renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { IEXEC, openTestRegistry, OURS } from '../../test/listing.ts'
import { UsageError } from '../fault.ts'
import { validateRegistry } from './validate.ts'

/** As editors read it. */
async function faultsOf(path: string): Promise<readonly string[]> {
  const { faults } = await validateRegistry(path)
  return faults.map(({ file, line, sentence }) => `${file}:${line ?? ''}: ${sentence}`)
}

test('the registry of this repository is right', async () => {
  const { listings, files, faults } = await validateRegistry(OURS)

  expect(faults).toEqual([])
  expect(listings).toBe(5)
  expect(files).toContain('iexec/ray-tracer/store.json')
})

test('a registry, the folder of an org, and that of a listing are checked, and files are named from there', async () => {
  const { path } = openTestRegistry()

  const found = await Promise.all(
    [path, join(path, 'ada'), join(path, 'ada/hello')].map(async (place) => validateRegistry(place)),
  )

  expect(found.map(({ files }) => files[0])).toEqual(['ada/hello/iexec.json', 'hello/iexec.json', 'iexec.json'])
  expect(found.flatMap(({ faults }) => faults)).toEqual([])
})

test('each fault of iexec.json is told with its line, all at once', async () => {
  const { path, write } = openTestRegistry()
  write('ada/hello/iexec.json', { ...IEXEC, description: 'short', app: { ...IEXEC.app, owner: '0x12', cost: 1 } })

  expect(await faultsOf(path)).toEqual([
    'ada/hello/iexec.json:2: "description" must have 150 characters at least, and has 5.',
    'ada/hello/iexec.json:10: "app.owner" must be an address (0x and 40 digits), not "0x12".',
    'ada/hello/iexec.json:16: "app.cost" is not known here.',
  ])
})

test('what is no JSON is told with the line where it ends to be one', async () => {
  const { path, write } = openTestRegistry()
  write('ada/hello/deployed.json', '{\n  "app": {},\n}\n')

  expect(await faultsOf(path)).toEqual(['ada/hello/deployed.json:3: This is no JSON from here on.'])
})

test('files that are missing are named', async () => {
  const { path } = openTestRegistry()
  for (const file of ['deployed.json', 'logo.png', 'README.md']) rmSync(join(path, 'ada/hello', file))

  expect(await faultsOf(path)).toEqual([
    'ada/hello/deployed.json:: deployed.json is missing.',
    'ada/hello/iexec.json:8: logo.png is missing.',
    'ada/hello/README.md:: README.md is missing.',
  ])
})

test('a file that is a link is not followed: it may lead to what is nobody else’s to read', async () => {
  const { path } = openTestRegistry()
  rmSync(join(path, 'ada/hello/README.md'))
  symlinkSync('/etc/passwd', join(path, 'ada/hello/README.md'))

  expect(await faultsOf(path)).toEqual(['ada/hello/README.md:: README.md is a link: put the file itself there.'])
})

test.each(['../../secret.png', '/etc/logo.png'])('a logo %s is none', async (logo) => {
  const { path, write } = openTestRegistry()
  write('ada/hello/iexec.json', { ...IEXEC, logo })

  expect(await faultsOf(path)).toEqual([`ada/hello/iexec.json:8: "${logo}" is no path below the folder.`])
})

test('a picture that is none, a wrong price, and a folder that is called otherwise are told', async () => {
  const { path, write } = openTestRegistry()
  write('ada/hello/iexec.json', { ...IEXEC, app: { ...IEXEC.app, name: 'good bye', price: 'much' } })
  write('ada/hello/store.json', { screenshots: ['one.png'] })
  write('ada/hello/one.png', '<svg onload="alert(1)"/>')

  expect(await faultsOf(path)).toEqual([
    'ada/hello/iexec.json:11: The folder must be called as what it lists: it is hello, and "app.name" is "good bye".',
    expect.stringMatching(/^ada\/hello\/iexec\.json:15: "app\.price" is no amount: /u),
    'ada/hello/store.json:3: one.png is neither a PNG nor a JPEG nor a WebP picture.',
  ])
})

test('a folder whose name no store leads to is told', async () => {
  const { path } = openTestRegistry()
  renameSync(join(path, 'ada'), join(path, 'a!da'))

  expect(await faultsOf(path)).toEqual([
    'a!da/hello/iexec.json:1: The folder "a!da" must be called with letters, digits, dots, dashes and underscores, and not begin with a dot or a dash.',
  ])
})

test('registry.json names folders that are there, with whole ranks and dates', async () => {
  const { path, write } = openTestRegistry()
  const entry = { name: 'hello', org: 'ada', created: '2026-11-23', rank: 1 }
  write('registry.json', [entry, { ...entry, name: 'gone' }])

  expect(await faultsOf(path)).toEqual(['registry.json:8: There is no folder ada/gone.'])
  write('registry.json', [{ ...entry, rank: '1', created: 'today' }])
  expect(await faultsOf(path)).toEqual([
    'registry.json:5: "0.created" must be a date in ISO 8601, not "today".',
    'registry.json:6: "0.rank" must be a number, not "1".',
  ])
})

test('whatever is wrong in registry.json is told at once: dates that no calendar has, folders that are not there, entries twice', async () => {
  const { path, write } = openTestRegistry()
  const entry = { name: 'hello', org: 'ada', created: '2026-11-23', rank: 1 }
  write('registry.json', [{ ...entry, created: '2026-02-30' }, { ...entry, name: 'gone' }, entry, null, 7])

  expect(await faultsOf(path)).toEqual([
    'registry.json:5: "0.created" must be a date in ISO 8601, not "2026-02-30".',
    expect.stringMatching(/^registry\.json:20: "3" /u),
    expect.stringMatching(/^registry\.json:21: "4" /u),
    'registry.json:8: There is no folder ada/gone.',
    'registry.json:14: ada/hello stands here a second time.',
  ])
})

test('who proposes a listing owns its first folder', async () => {
  const { path } = openTestRegistry()

  const [ofAda, ofEve] = await Promise.all(['Ada', 'eve'].map(async (author) => validateRegistry(path, { author })))

  expect(ofAda?.faults).toEqual([])
  expect(ofEve?.faults.map(({ sentence }) => sentence)).toEqual(['The folder of ada is not of eve, who proposes this.'])
})

test.each(['/nowhere', import.meta.dirname])('where no listing is, nothing is called right: %s', async (place) => {
  await expect(validateRegistry(place)).rejects.toThrow(UsageError)
})
