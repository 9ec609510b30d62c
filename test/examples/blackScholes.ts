// The closed formula of the price of European options: F. Black, M. Scholes, The pricing of options and corporate liabilities,
// Journal of Political Economy 81 (1973), (13); and its derivative by the spot.

/** A European option on what pays no dividend. */
export type European = {
  readonly kind: 'call' | 'put'
  readonly spot: number
  readonly strike: number
  /** A year, continuously compounded. */
  readonly rate: number
  readonly volatility: number
  readonly years: number
}

/**
 * What an option is worth, and its delta.
 *
 * @example
 * blackScholes({ kind: 'put', spot: 42, strike: 40, rate: 0.1, volatility: 0.2, years: 0.5 }).price // 0.81 (Hull, chapter 15)
 */
export function blackScholes(option: European): { readonly price: number; readonly delta: number } {
  const { kind, spot, strike, rate, volatility, years } = option
  const spread = volatility * Math.sqrt(years)
  const one = (Math.log(spot / strike) + (rate + volatility ** 2 / 2) * years) / spread
  const sign = kind === 'call' ? 1 : -1
  const delta = sign * normal(sign * one)
  return { price: spot * delta - sign * strike * Math.exp(-rate * years) * normal(sign * (one - spread)), delta }
}

/** The normal distribution: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.11. For |x| up to about 8. */
function normal(x: number): number {
  let sum = 0
  let term = x
  for (let odd = 3; sum !== sum + term; odd += 2) {
    sum += term
    term *= x ** 2 / odd
  }
  return 0.5 + (sum * Math.exp(-(x ** 2) / 2)) / Math.sqrt(2 * Math.PI)
}
