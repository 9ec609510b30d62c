// What listings of a store say, and the index that a store is shown from. Without zod, for browsers.
import type { Address, Hex } from 'viem'

/** What is listed. */
export type ListingKind = 'app' | 'dataset' | 'workerpool'

/** Categories that stores have words for in every language; a listing may name others too. */
export const STORE_CATEGORIES: readonly [
  'ai',
  'data',
  'finance',
  'graphics',
  'media',
  'science',
  'documents',
  'privacy',
  'games',
  'tools',
] = ['ai', 'data', 'finance', 'graphics', 'media', 'science', 'documents', 'privacy', 'games', 'tools']

/** Where more can be read: http or https URLs. */
export type Social = { readonly website?: string | undefined; readonly github?: string | undefined }

/** With what an app is bought when nothing else is said. */
export type BuyConf = {
  readonly params: { readonly iexec_args?: string | undefined }
  /** A whole number. */
  readonly trust?: string | undefined
  /** 32 bytes in hex, or words with commas between them. */
  readonly tag?: string | undefined
  readonly callback?: Address | undefined
}

/** What every input has. */
type AnyInput = {
  /** In addresses of pages: a word of small letters, digits, `-` and `_`. */
  readonly name: string
  /** For people. */
  readonly label: string
  readonly help?: string | undefined
  /** Whether a run without it makes no sense. */
  readonly required?: boolean | undefined
  /**
   * What of it becomes part of the arguments: `{}` stands for the value, quoted for a shell. `{}` alone when left out; of a
   * switch, what is said when it is on; of a file, nothing when left out, else `{}` is the name that the file has for the app.
   */
  readonly arg?: string | undefined
}

/** An input of an app: one field of the form that a store shows. */
export type ListingInput =
  | (AnyInput & {
      readonly kind: 'text'
      readonly default?: string | undefined
      readonly placeholder?: string | undefined
      readonly maxLength?: number | undefined
      readonly multiline?: boolean | undefined
    })
  | (AnyInput & {
      readonly kind: 'number'
      readonly default?: number | undefined
      readonly min?: number | undefined
      readonly max?: number | undefined
      /** Values are so far apart, counted from `min`, or from 0 without one. */
      readonly step?: number | undefined
      /** For people, behind the field. */
      readonly unit?: string | undefined
    })
  | (AnyInput & {
      readonly kind: 'choice'
      readonly options: readonly { readonly value: string; readonly label?: string | undefined }[]
      readonly default?: string | undefined
    })
  | (AnyInput & { readonly kind: 'switch'; readonly default?: boolean | undefined })
  | (AnyInput & {
      readonly kind: 'file'
      /** As browsers take it: `.obj,model/obj`. */
      readonly accept?: string | undefined
      readonly maxBytes?: number | undefined
      /** A file to begin with: an http or https URL, or a path `/ipfs/…`. */
      readonly sample?: string | undefined
    })

/** What an app needs at least; told, not enforced. */
export type ListingResources = {
  readonly memoryMb?: number | undefined
  readonly diskMb?: number | undefined
  readonly cpus?: number | undefined
  /** Number of the category whose time is enough. */
  readonly category?: number | undefined
}

/** `store.json`: what a store shows beyond the format of 2018. */
export type StoreFile = {
  /** Files of the folder: PNG, JPEG or WebP. */
  readonly screenshots?: readonly string[] | undefined
  readonly categories?: readonly string[] | undefined
  readonly tags?: readonly string[] | undefined
  readonly resources?: ListingResources | undefined
  readonly inputs?: readonly ListingInput[] | undefined
}

/** `deployed.json`: where it is, by the id of the chain. */
export type DeployedFile = Readonly<Partial<Record<ListingKind, Readonly<Record<string, Address>>>>>

/** A listing in an index. Paths are relative to the index, and hold the hash of their file: so the hash of the index covers them. */
export type Listing = {
  readonly kind: ListingKind
  /** Folder of the GitHub organisation or user, and of what it lists. */
  readonly org: string
  readonly name: string
  /** The name on the chain, for people. */
  readonly title: string
  readonly description: string
  readonly author: string
  readonly license: string
  readonly social: Social
  /** `DOCKER`, `WASM`, … of an app. */
  readonly type?: string | undefined
  /** Whether it runs in enclaves. */
  readonly isTee: boolean
  readonly owner: Address
  /** By the id of the chain. */
  readonly addresses: Readonly<Record<string, Address>>
  /** What its project asks for a run, in nRLC; its orders decide. */
  readonly priceHint?: number | undefined
  readonly categories: readonly string[]
  readonly tags: readonly string[]
  readonly resources?: ListingResources | undefined
  readonly logo?: string | undefined
  readonly screenshots: readonly string[]
  readonly readme?: string | undefined
  readonly inputs?: readonly ListingInput[] | undefined
  readonly buyConf?: BuyConf | undefined
}

/** `index.json`: all listings of a registry. */
export type StoreIndex = {
  readonly version: 1
  /** Of the registry, for people. */
  readonly name?: string | undefined
  /** ISO 8601. */
  readonly created: string
  /** keccak256 of the listings as `JSON.stringify` writes them. */
  readonly hash: Hex
  /** Who says to have signed it; `checkSignature` says whether it is so. */
  readonly signer?: Address | undefined
  /** EIP-712, over name, moment and hash. */
  readonly signature?: Hex | undefined
  readonly listings: readonly Listing[]
}
