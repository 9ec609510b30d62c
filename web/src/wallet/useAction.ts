// Something that a person does with the wallet: under way, done, or failed with the words of what failed.
import type { Iexec } from '@iexec/sdk'
import { useMutation, type UseMutationResult } from '@tanstack/react-query'
import { useRef } from 'react'
import { useIexec } from './useWallet.ts'

/** What is done, with what the person chose. */
export type Action<Choice, Outcome> = (iexec: Iexec, choice: Choice) => Promise<Outcome>

/**
 * An action over the connected wallet. One at a time: buttons are disabled while `isPending`, and what is asked for before they are,
 * such as by the second click of two, is not done.
 *
 * @example
 * const claim = useAction(async (iexec, taskId: Hex) => iexec.tasks.claim(taskId))
 * <button disabled={claim.isPending} onClick={() => claim.mutate(taskId)}>…</button>
 */
export function useAction<Choice, Outcome>(action: Action<Choice, Outcome>): UseMutationResult<Outcome, Error, Choice> {
  const openIexec = useIexec()
  // Not the state of the mutation: that is one of a rendering ago.
  const isUnderWay = useRef(false)
  const mutation = useMutation({
    mutationFn: async (choice: Choice) => {
      try {
        return await action(await openIexec(), choice)
      } finally {
        isUnderWay.current = false
      }
    },
  })
  const mutate: typeof mutation.mutate = (...asked) => {
    if (isUnderWay.current) return
    isUnderWay.current = true
    mutation.mutate(...asked)
  }
  return { ...mutation, mutate }
}
