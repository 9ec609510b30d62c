// Secrets on their way in: from a file, from standard input, from the line, or from a person; never shown.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text as wholeText } from 'node:stream/consumers'
import { CliError } from './cliError.ts'
import type { Call } from './command.ts'
import { projectFolder } from './files/projectFolder.ts'
import { askSecret } from './terminal/ask.ts'

/** From where a secret may come. */
export type SecretSource = {
  /** As it is asked for: `Token of dropbox`. */
  readonly question: string
  /** What the line itself says. */
  readonly given: string | undefined
  /** The path behind the option of a file, or `-` for standard input. */
  readonly path: string | undefined
  /** The option of a file, which is recommended to whoever writes the secret into the line, or cannot be asked. */
  readonly flag: string
}

/**
 * A secret: from the line, from a file or standard input (without the line end at its end), else asked for without showing it.
 *
 * @throws CliError `NoTerminal` with the option that answers, `BadFile`, `Usage` when what was typed is empty
 * @example
 * await readSecret(call, { question: 'Private key', given: call.args[0], path: '-', flag: '--private-key-file' })
 */
export async function readSecret(call: Call, { question, given, path, flag }: SecretSource): Promise<string> {
  const { terminal } = call
  if (given !== undefined) {
    terminal.warn(
      `Shells keep the line with the secret in their history, and processes can see it; ${flag} avoids that.`,
    )
  }
  const found = given ?? (path === undefined ? undefined : await readFrom(path, call))
  const secret = found ?? (await askSecret(question, terminal, `Give it with ${flag} <path>, or ${flag} - and a pipe.`))
  if (secret !== '') return secret
  if (path === undefined || path === '-') throw new CliError('Usage', 'An empty secret is none; nothing was done.')
  throw new CliError('BadFile', `The file of the secret, ${path}, is empty; nothing was done.`)
}

async function readFrom(path: string, { terminal }: Call): Promise<string> {
  const whole =
    path === '-'
      ? await wholeText(terminal.streams.input)
      : await readFile(resolve(projectFolder(), path), 'utf8').catch((cause: unknown) => {
          throw new CliError('BadFile', `The file of the secret, ${path}, cannot be read.`, { cause })
        })
  return whole.replace(/\r?\n$/u, '')
}
