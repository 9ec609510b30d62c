// Why the contract that owns a workerpool refuses: what operators may not do, and what their orders may not offer.
import { formatRlc } from '../units.ts'
import type { Explanations } from './contractError.ts'
import { moment, tagPhrase, twoAmounts } from './phrases.ts'

type PoolErrorName =
  | 'WorkerpoolUnknown'
  | `Operator${'NotNew' | 'Unknown'}`
  | 'CallerIsNotAnOperator'
  | 'CallNotForOperators'
  | 'EndpointValidTooLong'
  | `Order${'CategoryNotForSale' | 'ForOtherWorkerpool' | 'LocksTooMuch' | 'PriceTooLow' | 'TagNotForSale'}`
  | `Order${'TrustTooHigh' | 'VolumeTooHigh'}`

/** What people are told when an operator of a workerpool goes beyond his rights. */
export const poolErrors: Explanations<PoolErrorName> = {
  WorkerpoolUnknown: ({ workerpool }) => ({
    sentence: `the registry of the market has no workerpool ${workerpool}`,
    hint: 'Check the address and the chain.',
  }),
  OperatorNotNew: ({ operator }) => ({
    sentence: `${operator} cannot become an operator: it is one, or it was revoked, or it is nobody`,
    hint: 'Make a new key.',
  }),
  OperatorUnknown: ({ operator }) => ({
    sentence: `${operator} is not an operator of this workerpool`,
    hint: 'Check the address.',
  }),
  CallerIsNotAnOperator: ({ caller }) => ({
    sentence: `${caller} is not an operator of this workerpool`,
    hint: 'Call it from the account of an operator, or let the owner add this one.',
  }),
  CallNotForOperators: ({ selector }) => ({
    sentence: `operators of a workerpool may not call the function ${selector} of the hub`,
    hint: 'Let the owner of the workerpool do it.',
  }),
  EndpointValidTooLong: ({ validUntil, max }) => ({
    sentence: `an operator says where the API is until ${moment(max)} at most, not until ${moment(validUntil)}`,
    hint: 'Choose an earlier end, and say it again before then.',
  }),
  OrderCategoryNotForSale: ({ category }) => ({
    sentence: `operators may not sell the category ${category}`,
    hint: 'Let the owner of the workerpool set a lowest price for it.',
  }),
  OrderForOtherWorkerpool: ({ given, workerpool }) => ({
    sentence: `the order sells the workerpool ${given}, and the operators are those of ${workerpool}`,
    hint: 'Check the address of the workerpool.',
  }),
  OrderLocksTooMuch: ({ locked, added, max }) => {
    const [more, limit] = twoAmounts(added, max)
    return {
      sentence: `${formatRlc(locked)} of the workerpool are locked, the order would lock ${more} more, and the most is ${limit}`,
      hint: 'Sell fewer tasks, wait until tasks end, or let the owner raise the limit.',
    }
  },
  OrderPriceTooLow: ({ price, min }) => {
    const [asked, lowest] = twoAmounts(price, min)
    return {
      sentence: `the order asks ${asked} for a task, and operators may not sell below ${lowest}`,
      hint: 'Ask more, or let the owner of the workerpool change the limit.',
    }
  },
  OrderTagNotForSale: ({ tag, tags }) => ({
    sentence: `the order offers ${tagPhrase(tag)}, and operators may offer ${tagPhrase(tags)}`,
    hint: 'Leave out the rest, or let the owner of the workerpool change the limit.',
  }),
  OrderTrustTooHigh: ({ trust, max }) => ({
    sentence: `the order offers a trust of ${trust}, and operators may offer ${max} at most`,
    hint: 'Offer less, or let the owner of the workerpool change the limit.',
  }),
  OrderVolumeTooHigh: ({ volume, max }) => ({
    sentence: `the order sells ${volume} tasks, and operators may sell ${max} with one order`,
    hint: 'Sign several orders, or let the owner of the workerpool change the limit.',
  }),
}
