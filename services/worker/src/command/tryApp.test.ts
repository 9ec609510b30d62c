// What is typed wrong of a trial is found before anything is run.
import process from 'node:process'
import { afterEach, expect, test, vi } from 'vitest'
import { tellFailure } from '../settings/usage.ts'
import { checkCommand, testCommand } from './tryApp.ts'

afterEach(() => {
  vi.restoreAllMocks()
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
