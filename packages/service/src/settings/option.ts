// One setting: an option of the command line that the environment may give, too, and what its text must be.
import { InvalidArgumentError, Option } from 'commander'
import { isAddress, type Address } from 'viem'
import { isGateway, isHttp, isWebsocket } from './text.ts'

/**
 * An option that may also come from the environment: of `KEEPER`, `--from-block` is KEEPER_FROM_BLOCK.
 *
 * @param flags as commander has them: `--from-block <number>`
 * @example
 * serviceCommand(facts).addOption(setting('KEEPER', '--batch <number>', 'tasks in a transaction').argParser(whole(1)).default(50))
 */
export function setting(prefix: string, flags: string, description: string): Option {
  const name = /--([a-z\d-]+)/u.exec(flags)?.[1] ?? ''
  return new Option(flags, description).env(`${prefix}_${name.toUpperCase().replaceAll('-', '_')}`)
}

/** Reads one of several URLs: repeated, or in one text with commas. @throws InvalidArgumentError */
export function collectUrls(text: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), ...text.split(',').map((url) => asUrl(url.trim()))]
}

/** Reads an http or https URL. @throws InvalidArgumentError */
export function asUrl(text: string): string {
  if (isHttp(text)) return text
  throw new InvalidArgumentError('It is not an http or https URL, such as http://127.0.0.1:8545.')
}

/** Reads the URL of a websocket. @throws InvalidArgumentError */
export function asSocket(text: string): string {
  if (isWebsocket(text)) return text
  throw new InvalidArgumentError('It is not a ws or wss URL, such as ws://127.0.0.1:8546.')
}

/** Reads the URL of an IPFS gateway. @throws InvalidArgumentError */
export function asGateway(text: string): string {
  if (isGateway(text)) return text
  throw new InvalidArgumentError(
    'It is not an http or https URL without user and password, such as http://127.0.0.1:8080.',
  )
}

/** Reads a text that is not empty. @throws InvalidArgumentError */
export function asText(text: string): string {
  if (text.trim() !== '') return text
  throw new InvalidArgumentError('It is empty.')
}

/** Reads an address of the chain. @throws InvalidArgumentError */
export function asAddress(text: string): Address {
  if (isAddress(text, { strict: false })) return text
  throw new InvalidArgumentError('It is not an address: 0x followed by 40 hex digits.')
}

/**
 * Makes a reader of whole numbers from `min` to `max`, both included, which throws InvalidArgumentError.
 *
 * @example
 * setting('KEEPER', '--port <number>', 'where to listen').argParser(whole(0, 65_535))
 */
export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/u.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`It is not a whole number from ${min}${max < 2 ** 53 - 1 ? ` to ${max}` : ''}.`)
  }
}
