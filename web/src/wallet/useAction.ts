// Something that a person does with the wallet: under way, done, or failed with the words of what failed.
import type { Iexec } from '@iexec/sdk'
import { useMutation, type UseMutationResult } from '@tanstack/react-query'
import { useIexec } from './useWallet.ts'

/** What is done, with what the person chose. */
export type Action<Choice, Outcome> = (iexec: Iexec, choice: Choice) => Promise<Outcome>

/**
 * An action over the connected wallet. One at a time: buttons are disabled while `isPending`.
 *
 * @example
 * const claim = useAction(async (iexec, taskId: Hex) => iexec.tasks.claim(taskId))
 * <button disabled={claim.isPending} onClick={() => claim.mutate(taskId)}>…</button>
 */
export function useAction<Choice, Outcome>(action: Action<Choice, Outcome>): UseMutationResult<Outcome, Error, Choice> {
  const openIexec = useIexec()
  return useMutation({ mutationFn: async (choice: Choice) => action(await openIexec(), choice) })
}
