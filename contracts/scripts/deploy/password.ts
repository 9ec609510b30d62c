// Asks for a password on a terminal, where it does not show.
import { Refusal } from './refusal.ts'

/** The part of a terminal that is used here; `process.stdin` and `process.stderr` fit. */
export type Terminal = {
  readonly input: NodeJS.ReadableStream & {
    readonly isTTY?: boolean | undefined
    readonly setRawMode?: ((isRaw: boolean) => unknown) | undefined
  }
  readonly output: NodeJS.WritableStream
}

const INTERRUPT = '\u0003'
const END = ['\r', '\n', '\u0004']
const BACKSPACE = ['\u007F', '\b']

/**
 * Asks a question and reads the answer without showing it. `undefined` when nobody sits at a terminal.
 *
 * @throws Refusal when the person interrupts, or the terminal closes
 * @example
 * await askPassword('Password of key.json: ', { input: process.stdin, output: process.stderr })
 */
export async function askPassword(question: string, { input, output }: Terminal): Promise<string | undefined> {
  if (input.isTTY !== true || input.setRawMode === undefined) return undefined
  // Before the question, because the terminal shows what a quick hand types until then.
  input.setRawMode(true)
  input.setEncoding('utf8')
  output.write(question)
  try {
    return await readAnswer(input)
  } finally {
    input.setRawMode(false)
    input.pause()
    output.write('\n')
  }
}

async function readAnswer(input: NodeJS.ReadableStream): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let typed = ''
  const read = (text: string): void => {
    for (const character of text) {
      if (character === INTERRUPT) return reject(new Refusal('Interrupted: no password was given.'))
      if (END.includes(character)) return resolve(typed)
      typed = BACKSPACE.includes(character) ? typed.replace(/.$/su, '') : typed + character
    }
  }
  const close = (): void => {
    reject(new Refusal('The terminal was closed: no password was given.'))
  }
  input.on('data', read).once('end', close)
  try {
    return await promise
  } finally {
    input.off('data', read).off('end', close)
  }
}
