// The first words of a worker and its pool: who he is, what he can do, and whose pool it is.
import type { Address, Hex } from 'viem'
import { hashTypedData } from 'viem/utils'
import { z } from 'zod'
import { address, count, hash, hex, seconds } from '../shape.ts'

/** What a machine can do for a pool. */
export type WorkerProfile = {
  /** A name that the owner chose, for lists. */
  readonly name: string
  readonly version: string
  /** As node says it: `linux/x64`. */
  readonly platform: string
  /** Types of apps that its engines run. */
  readonly engines: readonly ('DOCKER' | 'WASM')[]
  readonly cpus: number
  readonly memoryBytes: number
  readonly diskBytes: number
  readonly gpu: boolean
  /** Frameworks: `scone`, `gramine`, `tdx`. */
  readonly tee: readonly string[]
  /** Whether apps whose deal asks for it may reach the internet. */
  readonly network: boolean
  /** How many tasks it takes at a time. */
  readonly places: number
  /** Checksums of apps that are at hand. */
  readonly cached: readonly Hex[]
}

/** Reads a profile. */
export const workerProfile: z.ZodType<WorkerProfile> = z.object({
  name: z.string().max(100),
  version: z.string().max(40),
  platform: z.string().max(40),
  engines: z.array(z.enum(['DOCKER', 'WASM'])).max(2),
  cpus: count,
  memoryBytes: count,
  diskBytes: count,
  gpu: z.boolean(),
  tee: z.array(z.string().max(20)).max(8),
  network: z.boolean(),
  places: count,
  cached: z.array(hash).max(1_000),
})

/** What a pool says before anybody logs in, and at `GET /pool` for everybody. */
export type PoolFacts = {
  readonly chainId: number
  readonly hub: Address
  readonly workerpool: Address
  /** Where results go, the preferred one first. */
  readonly storages: readonly string[]
  readonly version: string
}

/** Reads what a pool says of itself. */
export const poolFacts: z.ZodType<PoolFacts> = z.object({
  chainId: count,
  hub: address,
  workerpool: address,
  storages: z.array(z.url({ protocol: /^https?$/u }).max(500)).max(16),
  version: z.string().max(40),
})

/** What a worker signs to be let in: good for one connection to one pool. */
export type WorkerLogin = {
  readonly worker: Address
  readonly workerpool: Address
  /** 32 random bytes of the scheduler, new for each connection. */
  readonly nonce: Hex
  /** Seconds since 1970. */
  readonly validUntil: number
}

/** The EIP-712 type of a worker's login. */
export const WORKER_LOGIN_TYPES: {
  readonly WorkerLogin: readonly { readonly name: string; readonly type: string }[]
} = {
  WorkerLogin: [
    { name: 'worker', type: 'address' },
    { name: 'workerpool', type: 'address' },
    { name: 'nonce', type: 'bytes32' },
    { name: 'validUntil', type: 'uint256' },
  ],
}

/** The EIP-712 domain of logins. */
export type WorkerLoginDomain = { readonly name: 'iExec Workerpool'; readonly version: '1'; readonly chainId: number }

/** The domain on a chain. */
export function workerLoginDomain(chainId: number): WorkerLoginDomain {
  return { name: 'iExec Workerpool', version: '1', chainId }
}

/** EIP-712 hash of a login on a chain: what the worker signs. */
export function hashWorkerLogin({ worker, workerpool, nonce, validUntil }: WorkerLogin, chainId: number): Hex {
  return hashTypedData({
    domain: workerLoginDomain(chainId),
    types: WORKER_LOGIN_TYPES,
    primaryType: 'WorkerLogin',
    message: { worker, workerpool, nonce, validUntil: BigInt(validUntil) },
  })
}

/** First message of a scheduler on a connection. */
export type Welcome = { readonly type: 'welcome'; readonly nonce: Hex; readonly pool: PoolFacts }

/** First message of a worker: who it is, and everything that it has in hand. */
export type Hello = {
  readonly type: 'hello'
  readonly worker: Address
  readonly validUntil: number
  readonly signature: Hex
  readonly profile: WorkerProfile
}

/** Reads a scheduler's first message. */
export const welcome: z.ZodType<Welcome> = z.object({ type: z.literal('welcome'), nonce: hash, pool: poolFacts })

/** Reads a worker's first message. */
export const hello: z.ZodType<Hello> = z.object({
  type: z.literal('hello'),
  worker: address,
  validUntil: seconds,
  signature: hex,
  profile: workerProfile,
})
