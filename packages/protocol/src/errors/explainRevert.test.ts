import * as fc from 'fast-check'
import {
  encodeErrorResult,
  getAddress,
  parseAbi,
  toHex,
  type Abi,
  type AbiParameter,
  type Address,
  type Hex,
} from 'viem'
import { describe, expect, test } from 'vitest'
import * as abis from '../abi/index.ts'
import { explainMismatch } from '../deal/explainMismatch.ts'
import { TASK_STATUS_CODES } from '../task/task.ts'
import { MAX_UINT256 } from '../words.ts'
import type { ContractErrorName } from './contractError.ts'
import { explainError } from './explainError.ts'
import { explainRevert, type RevertExplanation } from './explainRevert.ts'

type AbiError = Extract<Abi[number], { readonly type: 'error' }>

const ALICE: Address = '0xa11ce00000000000000000000000000000000000'
const HASH: Hex = `0x${'c0ffee'.padEnd(64, '0')}`
const TEE: Hex = `0x${'1'.padStart(64, '0')}`
const NEW_YEAR = 1_767_225_600n

/** Every error of every contract, once by its name and types. */
const errors = [
  ...new Map(
    Object.values(abis)
      .flatMap((abi: Abi) => abi.filter((item): item is AbiError => item.type === 'error'))
      .map((error) => [`${error.name}(${error.inputs.map(({ type }) => type).join()})`, error]),
  ),
]

describe('every error of the contracts has its sentence', () => {
  test('the contracts have as many as one expects', () => {
    expect(errors.length).toBeGreaterThan(100)
    expect(errors.map(([signature]) => signature)).toContain('InsufficientStake(address,uint256,uint256)')
  })

  test.for(errors)('%s', ([, error]) => {
    const explained = explainRevert(encode(error, error.inputs.map(exampleOf)))

    expect(explained).toMatchObject({ kind: 'error', name: error.name })
    expect(faultsOf(explained)).toEqual([])
    expect(Object.keys(explained.args)).toHaveLength(error.inputs.length)
  })

  test.for(errors)('%s shows the addresses and hashes that it carries', ([, error]) => {
    const { sentence } = explainRevert(encode(error, error.inputs.map(exampleOf)))

    const shown = sentence.toLowerCase()
    expect(error.inputs.filter((input) => isShown(input) && !shown.includes(String(exampleOf(input))))).toEqual([])
  })

  test('whatever the values are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...errors), fc.array(fc.bigInt(0n, MAX_UINT256)), ([, error], numbers) => {
        const args = error.inputs.map(({ type }, place) => valueOf(type, numbers[place] ?? 0n))

        expect(faultsOf(explainRevert(encode(error, args)))).toEqual([])
      }),
    )
  })
})

describe('values are written for people', () => {
  test.for<readonly [string, ContractErrorName, readonly unknown[], string]>([
    [
      'amounts in RLC',
      'InsufficientStake',
      [ALICE, 1_500_000_000n, 2_000_000_000n],
      `the account ${getAddress(ALICE)} has 1.5 RLC free, the deal locks 2`,
    ],
    [
      'amounts of two units',
      'AppPriceTooHigh',
      [2_000_000_000n, 5n],
      'the app asks 2 RLC, the request pays at most 5 nRLC',
    ],
    [
      'a deadline that passed',
      'ContributionDeadlineReached',
      [NEW_YEAR + 12n, NEW_YEAR],
      'the contribution deadline was 2026-01-01T00:00:00Z, and the block is 12 s later',
    ],
    [
      'a deadline at its very second',
      'RevealDeadlineReached',
      [NEW_YEAR, NEW_YEAR],
      'the reveal deadline was 2026-01-01T00:00:00Z, and the block is at that very second',
    ],
    [
      'a deadline to wait for',
      'FinalDeadlineNotReached',
      [NEW_YEAR - 40n, NEW_YEAR],
      'the final deadline is 2026-01-01T00:00:00Z, and the block is 40 s earlier',
    ],
    [
      'a deadline beyond the calendar',
      'ERC2612ExpiredSignature',
      [MAX_UINT256],
      `the permit was good until ${MAX_UINT256} s after 1970`,
    ],
    [
      'a status',
      'TaskNotRevealing',
      [HASH, TASK_STATUS_CODES.completed],
      `the task ${HASH} is completed, it has to be revealing`,
    ],
    [
      'a status that does not exist',
      'TaskNotActive',
      [HASH, 9],
      `the task ${HASH} is unknown (9), it has to be active`,
    ],
    ['a tag', 'EnclaveChallengeRequired', [TEE], 'the deal needs tee, and the contribution names no enclave'],
    [
      'a token by the address of its entry',
      'ERC721NonexistentToken',
      [BigInt(ALICE)],
      `this registry has no entry ${getAddress(ALICE)}`,
    ],
    [
      'a token that is no entry',
      'ERC721NonexistentToken',
      [2n ** 160n],
      `this registry has no entry with the token ${2n ** 160n}`,
    ],
    ['the index of an owner', 'ERC721OutOfBoundsIndex', [ALICE, 3n], `${getAddress(ALICE)} has no entry number 3`],
    [
      'the index of all',
      'ERC721OutOfBoundsIndex',
      ['0x0000000000000000000000000000000000000000', 3n],
      'the registry has no entry number 3',
    ],
    ['nothing at all', 'FallbackDisabled', ['0x00000000'], 'the call says nothing to do'],
    [
      'plain ether',
      'EtherRefused',
      [1_500_000_000_000_000_000n],
      'the hub holds no ether, and 1.5 ETH came with the call',
    ],
    [
      'a category, whoever asked for it',
      'UnknownCategory',
      [99n, 5n],
      'there is no category 99; the hub has 5: 0 to 4',
    ],
    ['the only category', 'UnknownCategory', [1n, 1n], 'there is no category 1; the hub has 1: 0'],
    ['no categories', 'UnknownCategory', [0n, 0n], 'there is no category 0; the hub has none'],
    ['a selector', 'FallbackDisabled', ['0x8456cb59'], 'the hub has no function 0x8456cb59'],
    [
      'what a stranger wrote, on one line',
      'IncompatibleDatasetOrder',
      ['Deal\n\u001B[31mnot\u202E found'],
      'the dataset order does not fit the deal: "Deal [31mnot found"',
    ],
  ])('%s', ([, name, args, sentence]) => {
    const data = encode(errorNamed(name), args)

    expect(explainRevert(data).sentence).toBe(sentence)
  })

  test('a mismatch of orders is told in the same words', () => {
    const mismatch = { reason: 'WorkerpoolPriceTooHigh', asked: 7n, offered: 5n } as const
    const data = encode(errorNamed('WorkerpoolPriceTooHigh'), [7n, 5n])

    expect(explainRevert(data).sentence).toBe(explainMismatch(mismatch))
    expect(explainError(mismatch.reason, mismatch).sentence).toBe(explainMismatch(mismatch))
  })

  test('a balance that is too small is not blamed on stake: RLC itself knows none', () => {
    const { hint } = explainRevert(encode(errorNamed('ERC20InsufficientBalance'), [ALICE, 5n, 7n]))

    expect(hint).toBe('Take a smaller amount, or put more into the account first.')
  })

  test('the values can be read by programs, under their names and with their types', () => {
    const explained = explainRevert(encode(errorNamed('TrustTooLow'), [5n, 3n]))

    if (explained.kind !== 'error' || explained.name !== 'TrustTooLow') throw new Error('It is another error.')
    const { wanted, offered }: { readonly wanted: bigint; readonly offered: bigint } = explained.args
    expect([wanted, offered]).toEqual([5n, 3n])
  })
})

describe('errors of others', () => {
  const other = parseAbi(['error Error(string message)', 'error Panic(uint256 code)', 'error Vetoed(address by)'])

  test('a message is quoted, and does not fill the screen', () => {
    const said = explainRevert(encodeErrorResult({ abi: other, errorName: 'Error', args: ['no way'] }))
    const long = explainRevert(encodeErrorResult({ abi: other, errorName: 'Error', args: ['x'.repeat(10_000)] }))

    expect(said).toMatchObject({
      kind: 'message',
      args: { message: 'no way' },
      sentence: 'a contract refused: "no way"',
    })
    expect(long.sentence.length).toBeLessThan(250)
  })

  test('an empty message is said to be empty', () => {
    const explained = explainRevert(encodeErrorResult({ abi: other, errorName: 'Error', args: [''] }))

    expect(explained.sentence).toBe('a contract refused without a word')
  })

  test.for<readonly [bigint, string]>([
    [0x01n, 'something that must always hold did not (panic 0x1)'],
    [0x11n, 'a number became larger or smaller than its type holds (panic 0x11)'],
    [0x32n, 'a list has no item at this place (panic 0x32)'],
    [0x99n, 'a check of the compiler failed (panic 0x99)'],
  ])('the panic %s has its meaning', ([code, sentence]) => {
    const explained = explainRevert(encodeErrorResult({ abi: other, errorName: 'Panic', args: [code] }))

    expect(explained).toMatchObject({ kind: 'panic', args: { code }, sentence })
  })

  test('no data at all is said to say nothing', () => {
    expect(explainRevert('0x')).toMatchObject({ kind: 'silent', sentence: 'the call failed without saying why' })
  })

  test('an error that nobody knows is told by its selector', () => {
    const data = encodeErrorResult({ abi: other, errorName: 'Vetoed', args: [ALICE] })

    expect(explainRevert(data)).toMatchObject({
      kind: 'unknown',
      reason: 'UnknownSelector',
      selector: data.slice(0, 10),
    })
  })

  test.for([2, 10, 70, 136])('a known error whose values are cut short is named: %s digits', (length) => {
    const data = encode(errorNamed('TrustTooLow'), [5n, 3n])
    const explained = explainRevert(`0x${data.slice(2, Math.max(length, 10))}`)

    expect(explained).toMatchObject({ kind: 'unknown', reason: 'UnreadableValues', selector: data.slice(0, 10) })
    expect(explained.sentence).toBe('the call failed with TrustTooLow, but its values are cut short or unreadable')
  })

  test('a message that cannot be read is named, too', () => {
    expect(explainRevert('0x08c379a0').sentence).toContain('failed with Error, but its values')
  })

  test.for<readonly [unknown, string]>([
    ['hello', '"hello" is no revert data: it is not hex'],
    ['0xzz', '"0xzz" is no revert data: it is not hex'],
    ['0xbc4', '"0xbc4" is no revert data: it is not hex'],
    ['', '"" is no revert data: it is not hex'],
    [undefined, '"undefined" is no revert data: it is not hex'],
    [{ data: '0x' }, '"{"data":"0x"}" is no revert data: it is not hex'],
  ])('%j is said to be no hex', ([given, sentence]) => {
    expect(explainRevert(given as Hex)).toMatchObject({ kind: 'unknown', reason: 'NotHex', selector: '0x', sentence })
  })

  test('upper and lower case are the same data', () => {
    const data = encode(errorNamed('NotTheScheduler'), [ALICE, ALICE])

    expect(explainRevert(`0x${data.slice(2).toUpperCase()}`)).toEqual(explainRevert(data))
  })

  test('no bytes make it throw', () => {
    const selector = fc.constantFrom('', '08c379a0', '4e487b71', ...errors.map(([, error]) => selectorOf(error)))
    const rest = fc.oneof(fc.uint8Array({ maxLength: 200 }).map(toHex), fc.constant<Hex>(`0x${'ff'.repeat(96)}`))
    fc.assert(
      fc.property(selector, rest, (first, bytes) => {
        expect(faultsOf(explainRevert(`0x${first}${bytes.slice(2)}`))).toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })

  test('nor does anything that is no hex', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(faultsOf(explainRevert(`0x${text}`))).toEqual([])
      }),
    )
  })
})

function errorNamed(name: ContractErrorName): AbiError {
  const [, error] = errors.find(([, { name: other }]) => other === name) ?? []
  if (error === undefined) throw new Error(`No contract has an error ${name}.`)
  return error
}

function encode(error: AbiError, args: readonly unknown[]): Hex {
  return encodeErrorResult({ abi: [error], errorName: error.name, args })
}

/** The first four bytes, without 0x. */
function selectorOf(error: AbiError): string {
  return encode(error, error.inputs.map(exampleOf)).slice(2, 10)
}

function isTag({ name }: AbiParameter): boolean {
  return name === 'tag' || name === 'tags' || name === 'required' || name === 'offered'
}

/** Whether people are to see it as it is: addresses and hashes. */
function isShown(input: AbiParameter): boolean {
  return input.type === 'address' || (input.type === 'bytes32' && !isTag(input))
}

function exampleOf(input: AbiParameter): unknown {
  if (input.type === 'bytes32') return isTag(input) ? TEE : HASH
  return { address: ALICE, uint256: 7n, uint8: 1, bytes4: '0x8456cb59', string: 'why not' }[input.type]
}

/** A value of this type that is made from a number. */
function valueOf(type: string, number: bigint): unknown {
  const hex = number.toString(16).padStart(64, '0')
  if (type === 'uint256') return number
  if (type === 'uint8') return Number(number % 256n)
  if (type === 'string') return hex
  return `0x${hex.slice(0, { address: 40, bytes4: 8 }[type] ?? 64)}`
}

/** What is wrong with an explanation; nothing when people can read it. */
function faultsOf({ sentence, hint = 'Wait.' }: RevertExplanation): readonly string[] {
  return [
    ...(sentence === '' || sentence.endsWith('.') ? [`no plain sentence: ${sentence}`] : []),
    ...(/^[A-Z].*\.$/.test(hint) ? [] : [`no sentence of its own: ${hint}`]),
    ...(/undefined|NaN|\[object|\n/.test(sentence + hint) ? [`not for people: ${sentence} ${hint}`] : []),
  ]
}
