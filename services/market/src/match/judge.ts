// Whom restrictions let in: what a search needs to know beside the orders.
import { NO_ADDRESS } from '@iexec/protocol'
import type { Membership } from '@iexec/protocol'
import type { Address } from 'viem'
import type { AskGroup } from './groups.ts'
import type { Registered } from './registered.ts'

/** So many questions one wish may put to groups. Beyond them, nobody is a member. */
export const MAX_QUESTIONS = 16

/** Answers whether restrictions let accounts in, during one wish. */
export type Judge = {
  /** `undefined` for an account lets nobody in but where there is no restriction. */
  readonly allows: (restriction: Address, account: Address | undefined) => Promise<boolean>
  /** Everybody who was let in as a member of a group. */
  readonly memberships: () => readonly Membership[]
  /** Whether some group was not asked, or did not answer. */
  readonly isUncertain: () => boolean
}

/** A judge for one wish: a group is asked when it matters, and once. */
export function newJudge(registered: Registered, ask: AskGroup): Judge {
  const answers = new Map<string, Promise<boolean>>()
  const memberships: Membership[] = []
  let questions = 0
  let isUncertain = false
  const isMember = async (group: Address, member: Address): Promise<boolean> => {
    // The registries' entries are no groups, and most restrictions name one of them.
    await registered.look([group])
    if (registered.isAsset(group)) return false
    questions += 1
    const answer = questions > MAX_QUESTIONS ? undefined : await ask(group, member)
    if (answer === undefined) isUncertain = true
    else if (answer) memberships.push({ group, member })
    return answer ?? false
  }
  return {
    allows: async (restriction, account) => {
      if (restriction === NO_ADDRESS || restriction === account) return true
      if (account === undefined) return false
      const key = `${restriction} ${account}`
      const answer = answers.get(key) ?? isMember(restriction, account)
      answers.set(key, answer)
      return answer
    },
    memberships: () => memberships,
    isUncertain: () => isUncertain,
  }
}
