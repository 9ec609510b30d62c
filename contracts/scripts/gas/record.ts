// How much gas each call used, scenario by scenario.

/** All calls of one name in one scenario. */
export type Spent = { readonly calls: number; readonly min: number; readonly mean: number; readonly max: number }

/** Gas per call, by scenario and by name of the call. The same on every machine. */
export type GasReport = Readonly<Record<string, Readonly<Record<string, Spent>>>>

/** Collects the gas of one scenario. */
export class GasRecord {
  readonly #spent = new Map<string, number[]>()

  /** Notes that a call of this name used this much. */
  add(call: string, gasUsed: bigint | number): void {
    this.#spent.set(call, [...(this.#spent.get(call) ?? []), Number(gasUsed)])
  }

  /** All gas that was noted so far. */
  get total(): number {
    return [...this.#spent.values()].flat().reduce((sum, each) => sum + each, 0)
  }

  /** What was noted so far, in the order in which each name came first. */
  summary(): Readonly<Record<string, Spent>> {
    return Object.fromEntries([...this.#spent].map(([call, gas]) => [call, summarize(gas)]))
  }
}

function summarize(gas: readonly number[]): Spent {
  const total = gas.reduce((sum, each) => sum + each, 0)
  return { calls: gas.length, min: Math.min(...gas), mean: Math.round(total / gas.length), max: Math.max(...gas) }
}
