// Reads the files of a listing strictly, for whoever writes one: every key is known, every value is right.
import type { Address, Hex } from 'viem'
import { z } from 'zod'
import { ADDRESS, BYTES32 } from '../pattern.ts'
import { numberFault, textFault, type ValueFault } from './inputFault.ts'
import type { BuyConf, DeployedFile, ListingInput, ListingKind, Social, StoreFile } from './listing.ts'

/** `iexec.json` of a listing; it has the section of its kind. */
export type IexecListingFile = {
  readonly description: string
  readonly license: string
  readonly author: string
  readonly social: Social
  readonly logo?: string | undefined
  readonly type?: string | undefined
  readonly repo?: string | undefined
  readonly app?: ListedApp | undefined
  readonly dataset?: ListedDataset | undefined
  readonly workerpool?: ListedWorkerpool | undefined
  readonly buyConf?: BuyConf | undefined
  readonly categories?: readonly string[] | undefined
  readonly dapps?: readonly ListedDapp[] | undefined
}

/** An app, as its listing says it is on chain. */
export type ListedApp = {
  readonly owner: Address
  readonly name: string
  readonly type: string
  readonly multiaddr: string
  readonly checksum: Hex
  readonly mrenclave?: unknown
  /** What `iexec app deploy` asks for a run: `0.02 RLC`, or nRLC. */
  readonly price?: string | number | undefined
}

/** A dataset. */
export type ListedDataset = {
  readonly owner: Address
  readonly name: string
  readonly multiaddr: string
  readonly checksum: Hex
  readonly price?: string | number | undefined
}

/** A workerpool. */
export type ListedWorkerpool = {
  readonly owner: Address
  readonly description: string
  readonly price?: string | number | undefined
}

/** An app that a dataset is made for. */
export type ListedDapp = {
  readonly name: string
  readonly addresses: Readonly<Record<string, Address>>
  readonly buyConf?: BuyConf | undefined
}

const filled = z.string().trim().min(1)
const address = z.string().regex(ADDRESS, 'an address (0x and 40 digits)') as unknown as z.ZodType<Address>
const bytes32 = z.string().regex(BYTES32, '32 bytes in hex (0x and 64 digits)') as unknown as z.ZodType<Hex>
/** `iexec init` writes empty ones. */
const link = z.union([z.literal(''), z.string().regex(/^https?:\/\/[^\s/?#]+\S*$/iu, 'an http or https URL')])
const chainId = z.string().regex(/^[1-9]\d{0,15}$/u, 'the id of a chain')
const addresses = z.record(chainId, address)
const price = z.union([z.string(), z.number()]).optional()
const word = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/u, 'a word of small letters, digits and -')

const buyConf = z.strictObject({
  params: z.strictObject({ iexec_args: z.string().optional() }),
  trust: z.union([z.string().regex(/^\d{1,15}$/u, 'a whole number'), z.int().min(0).transform(String)]).optional(),
  tag: z.union([z.string(), z.array(z.string()).transform((words) => words.join(','))]).optional(),
  callback: address.optional(),
})

const described = {
  description: z.string().min(150).max(2000),
  social: z.strictObject({ website: link.optional(), github: link.optional() }),
  logo: filled.optional(),
  type: z.string().optional(),
  repo: z.string().optional(),
}
const authored = { license: filled, author: filled }
const mrenclave = z.union([z.string(), z.record(z.string(), z.unknown())]).optional()

const SCHEMAS = {
  app: z.strictObject({
    ...described,
    ...authored,
    app: z.strictObject({
      owner: address,
      name: filled,
      type: filled,
      multiaddr: filled,
      checksum: bytes32,
      mrenclave,
      price,
    }),
    buyConf,
  }),
  dataset: z.strictObject({
    ...described,
    ...authored,
    dataset: z.strictObject({ owner: address, name: filled, multiaddr: filled, checksum: bytes32, price }),
    categories: z.array(filled).optional(),
    dapps: z.array(z.strictObject({ name: filled, addresses, buyConf: buyConf.optional() })).optional(),
  }),
  workerpool: z.strictObject({
    ...described,
    license: z.string().default(''),
    author: z.string().default(''),
    workerpool: z.strictObject({ owner: address, description: filled, price }),
  }),
}

/** Reads `iexec.json` of a listing of a kind. */
export const iexecListingFile: Readonly<Record<ListingKind, z.ZodType<IexecListingFile>>> = SCHEMAS

/** Reads `deployed.json` of a listing of a kind; it may be deployed nowhere yet. */
export const deployedFile: Readonly<Record<ListingKind, z.ZodType<DeployedFile>>> = {
  app: z.strictObject({ app: addresses }),
  dataset: z.strictObject({ dataset: addresses }),
  workerpool: z.strictObject({ workerpool: addresses }),
}

const anyInput = {
  name: z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/u, 'a word of small letters, digits, - and _'),
  label: filled.max(80),
  help: z.string().max(300).optional(),
  required: z.boolean().optional(),
  arg: z.string().max(300).optional(),
}
const input: z.ZodType<ListingInput> = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('text'),
      ...anyInput,
      default: z.string().optional(),
      placeholder: z.string().optional(),
      maxLength: z.int().min(1).max(10_000).optional(),
      multiline: z.boolean().optional(),
    }),
    z.strictObject({
      kind: z.literal('number'),
      ...anyInput,
      default: z.number().optional(),
      min: z.number().optional(),
      max: z.number().optional(),
      step: z.number().positive().optional(),
      unit: z.string().max(20).optional(),
    }),
    z.strictObject({
      kind: z.literal('choice'),
      ...anyInput,
      options: z
        .array(z.strictObject({ value: z.string(), label: z.string().optional() }))
        .min(1)
        .max(100),
      default: z.string().optional(),
    }),
    z.strictObject({ kind: z.literal('switch'), ...anyInput, default: z.boolean().optional() }),
    z.strictObject({
      kind: z.literal('file'),
      ...anyInput,
      accept: z.string().optional(),
      maxBytes: z.int().min(1).optional(),
      sample: z
        .string()
        .regex(/^(?:https?:\/\/[^\s/?#]+\S*|\/ipfs\/\S+)$/iu, 'an http or https URL, or a path /ipfs/…')
        .optional(),
    }),
  ])
  .superRefine((given, context) => {
    const fault = defaultFault(given)
    if (fault !== undefined) context.addIssue({ code: 'custom', path: ['default'], message: fault })
  })

/** What is wrong with the value that a field begins with, as the end of a sentence that begins with "must be". */
function defaultFault(given: ListingInput): string | undefined {
  switch (given.kind) {
    case 'choice': {
      const values = given.options.map(({ value }) => value)
      // Of no options it is said that they are missing.
      const isFine = given.default === undefined || values.length === 0 || values.includes(given.default)
      return isFine ? undefined : `one of ${values.join(', ')}`
    }
    case 'number': {
      const { default: begin, min, max } = given
      if (min !== undefined && max !== undefined && min > max) return `possible: min ${min} is above max ${max}`
      return begin === undefined ? undefined : sayFault(numberFault(given, begin))
    }
    case 'text':
      return given.default === undefined ? undefined : sayFault(textFault(given, given.default))
    default:
      return undefined
  }
}

function sayFault(fault: ValueFault | undefined): string | undefined {
  if (fault === undefined) return undefined
  switch (fault.reason) {
    case 'tooSmall':
      return `${fault.limit} at least`
    case 'tooLarge':
      return `${fault.limit} at most`
    case 'tooLong':
      return `of ${fault.limit} characters at most`
    default:
      return `on a step, such as ${fault.below}${fault.above === undefined ? '' : ` or ${fault.above}`}`
  }
}

/** Reads `store.json`. */
export const storeFile: z.ZodType<StoreFile> = z.strictObject({
  screenshots: z
    .array(
      z.string().regex(/^(?![./])(?!.*\/\.)[\w./ -]+\.(?:png|jpe?g|webp)$/iu, 'a PNG, JPEG or WebP file of the folder'),
    )
    .max(8)
    .optional(),
  categories: z.array(word).max(3).optional(),
  tags: z.array(word).max(10).optional(),
  resources: z
    .strictObject({
      memoryMb: z.int().min(1).optional(),
      diskMb: z.int().min(1).optional(),
      cpus: z.number().positive().optional(),
      category: z.int().min(0).optional(),
    })
    .optional(),
  inputs: z
    .array(input)
    .max(30)
    .superRefine((inputs, context) => {
      for (const [place, { name }] of inputs.entries()) {
        if (inputs.findIndex((other) => other.name === name) === place) continue
        context.addIssue({ code: 'custom', path: [place, 'name'], message: 'a name that no other input has' })
      }
    })
    .optional(),
})
