import * as fc from 'fast-check'
import {
  HttpRequestError,
  InternalRpcError,
  ProviderDisconnectedError,
  ResponseBodyTooLargeError,
  RpcRequestError,
  SocketClosedError,
  TimeoutError,
  UnknownRpcError,
  WebSocketRequestError,
} from 'viem'
import { describe, expect, test } from 'vitest'
import { isBusy, isRevert, readDelivery, revertDataOf } from './words.ts'

function said(
  message: string,
  { code = -32_000, data }: { readonly code?: number; readonly data?: unknown } = {},
): Error {
  return new RpcRequestError({ body: {}, url: 'http://node', error: { code, message, data } })
}

describe('the words of nodes', () => {
  test.for([
    ['already known', 'taken'],
    ['AlreadyKnown', 'taken'],
    ['transaction already imported', 'taken'],
    ['Transaction with the same hash was already imported.', 'taken'],
    ['Known transaction', 'taken'],
    ['nonce too low: next nonce 5, tx nonce 4', 'nonceUsed'],
    ['Transaction nonce is too low. Try incrementing the nonce.', 'nonceUsed'],
    ['OldNonce', 'nonceUsed'],
    ['replacement transaction underpriced', 'occupied'],
    ['Replacement transaction underpriced', 'occupied'],
    ['FeeTooLowToCompete', 'occupied'],
    ['Transaction gas price is too low. There is another transaction with same nonce in the queue.', 'occupied'],
    ['transaction underpriced: gas tip cap 1, minimum needed 2', 'underpriced'],
    ['max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 2', 'underpriced'],
    ['FeeTooLow, MaxFeePerGas too low', 'underpriced'],
    ['Gas price below configured minimum gas price', 'underpriced'],
    ['insufficient funds for gas * price + value: balance 0, tx cost 1', 'unfunded'],
    ['Insufficient funds. The account you tried to send transaction from does not have enough funds.', 'unfunded'],
    ['InsufficientFunds, Account balance: 0', 'unfunded'],
    ['Upfront cost exceeds account balance', 'unfunded'],
    ['txpool is full', 'unreachable'],
    ['in-flight transaction limit reached for delegated accounts', 'unreachable'],
    ['intrinsic gas too low: gas 1, minimum needed 21000', 'refused'],
    ['exceeds block gas limit', 'refused'],
    ['oversized data', 'refused'],
    ['something new', 'refused'],
  ] as const)('"%s" is %s', ([message, state]) => {
    expect(readDelivery(said(message))).toEqual({ state, words: message })
  })

  test.for([
    ['HTTP 429', new HttpRequestError({ url: 'http://node', status: 429 })],
    ['HTTP 502', new HttpRequestError({ url: 'http://node', status: 502 })],
    ['no answer in time', new TimeoutError({ url: 'http://node', body: {} })],
    ['a limit in JSON', said('quota', { code: -32_005 })],
    ['a failure of the node itself', said('database is locked', { code: -32_603 })],
    ['a 429 in JSON', said('slow down', { code: 429 })],
  ] as const)('%s says nothing of the transaction', ([, error]) => {
    expect(readDelivery(error).state).toBe('unreachable')
  })

  test('a failure of the node itself is an answer to an estimate, a limit is none', () => {
    expect(isBusy(said('database is locked', { code: -32_603 }))).toBe(false)
    expect(isBusy(said('quota', { code: -32_005 }))).toBe(true)
    expect(isBusy(new HttpRequestError({ url: 'http://node', status: 429 }))).toBe(true)
  })

  test('what a provider gives on is the refusal of a node when it has the code of one', () => {
    expect(readDelivery(new UnknownRpcError(Object.assign(new Error('no'), { code: -32_010 }))).state).toBe('refused')
    expect(readDelivery(new UnknownRpcError(new Error('no'))).state).toBe('unreachable')
  })

  test.for([
    ['a socket that was closed', new SocketClosedError()],
    ['a socket that failed', new WebSocketRequestError({ body: {}, url: 'ws://node', details: 'no more' })],
    ['an answer that is too large', new ResponseBodyTooLargeError({ maxSize: 1, size: 2 })],
    ['a provider without nodes', new ProviderDisconnectedError(new Error('no node'))],
    ['an error of the program', new Error('the road is closed')],
    ['what is no error', 'no'],
  ] as const)('%s is no refusal: the node may have the transaction', ([, error]) => {
    expect(readDelivery(error).state).toBe('unreachable')
  })
})

describe('the data of a revert', () => {
  test('are found where each kind of node puts them', () => {
    expect(revertDataOf(said('execution reverted', { code: 3, data: '0x1234' }))).toBe('0x1234')
    expect(revertDataOf(said('VM execution error', { code: -32_015, data: 'Reverted 0x1234' }))).toBe('0x1234')
    expect(revertDataOf(said('reverted', { data: { data: '0x1234' } }))).toBe('0x1234')
    expect(revertDataOf(new InternalRpcError(said('reverted', { data: '0x1234' })))).toBe('0x1234')
  })

  test('are empty when the contract said nothing', () => {
    expect(revertDataOf(said('execution reverted'))).toBe('0x')
    expect(revertDataOf(said('failed', { code: 3 }))).toBe('0x')
    expect(revertDataOf(said('execution reverted', { code: 3, data: '0x' }))).toBe('0x')
  })

  test('are absent when nothing reverted', () => {
    expect(revertDataOf(said('insufficient funds'))).toBeUndefined()
    expect(revertDataOf(new HttpRequestError({ url: 'http://node', status: 429 }))).toBeUndefined()
    expect(revertDataOf(new Error('execution reverted'))).toBeUndefined()
  })
})

test('whatever a node says is read without an error', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer(), fc.anything(), (message, code, data) => {
      const error = said(message, { code, data })

      expect(typeof readDelivery(error).words).toBe('string')
      expect(revertDataOf(error) ?? '0x').toMatch(/^0x/u)
    }),
  )
})

describe('a call that fails', () => {
  test.for([
    ['geth', said('execution reverted', { code: 3, data: '0x' })],
    ['geth, without gas', said('out of gas')],
    ['geth, with a gas that is bounded', said('gas required exceeds allowance (5000000)')],
    ['geth, at a bad opcode', said('invalid opcode: INVALID')],
    ['geth, at a bad jump', said('invalid jump destination')],
    ['geth, at a stack without end', said('stack limit reached 1024 (1023)')],
    ['reth', said('EVM error: InvalidFEOpcode')],
    ['anvil', said('EVM error OutOfGas', { code: -32_003 })],
    ['nethermind', said('VM execution error.', { code: -32_015, data: 'Reverted 0x08c379a0' })],
    ['nethermind, without gas', said('VM execution error.', { code: -32_015, data: 'OutOfGas' })],
    ['openethereum', said('VM execution error.', { code: -32_015, data: 'Reverted 0x' })],
    ['openethereum, at a bad opcode', said('VM execution error.', { code: -32_015, data: 'Bad instruction fd' })],
    ['besu', said('Execution reverted', { data: '0x' })],
    ['one that says it in data alone', said('failed', { data: '0x08c379a0' })],
    ['viem, of a node that calls it internal', new InternalRpcError(said('execution reverted', { code: -32_603 }))],
  ] as const)('was ended by the contract, says %s', ([, error]) => {
    expect(isRevert(error)).toBe(true)
  })

  test.for([
    ['a node that is down', new HttpRequestError({ url: 'http://node', status: 502, details: 'reverted to backup' })],
    ['no answer in time', new TimeoutError({ url: 'http://node', body: {} })],
    ['a node that is behind', said('header not found')],
    ['a node without that state', said('missing trie node')],
    ['a failure of the node itself', new InternalRpcError(said('database is locked', { code: -32_603 }))],
    ['a limit', said('out of gas credits', { code: -32_005 })],
    ['a node that gave up', said('execution aborted (timeout = 5s)')],
    ['an error of the program', new Error('revert')],
    ['a page at google', said('backend error, see https://cloud.google.com/support')],
    ['a page at stackoverflow', said('unexpected error, see https://stackoverflow.com/a/1')],
    ['a node that changes its mind', said('the snapshot is reverting, try again')],
  ] as const)('was not refused by the contract: %s', ([, error]) => {
    expect(isRevert(error)).toBe(false)
  })
})
