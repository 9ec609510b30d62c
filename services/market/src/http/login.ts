// Login: an account signs a text that only it was given; the signature is good for one request.
import { randomBytes } from 'node:crypto'
import { sql, type RawBuilder } from 'kysely'
import type { Address } from 'viem'
import { challengeOf, hashChallenge, readAuthorization, type Challenge } from '@iexec/wire'
import type { Reader } from '../db/database.ts'
import type { Market } from '../market.ts'
import { isSignedByContract, isSignedByKey, type Claim } from './signature.ts'

const ZERO = '0x0000000000000000000000000000000000000000'

/** Hands out challenges, and takes each of them once. */
export type Login = {
  /** What the account has to sign: the same text until it is used, or too old. */
  readonly challenge: (market: Market, address: Address) => Promise<Challenge>
  /** Who sent the header `authorization`, in lower case; `undefined` when it proves nothing. It is used up then. */
  readonly signIn: (market: Market, header: string | undefined) => Promise<Address | undefined>
}

/** The login of all markets of a service. */
export function createLogin(): Login {
  const swept = new WeakMap<Market, number>()
  return {
    challenge: async (market, address) => {
      // Not read before: mostly there is none, and then all of it is one statement.
      return market.bus.write(async (writer) => {
        const now = market.now()
        if (now - (swept.get(market) ?? 0) >= market.settings.challengeLifetimeMs) {
          swept.set(market, now)
          await writer.deleteFrom('challenge').where('expires_at', '<=', now).execute()
        }
        const message = randomText()
        const challenge = challengeOf(market.chainId, message)
        const hash = hashChallenge(challenge)
        const { numAffectedRows } = await sql`
          insert into challenge (hash, address, message, expires_at)
          select ${hash}, ${address}, ${message}, cast(${now + market.settings.challengeLifetimeMs} as bigint)
          where not exists (select 1 from challenge where address = ${address} and expires_at > ${now})
        `.execute(writer)
        if (numAffectedRows === 1n) return challenge
        const pending = await findPending(writer, address, now)
        if (pending === undefined) throw new Error('A challenge was neither pending nor written.')
        return challengeOf(market.chainId, pending)
      })
    },
    signIn,
  }
}

async function signIn(market: Market, header: string | undefined): Promise<Address | undefined> {
  const claim = readAuthorization(header)
  if (claim === undefined || claim.address === ZERO) return undefined
  // Judged before it is used up: else anybody could spoil the pending challenge of an account with a bad signature.
  if (!isSignedByKey(claim)) {
    // Whatever is no challenge is not worth a question to the chain.
    const { rows } = await sql`select 1 from challenge where ${isPending(claim, market.now())}`.execute(market.read)
    if (rows.length === 0 || !(await isSignedByContract(market.client, claim))) return undefined
  }
  const used = await market.bus.write(async (writer) =>
    sql`delete from challenge where ${isPending(claim, market.now())}`.execute(writer),
  )
  return used.numAffectedRows === 1n ? claim.address : undefined
}

function isPending({ hash, address }: Claim, now: number): RawBuilder<boolean> {
  return sql<boolean>`hash = ${hash} and address = ${address} and expires_at > ${now}`
}

async function findPending(reader: Reader, address: Address, now: number): Promise<string | undefined> {
  const { rows } = await sql<{ readonly message: string }>`
    select message from challenge where address = ${address} and expires_at > ${now}
  `.execute(reader)
  return rows[0]?.message
}

/** 32 characters, each of 64. */
function randomText(): string {
  return randomBytes(24).toString('base64url')
}
