// What is typed wrong of a trial is found before anything is run.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { tellFailure } from '../settings/usage.ts'
import { checkCommand, testCommand } from './tryApp.ts'

/** Writes `{bad` into computed.json of its outputs, by path_open and fd_write, and ends. */
const BAD_STATEMENT = Buffer.from(
  [
    '0061736d0100000001190360097f7f7f7f7f7e7e7f7f017f60047f7f7f7f017f60000002460216776173695f736e6170',
    '73686f745f707265766965773109706174685f6f70656e000016776173695f736e617073686f745f7072657669657731',
    '0866645f77726974650001030201020503010001071302066d656d6f72790200065f737461727400020a280126004104',
    '41004100410d410942c20042004100412810001a412828020041184101412c10011a0b0b24020041000b11636f6d7075',
    '7465642e6a736f6e7b6261640041180b080d00000004000000',
  ].join(''),
  'hex',
)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iexec-trial-'))
  writeFileSync(join(folder, 'file'), '')
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

test.each([
  [['--seconds=0'], 'It is not a whole number from 1 to 10000000.'],
  [['--args='], 'It is empty.'],
  [['--dataset='], 'It is empty.'],
  [['--docker-host=nonsense'], 'It is no address of an engine'],
  [['--ipfs-gateway=nonsense'], 'It is not an http or https URL'],
  [['--input-file=absent.csv'], 'absent.csv: name one that is there'],
  [['--dataset=absent.bin'], 'absent.bin: name one that is there'],
  [['--nonsense'], "unknown option '--nonsense'"],
  [['--input-file=/ipfs/Qm'], '/ipfs/Qm is neither a URL nor a path of IPFS'],
  [['--dataset=https://'], 'https:// is neither a URL nor a path of IPFS'],
  [['--dataset=/tmp'], '/tmp is no file'],
  [[], 'absent.wasm: name one that is there'],
  [['another-app'], 'too many arguments'],
])('%j cannot be used for a check or a test, and ends with 2', async (line, says) => {
  const said: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  vi.spyOn(console, 'error').mockImplementation((text: string) => said.push(text))

  for (const command of [checkCommand, testCommand]) {
    const code = tellFailure(await command([...line, '--', 'absent.wasm']).catch((error: unknown) => error))

    expect(code).toBe(2)
    expect(said.join('')).toContain(says)
  }
})

test('a folder is no module, and half an address is none: both are said in one sentence', async () => {
  const module = join(folder, 'module.wasm')
  mkdirSync(module)

  for (const [app, says] of [
    [module, `${module} is no file, but a folder or something else: name a file.`],
    ['/ipfs/Qm', '/ipfs/Qm is neither a URL nor a path of IPFS, such as'],
  ] as const) {
    await expect(testCommand(['--', app])).rejects.toThrow(says)
    await expect(checkCommand(['--', app])).rejects.toThrow(says)
  }
})

test.each([
  ['/proc/x', 'The folder /proc/x cannot be made: no such file or directory. Name another one with --out.'],
  ['file/x/y', 'cannot be made: not a directory. Name another one with --out.'],
  ['file', 'is there already: name another folder with --out.'],
])('a result cannot go to %s: that is said before anything is fetched', async (out, says) => {
  const listened = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const path = out.startsWith('/') ? out : join(folder, out)

  await expect(testCommand([`--out=${path}`, '--', join(folder, 'file')])).rejects.toThrow(says)

  expect(listened).not.toHaveBeenCalled()
})

test('the folder for a result is not left behind empty when there is no result', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const line = [`--out=${join(folder, 'out')}`, '--docker-host=unix:///nowhere.sock', '--', 'an-image']

  await expect(testCommand(line)).rejects.toThrow('Docker')

  expect(readdirSync(folder)).toEqual(['file'])
})

test('a computed.json that counts as none is warned of, for people and for programs', async () => {
  const said: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const module = join(folder, 'bad.wasm')
  writeFileSync(module, BAD_STATEMENT)

  for (const form of [[], ['--json']]) {
    expect(await testCommand([...form, `--out=${join(folder, `out${form.length}`)}`, '--', module])).toBe(0)
    expect(await checkCommand([...form, '--', module])).toBe(0)
  }

  expect(said.join('').match(/^Warning: \/iexec_out\/computed\.json is not JSON/gmu)).toHaveLength(2)
  expect(said.join('').match(/"warnings":\["\/iexec_out\/computed\.json is not JSON/gu)).toHaveLength(2)
})
