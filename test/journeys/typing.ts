// What a person types at home, and reads on the screen.
import type { Conversation } from '../iexec.ts'
import type { Home } from './network.ts'

/** Of a wallet in a keystore. */
export const PASSWORD = 'correct horse battery staple'

/** The id of a deal or of a task. */
export const ID: RegExp = /0x[0-9a-f]{64}/u

/** An address. */
export const ADDRESS: RegExp = /0x[0-9a-fA-F]{40}/u

/**
 * What stands behind a word on a screen, the first time.
 *
 * @example
 * find(screen, 'deal', ID)
 */
export function find(screen: string, word: string, what: RegExp): string {
  return new RegExp(`${word}\\s+(?<found>${what.source})`, 'u').exec(screen)?.groups?.['found'] ?? ''
}

/**
 * All that a call printed.
 *
 * @throws Error with the screen when it does not end well
 */
export async function wholeScreenOf(call: Conversation): Promise<string> {
  const exitCode = await call.ended
  if (exitCode !== 0) throw new Error(`It ended with ${exitCode}:\n${call.screen()}`)
  return call.screen()
}

/**
 * Types a line that has to end well, and returns what it printed.
 *
 * @example
 * const shown = await typeLine(home, 'iexec account show')
 */
export async function typeLine(home: Home, line: string): Promise<string> {
  return wholeScreenOf(home.line(line))
}

/** The same, where the password of the wallet is asked for. */
export async function typeWithPassword(home: Home, line: string): Promise<string> {
  const call = home.line(line)
  await call.sees(/Password of 0x/u)
  call.types(PASSWORD)
  return wholeScreenOf(call)
}
