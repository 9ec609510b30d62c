// The password of a wallet: from where the line says, else asked for; never kept, never shown.
import { readFile } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { CliError } from '../cliError.ts'
import { askSecret } from '../terminal/ask.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Where a password may come from, as the options say it. */
export type PasswordChoice = {
  readonly password?: string | undefined
  readonly passwordFile?: string | undefined
  readonly passwordFd?: string | undefined
}

const HINT = 'Give it with --password-file or --password-fd.'

/**
 * The password for a wallet that exists.
 *
 * @param question what to ask, as `Password of 0x…`
 * @throws CliError `NoTerminal` when nobody can be asked, `BadFile` when the file cannot be read
 */
export async function readPassword(choice: PasswordChoice, question: string, terminal: Terminal): Promise<string> {
  return (await givenPassword(choice)) ?? askSecret(question, terminal, HINT)
}

/**
 * The password for a wallet that is made now: asked for twice.
 *
 * @throws CliError as `readPassword` does, `Usage` when it is empty or the two differ
 */
export async function choosePassword(choice: PasswordChoice, terminal: Terminal): Promise<string> {
  const given = await givenPassword(choice)
  const password = given ?? (await askSecret('Choose a password for the wallet', terminal, HINT))
  if (password === '')
    throw new CliError('Usage', 'An empty password protects nothing.', {
      hints: ['--unencrypted keeps the key in clear.'],
    })
  if (given !== undefined) return password
  if ((await askSecret('Once more', terminal, HINT)) === password) return password
  throw new CliError('Usage', 'The two passwords differ; no wallet was made.', { hints: ['Try again.'] })
}

async function givenPassword({ password, passwordFile, passwordFd }: PasswordChoice): Promise<string | undefined> {
  if (password !== undefined) return password
  if (passwordFile !== undefined) return firstLine(await readText(passwordFile))
  if (passwordFd === undefined) return undefined
  if (!/^\d{1,4}$/u.test(passwordFd)) throw new CliError('Usage', `--password-fd ${passwordFd} is no file descriptor.`)
  let text = ''
  try {
    for await (const chunk of createReadStream('', { fd: Number(passwordFd), encoding: 'utf8' })) text += String(chunk)
  } catch (cause) {
    throw new CliError('BadFile', `File descriptor ${passwordFd} cannot be read.`, {
      hints: ['Open it for the command, as in 3<file.'],
      cause,
    })
  }
  return firstLine(text)
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CliError('BadFile', `The file of the password, ${path}, cannot be read.`, { cause })
  }
}

function firstLine(text: string): string {
  return text.split(/\r?\n/u, 1)[0] ?? ''
}
