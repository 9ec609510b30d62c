import fc from 'fast-check'
import type { Address } from 'viem'
import { describe, expect, test } from 'vitest'
import { KITTY_ADDRESS } from './constants.ts'
import { accountOf, applyEntries, applyEntry, emptyLedger } from './ledger.ts'
import type { Ledger, LedgerEntry } from './ledger.ts'

const HUB: Address = '0x00000000000000000000000000000000000000ff'
const ALICE: Address = '0x000000000000000000000000000000000000000a'
const BOB: Address = '0x000000000000000000000000000000000000000b'
const NOBODY: Address = '0x0000000000000000000000000000000000000000'
const TASK = '0x01'

function ledgerAfter(...entries: readonly LedgerEntry[]): Ledger {
  const step = applyEntries(emptyLedger(HUB), entries)
  if (!step.ok) throw new Error(step.refusal.reason)
  return step.ledger
}

describe('applyEntry', () => {
  test('locking moves free stake to the hub and counts it as locked', () => {
    const ledger = ledgerAfter({ do: 'mint', account: ALICE, amount: 10n }, { do: 'lock', account: ALICE, amount: 4n })

    expect(accountOf(ledger, ALICE)).toEqual({ stake: 6n, locked: 4n })
    expect(accountOf(ledger, HUB)).toEqual({ stake: 4n, locked: 0n })
    expect(ledger.totalSupply).toBe(10n)
  })

  test('unlocking is the way back', () => {
    const ledger = ledgerAfter(
      { do: 'mint', account: ALICE, amount: 10n },
      { do: 'lock', account: ALICE, amount: 4n },
      { do: 'unlock', account: ALICE, amount: 4n },
    )

    expect(accountOf(ledger, ALICE)).toEqual({ stake: 10n, locked: 0n })
    expect(accountOf(ledger, HUB).stake).toBe(0n)
  })

  test('what is seized stays with the hub until it is rewarded', () => {
    const seized = ledgerAfter(
      { do: 'mint', account: ALICE, amount: 10n },
      { do: 'lock', account: ALICE, amount: 4n },
      { do: 'seize', account: ALICE, amount: 4n, task: TASK },
    )
    expect(accountOf(seized, ALICE)).toEqual({ stake: 6n, locked: 0n })
    expect(accountOf(seized, HUB).stake).toBe(4n)

    const rewarded = applyEntry(seized, { do: 'reward', account: BOB, amount: 4n, task: TASK })
    expect(rewarded.ok && accountOf(rewarded.ledger, BOB)).toEqual({ stake: 4n, locked: 0n })
  })

  test('the kitty is filled with what was seized, without any transfer', () => {
    const ledger = ledgerAfter(
      { do: 'mint', account: ALICE, amount: 10n },
      { do: 'lock', account: ALICE, amount: 4n },
      { do: 'seize', account: ALICE, amount: 4n, task: TASK },
      { do: 'fillKitty', amount: 4n, task: TASK },
    )

    expect(accountOf(ledger, KITTY_ADDRESS)).toEqual({ stake: 0n, locked: 4n })
    expect(accountOf(ledger, HUB).stake).toBe(4n)
  })

  test('exactly the free stake can be locked, and not one nRLC more', () => {
    const ledger = ledgerAfter({ do: 'mint', account: ALICE, amount: 10n })

    expect(applyEntry(ledger, { do: 'lock', account: ALICE, amount: 10n }).ok).toBe(true)
    expect(applyEntry(ledger, { do: 'lock', account: ALICE, amount: 11n })).toEqual({
      ok: false,
      refusal: { reason: 'InsufficientStake', account: ALICE, free: 10n, needed: 11n },
    })
  })

  test.each([
    { do: 'transfer', from: ALICE, to: BOB, amount: 11n } as const,
    { do: 'burn', account: ALICE, amount: 11n } as const,
  ])('$do beyond the free balance is refused', (entry) => {
    const ledger = ledgerAfter({ do: 'mint', account: ALICE, amount: 10n })

    expect(applyEntry(ledger, entry)).toEqual({
      ok: false,
      refusal: { reason: 'ERC20InsufficientBalance', sender: ALICE, balance: 10n, needed: 11n },
    })
  })

  test.each([
    { do: 'transfer', from: ALICE, to: NOBODY, amount: 0n } as const,
    { do: 'mint', account: NOBODY, amount: 0n } as const,
  ])('$do to the zero address is refused', (entry) => {
    expect(applyEntry(emptyLedger(HUB), entry)).toEqual({
      ok: false,
      refusal: { reason: 'ERC20InvalidReceiver', receiver: NOBODY },
    })
  })

  test('the supply fits 96 bits', () => {
    const full = ledgerAfter({ do: 'mint', account: ALICE, amount: 2n ** 96n - 1n })

    expect(applyEntry(full, { do: 'mint', account: BOB, amount: 1n })).toEqual({
      ok: false,
      refusal: { reason: 'AmountOutOfRange', amount: 1n, max: 0n },
    })
  })

  test('unlocking more than is locked is a broken promise', () => {
    expect(() => applyEntry(emptyLedger(HUB), { do: 'unlock', account: ALICE, amount: 1n })).toThrow(RangeError)
  })

  test('the letters of an address may be of any case', () => {
    const ledger = ledgerAfter({ do: 'mint', account: '0x000000000000000000000000000000000000000A', amount: 1n })

    expect(accountOf(ledger, ALICE).stake).toBe(1n)
  })

  test('free balances always sum up to the supply, and the hub holds all that is locked plus what it was given', () => {
    const amount = fc.bigInt(0n, 20n)
    const account = fc.constantFrom(ALICE, BOB)
    const entry = fc.oneof(
      fc.record({ do: fc.constantFrom('mint', 'burn', 'lock', 'unlock'), account, amount }),
      fc.record({ do: fc.constant('transfer'), from: account, to: fc.constantFrom(ALICE, BOB, HUB), amount }),
    ) as fc.Arbitrary<LedgerEntry>

    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        let ledger = emptyLedger(HUB)
        let given = 0n
        for (const one of entries) {
          if (one.do === 'unlock' && accountOf(ledger, one.account).locked < one.amount) continue
          const step = applyEntry(ledger, one)
          if (!step.ok) continue
          ledger = step.ledger
          if (one.do === 'transfer' && one.to === HUB) given += one.amount
        }

        const accounts = [...ledger.accounts.values()]
        expect(accounts.reduce((sum, { stake }) => sum + stake, 0n)).toBe(ledger.totalSupply)
        expect(accountOf(ledger, HUB).stake).toBe(accounts.reduce((sum, { locked }) => sum + locked, given))
      }),
    )
  })
})
