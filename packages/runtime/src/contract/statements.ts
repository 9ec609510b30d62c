// What an app says of its own result and nobody can follow: workers pass over it, so whoever makes the app has to hear of it.
import { MAX_STATEMENT_BYTES, type ResultFile } from '@iexec/protocol'

const COMPUTED = 'computed.json'
const KEYS = ['deterministic-output-path', 'callback-data'] as const
const MOST_KEYS = 10

/**
 * Why `computed.json` counts as if it were not there, or not as it was meant, a sentence each. The digest is not changed by that:
 * all workers follow the same rule.
 *
 * @param files the app's own ones
 * @param folder where the app left them, as it names it: `/iexec_out`
 * @example
 * statementWarnings(files, '/iexec_out') // ['/iexec_out/computed.json is not JSON (…): it counts as none.']
 */
export function statementWarnings(files: readonly ResultFile[], folder: string): readonly string[] {
  const file = files.find(({ name }) => name === COMPUTED)
  const why = file === undefined ? undefined : whyPassedOver(file)
  return why === undefined ? [] : [`${folder}/${COMPUTED} ${why}`]
}

const NONE = 'it counts as none, so it does not decide the digest.'

function whyPassedOver(file: ResultFile): string | undefined {
  if (file.size > MAX_STATEMENT_BYTES)
    return `has ${file.size} bytes, and more than ${MAX_STATEMENT_BYTES} are not read: ${NONE}`
  const read = parse(file)
  if ('fault' in read) return `is not JSON (${read.fault}): ${NONE}`
  const { value } = read
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `is no JSON object: ${NONE}`
  const wrong = KEYS.find(
    (key) => key in value && typeof (value as Readonly<Record<string, unknown>>)[key] !== 'string',
  )
  if (wrong !== undefined) return `has "${wrong}" that is no text: ${NONE}`
  if (KEYS.some((key) => key in value)) return undefined
  const keys = Object.keys(value).slice(0, MOST_KEYS)
  const has = keys.length === 0 ? 'nothing' : keys.map((key) => JSON.stringify(key)).join(', ')
  return `has neither "${KEYS[0]}" nor "${KEYS[1]}", but ${has}: ${NONE}`
}

function parse(file: ResultFile): { readonly value: unknown } | { readonly fault: string } {
  try {
    // As the rule of the digest reads it.
    return { value: JSON.parse(new TextDecoder().decode(file.read())) as unknown }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}
