// Where the candles of a price chart stand.
import type { PriceItem } from '@iexec/wire'

/** One day as a candle, in units of the picture. */
export type Candle = {
  readonly day: string
  /** The middle. */
  readonly x: number
  readonly width: number
  readonly wickTop: number
  readonly wickBottom: number
  readonly top: number
  readonly bottom: number
  /** Whether the last price is the first one or above. */
  readonly isRise: boolean
}

/** All candles, and the prices (nRLC) at the lower and the upper edge. */
export type Candles = { readonly candles: readonly Candle[]; readonly from: number; readonly to: number }

/**
 * Candles of days, the oldest first. The picture spans all prices, with a tenth of room above and below.
 *
 * @example
 * drawCandles(days, { width: 600, height: 200 }).candles[0]?.isRise
 */
export function drawCandles(
  days: readonly PriceItem[],
  { width, height }: { readonly width: number; readonly height: number },
): Candles {
  const [least, largest] = [Math.min(...days.map(({ low }) => low)), Math.max(...days.map(({ high }) => high))]
  const room = Math.max(Math.round((largest - least) * 0.1), Math.round(largest * 0.1), 1)
  const [from, to] = [Math.max(0, least - room), largest + room]
  const slot = width / Math.max(days.length, 1)
  const y = (price: number): number => height - ((price - from) / (to - from)) * height
  const candles = days.map(({ day, open, high, low, close }, place) => ({
    day,
    x: slot * (place + 0.5),
    width: Math.min(slot * 0.6, 24),
    wickTop: y(high),
    wickBottom: y(low),
    top: y(Math.max(open, close)),
    bottom: y(Math.min(open, close)),
    isRise: close >= open,
  }))
  return { candles, from, to }
}
