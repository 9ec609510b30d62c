// States by the numbers that they have in the ABI.
import { InputError } from './inputError.ts'

/**
 * The name of a state.
 *
 * @throws InputError `UnknownStatus` when no state has this number
 * @example
 * nameOfCode(TASK_STATUS_CODES, 1) // 'active'
 */
export function nameOfCode<Name extends string>(codes: { readonly [N in Name]: number }, code: number): Name {
  const names = Object.keys(codes) as Name[]
  const name = names.find((one) => codes[one] === code)
  if (name !== undefined) return name
  throw new InputError({
    code: 'UnknownStatus',
    given: String(code),
    problem: 'no state has this number',
    hint: `Known are ${names.map((one) => `${codes[one]} (${one})`).join(', ')}.`,
  })
}
