// Values from outside the types, as an InputError names them.

/**
 * Any value as one readable text: texts as they are, numbers in digits, objects as JSON where that
 * is possible, anything else by its type.
 *
 * @example
 * written({ volume: 1n }) // '{"volume":"1"}'
 */
export function written(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'object') return typeof value
  try {
    return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part))
  } catch {
    return Object.prototype.toString.call(value)
  }
}
