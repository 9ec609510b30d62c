// Secrets on their way to the vault: read from a file or asked for, never shown; and a plain word where there is no vault.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { IexecError, serviceUrl } from '@iexec/sdk'
import { CliError } from '../../cliError.ts'
import type { Call, Option } from '../../command.ts'
import { chainOf, projectFolder, text } from '../../session.ts'
import { askSecret } from '../../terminal/ask.ts'

/** Replaces what is there. */
export const FORCE_UPDATE_OPTION: Option = { flags: '--force-update', summary: 'replace the one that is there' }

/**
 * Goes on only when the chain has a vault: nobody types a secret for nothing.
 *
 * @throws IexecError `NotConfigured`
 */
export async function requireVault(call: Call): Promise<void> {
  const chain = await chainOf(call)
  try {
    serviceUrl(chain, 'vault')
  } catch (error) {
    if (!(error instanceof IexecError)) throw error
    const { code, message, details } = error
    throw new IexecError(code, message, {
      hints: [`Name one in chain.json, if there is one: "sms" of the chain ${chain.name}.`],
      details,
      cause: error,
    })
  }
}

/** From where a secret may come. */
export type SecretSource = {
  /** As it is asked for: `Token of dropbox`. */
  readonly question: string
  /** The option with the secret itself, by its camel-cased name and its flag. */
  readonly value: { readonly name: string; readonly flag: string }
  /** The option with the path of a file. */
  readonly file: { readonly name: string; readonly flag: string }
}

/**
 * A secret: from the line, from a file (without the line end at its end), else asked for without showing it.
 *
 * @throws CliError `NoTerminal`, `BadFile`, `Usage` when it is empty
 */
export async function readSecret(call: Call, { question, value, file }: SecretSource): Promise<string> {
  const path = text(call, file.name)
  const given = text(call, value.name) ?? (path === undefined ? undefined : await readSecretFile(path))
  const secret = given ?? (await ask(call, question, `Give it with ${file.flag} or ${value.flag}.`))
  if (secret !== '') return secret
  throw new CliError('Usage', 'An empty secret is none; nothing was sent.')
}

async function ask({ terminal }: Call, question: string, hint: string): Promise<string> {
  if (terminal.isInteractive) return askSecret(question, terminal)
  throw new CliError('NoTerminal', `There is nobody to ask for the ${lower(question)}: this is no terminal.`, {
    hints: [hint],
  })
}

function lower(question: string): string {
  return question.slice(0, 1).toLowerCase() + question.slice(1)
}

async function readSecretFile(path: string): Promise<string> {
  const whole = await readFile(resolve(projectFolder(), path), 'utf8').catch((cause: unknown) => {
    throw new CliError('BadFile', `The file of the secret, ${path}, cannot be read.`, { cause })
  })
  return whole.replace(/\r?\n$/u, '')
}
