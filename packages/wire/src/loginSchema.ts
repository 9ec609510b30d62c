// Reads what is said at login.
import { z } from 'zod'
import { soughtAddress } from './field.ts'
import type { Challenge, ChallengeQuery } from './login.ts'

/** Reads a challenge. */
export const challenge: z.ZodType<Challenge> = z
  .object({
    types: z.object({
      EIP712Domain: z.tuple([
        z.object({ name: z.literal('name'), type: z.literal('string') }),
        z.object({ name: z.literal('version'), type: z.literal('string') }),
        z.object({ name: z.literal('chainId'), type: z.literal('uint256') }),
      ]),
      Challenge: z.tuple([z.object({ name: z.literal('challenge'), type: z.literal('string') })]),
    }),
    domain: z.object({ name: z.literal('iExec Gateway'), version: z.literal('1'), chainId: z.string() }),
    primaryType: z.literal('Challenge'),
    message: z.object({ challenge: z.string() }),
  })
  .meta({ id: 'Challenge' })

/** Reads who wants to log in. */
export const challengeQuery: z.ZodType<ChallengeQuery> = z.object({ address: soughtAddress })
