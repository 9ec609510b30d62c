// Where a beneficiary keeps the keys with which his results are encrypted.
import { createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CliError } from '../../cliError.ts'
import type { Call, Option } from '../../command.ts'
import { projectFolder, requireWalletAddress, text } from '../../session.ts'

/** Where the keys are. */
export const KEY_FOLDER_OPTION: Option = {
  flags: '--beneficiary-keystoredir <path>',
  summary: 'where the keys for results are kept',
  fallback: '.secrets/beneficiary',
}

/** Which key decrypts. */
export const KEY_FILE_OPTION: Option = {
  flags: '--beneficiary-key-file <path>',
  summary: 'the private key, in that folder or anywhere',
  fallback: 'that of the wallet',
}

/** The folder of the keys, absolute. */
export function keyFolder(call: Call): string {
  return resolve(projectFolder(), text(call, 'beneficiaryKeystoredir') ?? '.secrets/beneficiary')
}

/**
 * The private key of the beneficiary, in PEM. No password is asked.
 *
 * @throws CliError `MissingFile` with where it was looked for, `BadFile` when there is something else, `NoWallet`
 */
export async function readPrivateKey(call: Call): Promise<string> {
  const given = text(call, 'beneficiaryKeyFile')
  const folder = keyFolder(call)
  const places =
    given === undefined
      ? [join(folder, `${await requireWalletAddress(call)}_key`)]
      : [resolve(folder, given), resolve(projectFolder(), given)]
  for (const place of places) {
    const pem = await readFile(place, 'utf8').catch(() => undefined)
    if (pem !== undefined) return requireKey(pem, place)
  }
  throw new CliError('MissingFile', `There is no key for results in ${[...new Set(places)].join(' or ')}.`, {
    hints: ['Name it with --beneficiary-key-file, or its folder with --beneficiary-keystoredir.'],
  })
}

/** What is in the file is never said: it may be a key that was cut off. */
function requireKey(pem: string, path: string): string {
  if (isRsaKey(pem)) return pem
  throw new CliError('BadFile', `There is no private RSA key in ${path}.`, {
    hints: ['iexec result generate-encryption-keypair writes one: PEM, -----BEGIN PRIVATE KEY-----.'],
  })
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}
