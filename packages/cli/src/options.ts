// Options that many commands share, word for word.
import type { Option } from './command.ts'

/** Of every command. */
export const GLOBAL_OPTIONS: readonly Option[] = [
  { flags: '--raw', summary: 'print one line of JSON in the shape that existing scripts know', excludes: ['json'] },
  { flags: '--json', summary: 'print one JSON document in our own, documented shape' },
  { flags: '--quiet', summary: 'print the result only' },
]

/** Which chain. */
export const CHAIN_OPTION: Option = {
  flags: '--chain <name>',
  summary: 'the chain: a name of chain.json, a known name or id, or local',
  fallback: 'the default of chain.json, else local when one runs here',
}

/** Where wallets are kept. */
export const KEYSTORE_OPTION: Option = {
  flags: '--keystoredir <path>',
  summary: 'where wallets are kept: global, local or a folder',
  fallback: 'global',
}

/** From where the password of a wallet comes. */
export const PASSWORD_OPTIONS: readonly Option[] = [
  { flags: '--password <password>', summary: 'password of the wallet; seen by whoever lists processes' },
  { flags: '--password-file <path>', summary: 'a file that holds the password in its first line' },
  { flags: '--password-fd <number>', summary: 'an open file descriptor that gives the password' },
]

/** Which wallet signs, and from where its password comes. */
export const WALLET_OPTIONS: readonly Option[] = [
  { flags: '--wallet-file <name>', summary: 'a wallet by the name of its file in the keystore' },
  { flags: '--wallet-address <address>', summary: 'a wallet by its address' },
  KEYSTORE_OPTION,
  ...PASSWORD_OPTIONS,
]

/** How deep a transaction has to be. */
export const CONFIRMS_OPTION: Option = {
  flags: '--confirms <blockCount>',
  summary: 'in how many blocks a transaction has to be buried',
  fallback: '1',
}

/** Without the last question. */
export const FORCE_OPTION: Option = { flags: '--force', summary: 'ask nothing, and do it' }

/** From where a secret for the vault comes. */
export const SECRET_OPTIONS: readonly Option[] = [
  { flags: '--secret-value <value>', summary: 'the secret; seen by whoever lists processes' },
  {
    flags: '--secret-file <path>',
    summary: 'a file that holds the secret; - for standard input',
    excludes: ['secretValue'],
  },
]
