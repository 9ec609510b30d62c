// Why RLC, staked or not, does not move.
import { formatRlc } from '../units.ts'
import type { Explanation, Explanations } from './contractError.ts'
import { quote } from '../quote.ts'
import { moment } from './phrases.ts'

type MoneyErrorName =
  | `ERC20Insufficient${'Allowance' | 'Balance'}`
  | `ERC20Invalid${'Approver' | 'Receiver' | 'Sender' | 'Spender'}`
  | 'AmountOutOfRange'
  | 'ApprovalRefused'
  | 'TransferFailed'
  | 'TransferFromFailed'
  | 'NotTheToken'
  | 'SelectorMissing'
  | 'UnsupportedOperation'
  | 'CallerIsNotTheRequester'
  | 'OperationFailed'
  | 'SpenderHasNoCode'
  | 'SpenderFailed'
  | 'ERC2612ExpiredSignature'
  | 'ERC2612InvalidSigner'
  | `ECDSAInvalidSignature${'' | 'Length' | 'S'}`
  | 'InvalidAccountNonce'
  | 'InvalidShortString'
  | 'StringTooLong'

/** What people are told when an account, an allowance or the token stands in the way. */
export const moneyErrors: Explanations<MoneyErrorName> = {
  ERC20InsufficientBalance: ({ sender, balance, needed }) => ({
    sentence: `the account ${sender} has ${formatRlc(balance)}, and ${formatRlc(needed)} should leave it`,
    hint: 'Take a smaller amount, or put more into the account first.',
  }),
  ERC20InsufficientAllowance: ({ spender, allowance, needed }) => ({
    sentence: `${spender} may spend ${formatRlc(allowance)} of this account, not ${formatRlc(needed)}`,
    hint: `Approve ${formatRlc(needed)} for ${spender} first.`,
  }),
  ERC20InvalidApprover: ({ approver }) => ({ sentence: `${approver} cannot approve anybody` }),
  ERC20InvalidReceiver: ({ receiver }) => invalidAddress('receive RLC', receiver),
  ERC20InvalidSender: ({ sender }) => ({ sentence: `${sender} cannot send RLC` }),
  ERC20InvalidSpender: ({ spender }) => invalidAddress('be allowed to spend RLC', spender),
  AmountOutOfRange: ({ amount, max }) => ({
    sentence: `at most ${formatRlc(max)} more fits, not ${formatRlc(amount)}`,
    hint: 'Take a smaller amount.',
  }),
  ApprovalRefused: ({ spender, value }) => ({
    sentence: `${spender} refused the approval of ${formatRlc(value)}`,
    hint: 'Use approve: not every contract answers approvals.',
  }),
  TransferFailed: ({ to, amount }) => ({ sentence: `the token did not send ${formatRlc(amount)} to ${to}` }),
  TransferFromFailed: ({ from, amount }) => ({
    sentence: `the token did not take ${formatRlc(amount)} from ${from}`,
    hint: 'Check the balance and the allowance of the hub.',
  }),
  NotTheToken: ({ caller, given, token }) => ({
    sentence: `only the token ${token} may announce approvals, this came from ${caller} about ${given}`,
    hint: 'Call approveAndCall of the token of this hub.',
  }),
  SelectorMissing: ({ length }) => ({
    sentence: `the data behind the approval have ${length} bytes, too few to say what to call`,
    hint: 'Give no data at all, or an encoded call of matchOrders.',
  }),
  UnsupportedOperation: ({ selector }) => ({
    sentence: `an approval cannot be followed by a call of ${selector}`,
    hint: 'Only matchOrders can follow an approval: use its encoded call, or no data.',
  }),
  CallerIsNotTheRequester: () => ({
    sentence: 'the request order in this call belongs to somebody other than who approved the RLC',
    hint: 'Approve from the account of the requester.',
  }),
  OperationFailed: () => ({
    sentence: 'the call of matchOrders behind the approval failed without saying why',
    hint: 'Check its encoding, and give more gas.',
  }),
  SpenderHasNoCode: ({ spender }) => ({
    sentence: `there is no contract at ${spender} that could receive the approval`,
    hint: 'Check the address and the chain, or use approve.',
  }),
  SpenderFailed: ({ spender }) => ({
    sentence: `${spender} knows nothing of approvals, or failed without a reason`,
    hint: 'Use approve: not every contract answers approvals.',
  }),
  ERC2612ExpiredSignature: ({ deadline }) => ({
    sentence: `the permit was good until ${moment(deadline)}`,
    hint: 'Sign a new one.',
  }),
  ERC2612InvalidSigner: ({ signer, owner }) => ({
    sentence: `the permit is signed by ${signer}, the RLC belongs to ${owner}`,
    hint: 'Sign it by the owner, for this chain and token, with the nonce of this moment.',
  }),
  ECDSAInvalidSignature: () => ({ sentence: 'the signature belongs to nobody', hint: SIGN_AGAIN }),
  ECDSAInvalidSignatureLength: ({ length }) => ({
    sentence: `a signature has 65 bytes, this one has ${length}`,
    hint: SIGN_AGAIN,
  }),
  ECDSAInvalidSignatureS: ({ s }) => ({
    sentence: `the signature has the high s ${s}, which could be forged from another one`,
    hint: SIGN_AGAIN,
  }),
  InvalidAccountNonce: ({ account, currentNonce }) => ({
    sentence: `the next nonce of ${account} is ${currentNonce}`,
    hint: 'Sign again with this nonce.',
  }),
  InvalidShortString: () => ({ sentence: 'the name of the token is not stored as it should be' }),
  StringTooLong: ({ str }) => ({ sentence: `the text ${quote(str)} is too long for its place` }),
}

const SIGN_AGAIN = 'Sign again, with an ordinary wallet.'

function invalidAddress(what: string, address: string): Explanation {
  return { sentence: `${address} cannot ${what}`, hint: 'Check the address.' }
}
