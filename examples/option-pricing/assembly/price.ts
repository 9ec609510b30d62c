// The price of an option by chance: many ways that the market may go, each drawn with its mirror image.
// Boyle, Options: a Monte Carlo approach, Journal of Financial Economics 4 (1977); antithetic variates and the derivative along
// each path are in Glasserman, Monte Carlo Methods in Financial Engineering (2003), 4.2 and 7.2.
import { Generator } from './generator.ts'
import { Option } from './option.ts'

/** A mean, and how sure it is. */
export class Estimate {
  mean: f64 = 0
  private count: i32 = 0
  private squares: f64 = 0

  /** Welford's method: nothing is lost when the mean is large beside its differences. */
  add(value: f64): void {
    this.count++
    const difference = value - this.mean
    this.mean += difference / <f64>this.count
    this.squares += difference * (value - this.mean)
  }

  /** The standard deviation of the mean. */
  standardError(): f64 {
    return Math.sqrt(this.squares / (<f64>this.count - 1) / <f64>this.count)
  }
}

/** What an option is worth, and what its worth gains with each unit that the spot gains. */
export class Price {
  value: Estimate = new Estimate()
  delta: Estimate = new Estimate()
}

/** Prices an option on something whose price follows geometric Brownian motion and that pays no dividend. */
export function priceOption(option: Option): Price {
  const generator = new Generator(option.seed)
  const price = new Price()
  const discount = Math.exp(-option.rate * option.years)
  const step = option.years / <f64>option.dates
  const drift = (option.rate - (option.volatility * option.volatility) / 2) * step
  const spread = option.volatility * Math.sqrt(step)
  const sign: f64 = option.isCall ? 1 : -1
  for (let pair = 0; pair < option.paths / 2; pair++) {
    let here = option.spot
    let mirrored = option.spot
    let sum: f64 = 0
    let mirroredSum: f64 = 0
    for (let date = 0; date < option.dates; date++) {
      const move = spread * generator.nextNormal()
      here *= Math.exp(drift + move)
      mirrored *= Math.exp(drift - move)
      sum += here
      mirroredSum += mirrored
    }
    const one = sum / <f64>option.dates
    const other = mirroredSum / <f64>option.dates
    const gain = Math.max(sign * (one - option.strike), 0)
    const otherGain = Math.max(sign * (other - option.strike), 0)
    price.value.add((discount * (gain + otherGain)) / 2)
    const slope = (gain > 0 ? one : 0) + (otherGain > 0 ? other : 0)
    price.delta.add((discount * sign * slope) / option.spot / 2)
  }
  return price
}
