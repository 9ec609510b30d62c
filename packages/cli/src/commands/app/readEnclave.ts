// The enclave of an app in iexec.json. It is registered for good, so what no worker could start is refused before.
import { isHex, stringToHex, type Hex } from 'viem'
import { CliError } from '../../cliError.ts'
import { isObject, readText, unknownKey, wrongValue, type Section } from '../../files/section.ts'

const FRAMEWORKS: readonly unknown[] = ['SCONE', 'GRAMINE', 'TDX']
const KEYS = ['framework', 'provider', 'version', 'entrypoint', 'heapSize', 'fingerprint']
/** Of former years: `provider|version|entrypoint|fingerprint`, of which nothing more is known. */
const OLD_FORM = /^[^|]+(?:\|[^|]+){3}$/u

/**
 * What an app says of its enclave: an object, its JSON, or the bytes as hex. The chain has the bytes of the text.
 *
 * @throws CliError `BadFile` with file, key and value
 * @example
 * readEnclave({ place: 'iexec.json: app', values: { mrenclave: '' } }) // undefined
 */
export function readEnclave({ place, values }: Section): Hex | undefined {
  const given = values['mrenclave']
  const where = `${place}.mrenclave`
  if (given === undefined || given === '') return undefined
  if (isHex(given) && given.length % 2 === 0) return given
  if (typeof given === 'string' && OLD_FORM.test(given)) return stringToHex(given)
  requireEnclave({ place: where, values: asObject(given, where) })
  return stringToHex(typeof given === 'string' ? given : JSON.stringify(given))
}

function asObject(given: unknown, where: string): Readonly<Record<string, unknown>> {
  const read = typeof given === 'string' ? parse(given) : given
  if (isObject(read)) return read
  throw wrongValue(where, given, 'an object, its JSON, hex, or nothing')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function requireEnclave(section: Section): void {
  const { place, values } = section
  for (const key of Object.keys(values)) if (!KEYS.includes(key)) throw unknownKey(place, key, `of ${KEYS.join(', ')}`)
  const { framework, provider, heapSize, fingerprint } = values
  if (framework !== undefined && provider !== undefined) {
    throw new CliError('BadFile', `${place} has framework and provider, which mean the same: choose one of them.`)
  }
  const [name, chosen] =
    framework === undefined ? (['provider', provider] as const) : (['framework', framework] as const)
  if (!FRAMEWORKS.includes(chosen)) {
    throw wrongValue(`${place}.${chosen === undefined ? 'framework' : name}`, chosen, FRAMEWORKS.join(', '))
  }
  readText(section, 'version')
  readText(section, 'entrypoint')
  const needsHeap = chosen !== 'GRAMINE' || heapSize !== undefined
  if (needsHeap && !(Number.isSafeInteger(heapSize) && Number(heapSize) > 0)) {
    throw wrongValue(`${place}.heapSize`, heapSize, 'a whole number of bytes above 0')
  }
  if (typeof fingerprint !== 'string' || !/^(?:0x)?[\da-f]{64}$/iu.test(fingerprint)) {
    throw wrongValue(`${place}.fingerprint`, fingerprint, '64 hex digits')
  }
}
