// What a module declares, as far as its functions and its rewriting have to know it.

/** The type of a value, by its byte in a module. */
export const VALUE = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b, funcref: 0x70, externref: 0x6f } as const

/** Bytes that name a type of values. */
export const VALUE_TYPES: ReadonlySet<number> = new Set(Object.values(VALUE))

/** What a function takes and gives. */
export type FunctionType = { readonly params: readonly number[]; readonly results: readonly number[] }

/** Entries of a section with their bytes, so that more can be added behind them without numbering anything anew. */
export type Entries = { readonly count: number; readonly bytes: Uint8Array }

/** Smallest and, where it is declared, greatest size. */
export type Bounds = { readonly min: number; readonly max?: number }

/** Everything that a function may name, by number. */
export type Shape = {
  readonly types: readonly FunctionType[]
  /** Type of each function, the imported ones first. */
  readonly functions: readonly FunctionType[]
  readonly tables: number
  readonly memories: number
  readonly globals: number
  readonly elements: number
  /** Undefined where the module does not say it before its functions. */
  readonly data: number | undefined
}

/** Numbers of what the rewriting adds. */
export type Added = {
  /** Global that holds what is left of the stack. */
  readonly depth: number
  /** Function that takes the place of `memory.grow`. */
  readonly grow: number
  /** Type of a block that takes nothing and gives these values, as the bytes of a block's type. */
  readonly blockType: (results: readonly number[]) => Uint8Array
}
