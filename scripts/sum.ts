// Adds up what the test runners say. A runner is never believed to be green when its exit code is not 0.

/** How many tests of a run passed, failed and were skipped. */
export type Sum = { readonly passed: number; readonly failed: number; readonly skipped: number }

export const nothing: Sum = { passed: 0, failed: 0, skipped: 0 }

/**
 * Adds two sums.
 *
 * @example
 * addSums({ passed: 1, failed: 0, skipped: 0 }, { passed: 2, failed: 1, skipped: 0 }) // 3 passed, 1 failed
 */
export function addSums(left: Sum, right: Sum): Sum {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
  }
}

/**
 * Reads the last summary line of `forge test`; `undefined` when there is none, because it did not compile or found no test.
 *
 * @example
 * readForgeSum('Ran 2 test suites in 9ms (8ms CPU time): 3 tests passed, 1 failed, 0 skipped (4 total tests)')
 */
export function readForgeSum(output: string): Sum | undefined {
  const line = /^Ran \d+ test suites? in .*: (\d+) tests? passed, (\d+) failed, (\d+) skipped \(\d+ total tests?\)/gmu
  const last = [...output.matchAll(line)].at(-1)
  if (last === undefined) return undefined
  return { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(last[3]) }
}

/**
 * Reads vitest's JSON report; `undefined` when it is no such report.
 *
 * @example
 * readVitestSum('{"numPassedTests":3,"numFailedTests":0,"numPendingTests":0,"numTodoTests":0}')
 */
export function readVitestSum(report: string): Sum | undefined {
  try {
    const counts: Readonly<Record<string, unknown>> = JSON.parse(report)
    const [passed, failed, pending, todo] = ['Passed', 'Failed', 'Pending', 'Todo'].map((kind) =>
      Number(counts[`num${kind}Tests`]),
    )
    if (![passed, failed, pending, todo].every(Number.isSafeInteger)) return undefined
    return { passed: passed ?? 0, failed: failed ?? 0, skipped: (pending ?? 0) + (todo ?? 0) }
  } catch {
    return undefined
  }
}

/**
 * Finds what test runners say about tests that this machine cannot run, each sentence once.
 *
 * @example
 * findSkipReasons('PostgreSQL is not installed: the tests that need it are skipped.\n')
 */
export function findSkipReasons(output: string): readonly string[] {
  return [...new Set(output.match(/^.* the tests that need .* are skipped\.$/gimu))]
}

/**
 * Judges one run by its sum and its exit code: a run that failed without a failed test (a compile error, a crash, an
 * unhandled rejection, no report) counts as one failure, so that the sum can never be greener than the run.
 *
 * @example
 * judge({ exitCode: 1, sum: undefined }) // { passed: 0, failed: 1, skipped: 0 }
 */
export function judge({ exitCode, sum }: { readonly exitCode: number; readonly sum: Sum | undefined }): Sum {
  if (sum === undefined) return { ...nothing, failed: 1 }
  return exitCode !== 0 && sum.failed === 0 ? { ...sum, failed: 1 } : sum
}

/**
 * Says a sum as .ci/run prints it.
 *
 * @example
 * describeSum({ passed: 3, failed: 0, skipped: 1 }) // '3 passed, 0 failed'
 */
export function describeSum({ passed, failed }: Sum): string {
  return `${passed} passed, ${failed} failed`
}
