// What a market says when it refuses an order, in plain words: its own are those that programs have always compared.
import { formatRlc } from '@iexec/protocol'
import { IexecError } from '@iexec/sdk'

type Words = readonly [sentence: string, hint?: string]
type Rule = readonly [said: RegExp, words: (...parts: readonly string[]) => Words]

const GONE = 'It was bought, taken back, or published by another wallet.'

/** Nobody else's words are touched. */
const RULES: readonly Rule[] = [
  [
    /^no open (\w+)order published by signer (0x\w+) for \w+ (0x\w+)$/u,
    (kind, signer, address) => [
      `The market has no open order ${kind === 'request' ? `of the requester ${address}` : `of the ${kind} ${address}`} that ${signer} published.`,
      GONE,
    ],
  ],
  [
    /^(\w+)order with orderHash (0x\w+) is not published$/u,
    (kind, hash) => [`The market has no open ${kind} order ${hash}.`, GONE],
  ],
  [
    /^only order signer (0x\w+) can (?:un)?publish an order$/u,
    (signer) => [`The order belongs to ${signer}, and not to this wallet.`, `Use the wallet of ${signer}.`],
  ],
  [
    /^(app|dataset)maxprice for \w+ (0x\w+) is too low, actual best price is (\d+) nRLC$/u,
    (kind, address, price) => [
      `The request pays too little for the ${kind} ${address}: it is sold for ${rlc(price)} a task.`,
      `Offer at least ${rlc(price)} for the ${kind}.`,
    ],
  ],
  [
    /^No (tee enabled )?(app|dataset)order published for \w+ (0x\w+)$/u,
    (tee, kind, address) => [
      `Nobody sells the ${kind} ${address}${tee === undefined ? '' : ' with the tag tee'}.`,
      'Its owner has to publish an order of it first.',
    ],
  ],
  [
    /^requester stake is too low .* minimum stake required is (\d+) nRLC$/u,
    (price) => [
      `The request may cost ${rlc(price)} in all, and the requester has less free on the market.`,
      'iexec account deposit brings what is missing.',
    ],
  ],
  [
    /^workerpool owner's stake is too low/u,
    () => [
      'The tasks of this order lock more than the owner of the workerpool has free on the market.',
      'iexec account deposit brings what is missing; or offer fewer tasks.',
    ],
  ],
  [
    /^maximum of (\d+) published open (\w+)order has been reached for wallet (0x\w+)$/u,
    (most, kind, wallet) => [
      `${wallet} has ${most} open ${kind} orders on the market, and may not have more.`,
      'Take some back first.',
    ],
  ],
  [
    /^order already published$/u,
    () => ['The order is on the market already, or was.', 'Sign a new one to sell again.'],
  ],
  [/^order already consumed$/u, () => ['Nothing is left of the order.', 'Sign a new one to sell again.']],
  [
    /^Resource not deployed$/u,
    () => ['The market does not know what the order sells, or who wants it.', 'Try again in a moment.'],
  ],
]

function rlc(nano: string | undefined): string {
  return formatRlc(BigInt(nano ?? 0))
}

/**
 * Waits for an answer of the market; what it refuses with is told in plain words, its own stand in `details.said`.
 *
 * @throws IexecError as the answer does
 * @example
 * await plainly(iexec.orders.unpublish('app', { last: address }))
 */
export async function plainly<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    throw inPlainWords(error)
  }
}

function inPlainWords(error: unknown): unknown {
  if (!(error instanceof IexecError) || error.code !== 'ServiceRefused') return error
  const { code, message, hints, details } = error
  for (const [said, words] of RULES) {
    const parts = said.exec(message)?.slice(1)
    if (parts === undefined) continue
    const [sentence, hint] = words(...parts)
    return new IexecError(code, sentence, {
      hints: [...(hint === undefined ? [] : [hint]), ...hints],
      details: { ...details, said: message },
      cause: error,
    })
  }
  return error
}
