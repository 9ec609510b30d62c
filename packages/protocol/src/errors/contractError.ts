// The errors of all contracts as types: their names, the values that they carry, and what people are told about them.
import type { AbiParameterToPrimitiveType } from 'viem'
import type { errorsAbi } from '../abi/errors.ts'

type AbiError = (typeof errorsAbi)[number]

/** Name of an error of the hub, a registry, an entry or RLC. */
export type ContractErrorName = AbiError['name']

type ValuesOf<Item extends AbiError> = Item extends AbiError
  ? { readonly [Input in Item['inputs'][number] as Input['name']]: AbiParameterToPrimitiveType<Input> }
  : never

/** The values that an error carries, by the names of its arguments. */
export type ErrorValues<Name extends ContractErrorName> = ValuesOf<Extract<AbiError, { readonly name: Name }>>

/** What people are told. */
export type Explanation = {
  /** One plain sentence with the values, without a capital at its start and without a full stop: it goes into a list. */
  readonly sentence: string
  /** What to do about it. Absent when nothing can be done. */
  readonly hint?: string
}

/** For each of these errors what people are told about it. */
export type Explanations<Name extends ContractErrorName> = {
  readonly [Each in Name]: (values: ErrorValues<Each>) => Explanation
}
