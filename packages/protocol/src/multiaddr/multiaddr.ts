// Where an app or a dataset is found, as the registries keep it: a binary multiaddr, or any other text as UTF-8.
import type { Hex } from 'viem'
import { bytesToHex, concat, hexToBytes, hexToString, stringToHex } from 'viem/utils'
import { InputError } from '../inputError.ts'
import { asBytes, asText } from '../words.ts'
import { IPFS_CODE, PROTOCOLS } from './components.ts'
import type { Protocol } from './components.ts'
import { encodeVarint, readVarint } from './varint.ts'

/**
 * The bytes that a registry keeps for an app image or a dataset file.
 *
 * A text that begins with `/` and is a multiaddr of known protocols becomes binary, if that gives back the same text.
 * Everything else becomes UTF-8: Docker references, URLs, and what the binary form would change: `/ipfs/` with an
 * identifier of version 1 or a path behind it, content named `/p2p/`, addresses that can be written shorter.
 *
 * @throws InputError `AmbiguousMultiaddr` for a text that `decodeMultiaddr` would not give back
 * @example
 * encodeMultiaddr('iexechub/python-hello-world:8.0.4') // its UTF-8 bytes
 * encodeMultiaddr('/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ') // '0xa503221220…'
 */
export function encodeMultiaddr(text: string): Hex {
  const binary = parse(asText(text))
  if (binary !== undefined && write(binary) === text) return bytesToHex(binary)

  const bytes = stringToHex(text)
  if (decodeMultiaddr(bytes) === text) return bytes
  throw new InputError({
    code: 'AmbiguousMultiaddr',
    given: text,
    problem: 'its bytes could be read as something else',
    hint: 'Write it without control characters and other marks that cannot be seen.',
  })
}

/**
 * What a registry's bytes say: a multiaddr when they are a binary one, otherwise their UTF-8 text. Bytes that are neither
 * are given as hex, so that nothing is hidden.
 *
 * Content is written `/ipfs/…`, a peer behind an address `/p2p/…`, although both have the same code.
 *
 * @throws InputError `InvalidBytes` when it is no hex
 * @example
 * decodeMultiaddr('0x6578616d706c65') // 'example'
 */
export function decodeMultiaddr(bytes: Hex): string {
  const binary = write(hexToBytes(asBytes(bytes)))
  if (binary !== undefined) return binary

  const text = hexToString(bytes)
  // Bytes that are not UTF-8 become replacement characters and would not come back.
  return stringToHex(text) === bytes.toLowerCase() ? text : bytes.toLowerCase()
}

function parse(text: string): Uint8Array | undefined {
  if (!text.startsWith('/')) return undefined
  const parts = text.slice(1).split('/')
  const components: Uint8Array[] = []
  while (parts.length > 0) {
    const name = parts.shift()
    const protocol = PROTOCOLS.find((known) => known.name === name)
    const component = protocol && encodeComponent(protocol, parts)
    if (component === undefined) return undefined
    components.push(component)
  }
  return concat(components)
}

// Takes the protocol's value, if it has one, from the front of the parts.
function encodeComponent({ code, value }: Protocol, parts: string[]): Uint8Array | undefined {
  if (value === undefined) return encodeVarint(code)
  const bytes = value.read(parts.shift() ?? '')
  if (bytes === undefined) return undefined
  return concat([encodeVarint(code), value.size === 'variable' ? encodeVarint(bytes.length) : new Uint8Array(), bytes])
}

function write(bytes: Uint8Array): string | undefined {
  let text = ''
  let offset = 0
  while (offset < bytes.length) {
    const component = readComponent(bytes, offset)
    if (component === undefined) return undefined
    text += component.text
    offset = component.next
  }
  return text === '' ? undefined : text
}

function readComponent(
  bytes: Uint8Array,
  offset: number,
): { readonly text: string; readonly next: number } | undefined {
  const code = readVarint(bytes, offset)
  const protocol = PROTOCOLS.find((known) => known.code === code?.value)
  if (code === undefined || protocol === undefined) return undefined
  if (protocol.value === undefined) return { text: `/${protocol.name}`, next: code.next }

  const { size } = protocol.value
  const length = size === 'variable' ? readVarint(bytes, code.next) : { value: size, next: code.next }
  if (length === undefined || length.next + length.value > bytes.length) return undefined
  const value = protocol.value.write(bytes.subarray(length.next, length.next + length.value))
  if (value === undefined) return undefined
  const name = protocol.code === IPFS_CODE && offset === 0 ? 'ipfs' : protocol.name
  return { text: `/${name}/${value}`, next: length.next + length.value }
}
