// WebAssembly as V8 gives it: the few parts that are used, typed here because the language's own library does not have them.

/** A module's memory. */
export type ModuleMemory = { readonly buffer: ArrayBufferLike }
/** Something that a running module gives. */
export type ModuleExport = (() => unknown) | ModuleMemory | { value: number | bigint } | undefined
/** A module that runs. */
export type ModuleInstance = { readonly exports: Readonly<Record<string, ModuleExport>> }

type Engine = {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => ModuleInstance
  readonly RuntimeError: new (message: string) => Error
  readonly CompileError: new (message: string) => Error
}

/** V8's WebAssembly. */
export const webAssembly: Engine = (globalThis as unknown as { readonly WebAssembly: Engine }).WebAssembly
