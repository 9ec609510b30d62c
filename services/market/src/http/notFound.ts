// The refusal of what does not exist.
import type { Refusal } from '@iexec/wire'

/**
 * What was found, or the refusal that says what was not.
 *
 * @example
 * orNotFound(await findDeal(reader, question), 'deal') // { ok: false, status: 404, error: 'deal not found' }
 */
export function orNotFound<Found extends object>(found: Found | undefined, name: string): Found | Refusal {
  return found ?? { ok: false, status: 404, error: `${name} not found` }
}
