// One round of a sender: a look at the chain, and all that follows from it.
import { reasonOf } from '../deploy/deployError.ts'
import { admit, fillGaps } from './admit.ts'
import { broadcast, replaceSlot } from './broadcast.ts'
import { lookAt } from './chain.ts'
import { concludePassed, regainLost } from './conclude.ts'
import { jobOf, type Desk } from './desk.ts'
import { isDoubtful, lastAttempt, observe, planRound, putSlot, type Plan } from './flight.ts'

/** One look at the chain and all that follows from it; the words of the node when it was not reached. */
export async function goRound(desk: Desk): Promise<string | undefined> {
  desk.hasNews = false
  try {
    const { gasLimit, ...sight } = await lookAt(desk.client, desk.now)
    const isTooEarly = isDoubtful(desk.flight, sight)
    desk.flight = observe(desk.flight, sight)
    desk.gasLimit = gasLimit
    if (isTooEarly) return undefined
    await regainLost(desk)
    await carryOut(desk, planRound(desk.flight, desk.rules))
    return undefined
  } catch (cause) {
    return reasonOf(cause)
  }
}

async function carryOut(desk: Desk, plan: Plan): Promise<void> {
  for (const slot of plan.capped) {
    desk.flight = putSlot(desk.flight, { ...slot, isCapped: true })
    const { fees } = lastAttempt(slot)
    desk.tell({ type: 'capReached', nonce: slot.nonce, label: jobOf(desk, slot)?.command.label, fees })
  }
  await concludePassed(desk, plan.passed)
  const replaced = []
  for (const { slot, fees } of plan.replace) replaced.push(await replaceSlot(desk, slot, fees))
  for (const slot of plan.rebroadcast) {
    const { hash } = lastAttempt(slot)
    desk.tell({ type: 'rebroadcast', nonce: slot.nonce, label: jobOf(desk, slot)?.command.label, hash })
  }
  await broadcast(desk, [...replaced, ...plan.rebroadcast])
  await admit(desk)
  await fillGaps(desk, plan.fill)
}
