// How a measurement differs from the committed one, and where it breaks a limit: one sentence for each.
import type { GasReport } from './record.ts'
import { judgeGas } from './table.ts'

/**
 * Every call above its limit, or not measured at all.
 *
 * @example
 * findBrokenLimits(report) // ['matchOrders uses 390,000 gas, and at most 380,000 are allowed.']
 */
export function findBrokenLimits(report: GasReport): readonly string[] {
  return judgeGas(report).flatMap(({ call, limit, ours }) => {
    if (ours === undefined) return [`${call} was not measured.`]
    return ours > limit ? [`${call} uses ${grouped(ours)} gas, and at most ${grouped(limit)} are allowed.`] : []
  })
}

/**
 * Every call whose mean differs from the committed one, cheaper or dearer; calls that came or went; other changes of the
 * same mean.
 *
 * @example
 * findChanges(committed, report) // ['three workers, …: reveal uses 49,307 gas, 1,200 less than the snapshot.']
 */
export function findChanges(committed: GasReport, measured: GasReport): readonly string[] {
  const before = listCalls(committed)
  const after = listCalls(measured)
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)]
    if (now === undefined) return [`${name} is in the snapshot, but was not measured.`]
    if (old === undefined) return [`${name} is not in the snapshot: ${grouped(now.mean)} gas.`]
    if (old.mean !== now.mean) return [`${name} uses ${grouped(now.mean)} gas, ${difference(now.mean - old.mean)}.`]
    const isSame = old.calls === now.calls && old.min === now.min && old.max === now.max
    return isSame ? [] : [`${name} has the mean of the snapshot, but not its number of calls, least or most.`]
  })
}

function listCalls(report: GasReport): ReadonlyMap<string, GasReport[string][string]> {
  return new Map(
    Object.entries(report).flatMap(([scenario, calls]) =>
      Object.entries(calls).map(([call, spent]) => [`${scenario}: ${call}`, spent] as const),
    ),
  )
}

function difference(gas: number): string {
  return gas > 0 ? `${grouped(gas)} more than the snapshot` : `${grouped(-gas)} less than the snapshot`
}

function grouped(figure: number): string {
  return figure.toLocaleString('en-US')
}
