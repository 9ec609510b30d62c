// Refusals of a market, as people read them.
import { IexecError } from '@iexec/sdk'
import { expect, test } from 'vitest'
import { plainly } from './plainly.ts'

const APP = '0x00000000000000000000000000000000000000A1'
const OWNER = '0x00000000000000000000000000000000000000A2'
const HASH = `0x${'a1'.repeat(32)}`

async function told(words: string): Promise<unknown> {
  return plainly(Promise.reject(new IexecError('ServiceRefused', words))).catch((error: unknown) => error)
}

test.each([
  [`no open apporder published by signer ${OWNER} for app ${APP}`, `of the app ${APP} that ${OWNER} published.`],
  [`workerpoolorder with orderHash ${HASH} is not published`, `The market has no open workerpool order ${HASH}.`],
  [`only order signer ${OWNER} can unpublish an order`, `The order belongs to ${OWNER}`],
  [`appmaxprice for app ${APP} is too low, actual best price is 100000000 nRLC`, 'it is sold for 0.1 RLC a task.'],
  [`No apporder published for app ${APP}`, `Nobody sells the app ${APP}.`],
  [`No tee enabled apporder published for app ${APP}`, `Nobody sells the app ${APP} with the tag tee.`],
  [
    'requester stake is too low to cover requestorder payment, minimum stake required is 7 nRLC',
    'The request may cost 7 nRLC in all',
  ],
  ["workerpool owner's stake is too low to cover required workerpool lock", 'The tasks of this order lock more'],
  [`maximum of 50 published open apporder has been reached for wallet ${OWNER}`, `${OWNER} has 50 open app orders`],
  ['order already consumed', 'Nothing is left of the order.'],
])('%s is told in plain words, with what to do', async (words, sentence) => {
  const error = await told(words)

  expect(error).toMatchObject({ code: 'ServiceRefused', details: { said: words } })
  expect(error).toMatchObject({ message: expect.stringContaining(sentence), hints: [expect.any(String)] })
})

test('what is not known of a market is told as it says it', async () => {
  expect(await told('no such words')).toMatchObject({ message: 'no such words' })
})
