// Questions about orders, which are asked until there is an answer: nobody has to load a page again because something broke for a moment.

const LONGEST_WAIT_MS = 15_000

/** How a question is asked again: after a second at first, and then ever more rarely; meanwhile its `failureReason` says why. */
export const UNTIL_ANSWERED = {
  retry: (_: number, fault: Error): boolean => !isAnswer(fault),
  retryDelay: (failures: number): number => Math.min(1_000 * 2 ** failures, LONGEST_WAIT_MS),
}

/** No orders are an answer, unless the market was behind the chain; so is a wish that nobody can serve. */
function isAnswer(fault: Error): boolean {
  if (!('code' in fault)) return false
  const { mismatches = [] } = 'details' in fault ? (fault.details as { readonly mismatches?: readonly unknown[] }) : {}
  return fault.code === 'InvalidInput' || (fault.code === 'NoMatch' && mismatches.length === 0)
}
