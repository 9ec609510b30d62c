// What the market does not have.
import { MarketFault } from '../read/ask.ts'

/**
 * Whether the market says that there is no such thing; everything else is a failure, which may pass.
 *
 * @example
 * isMissing(new MarketFault(404, 'app not found')) // true
 */
export function isMissing(error: Error): boolean {
  return error instanceof MarketFault && error.status === 404
}
