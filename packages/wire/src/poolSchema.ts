// Reads where the API of a workerpool is.
import { z } from 'zod'
import { bytes, httpUrl, mustBeObject, whole } from './field.ts'
import type { PoolEndpointBody, PoolEndpointItem } from './pool.ts'
import { address, count, hex } from './shape.ts'

/** Reads the body that tells an endpoint. */
export const poolEndpointBody: z.ZodType<PoolEndpointBody> = z.object(
  { apiUrl: httpUrl, validUntil: whole(), signature: bytes },
  mustBeObject,
)

/** Reads an endpoint with its signature. */
export const poolEndpointItem: z.ZodType<PoolEndpointItem> = z
  .object({
    workerpool: address,
    apiUrl: z.string(),
    validUntil: count,
    signature: hex,
    owner: address,
  })
  .meta({ id: 'PoolEndpoint' })
