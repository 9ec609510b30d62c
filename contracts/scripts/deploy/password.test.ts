import { PassThrough, Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { askPassword, type Terminal } from './password.ts'

type Fake = Terminal & {
  readonly type: (text: string) => void
  readonly shown: () => string
  readonly modes: boolean[]
}

/** A terminal whose keys a test presses. */
function terminal({ isTTY = true } = {}): Fake {
  const input = new PassThrough()
  const modes: boolean[] = []
  let shown = ''
  const output = new Writable({
    write: (text: Buffer, _encoding, done) => {
      shown += text.toString()
      done()
    },
  })
  return {
    input: Object.assign(input, { isTTY, setRawMode: (isRaw: boolean) => modes.push(isRaw) }),
    output,
    type: (text) => input.write(text),
    shown: () => shown,
    modes,
  }
}

test('a password is read up to the end of the line and never shown', async () => {
  const fake = terminal()
  const answer = askPassword('Password: ', fake)

  fake.type('open ')
  fake.type('sesame\rand what was typed after it')

  expect(await answer).toBe('open sesame')
  expect(fake.shown()).toBe('Password: \n')
  expect(fake.modes).toEqual([true, false])
})

test('backspace takes back one character, whatever its size', async () => {
  const fake = terminal()
  const answer = askPassword('', fake)

  fake.type('ab🙂\u007F\u007Fc\n')

  expect(await answer).toBe('ac')
})

test('an empty line is an empty password', async () => {
  const fake = terminal()
  const answer = askPassword('', fake)

  fake.type('\r')

  expect(await answer).toBe('')
})

test('Ctrl-C ends it, and the terminal is as before', async () => {
  const fake = terminal()
  const answer = askPassword('', fake)

  fake.type('open\u0003')

  await expect(answer).rejects.toThrow('Interrupted: no password was given.')
  expect(fake.modes).toEqual([true, false])
})

test('nobody is asked where there is no terminal', async () => {
  const fake = terminal({ isTTY: false })

  expect(await askPassword('Password: ', fake)).toBeUndefined()
  expect(fake.shown()).toBe('')
})
