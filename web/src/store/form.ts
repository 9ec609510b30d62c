// The form of an app: from the inputs of its listing to the arguments and files of a request.
import { numberFault, textFault, type ListingInput, type ValueFault } from '@iexec/wire/listing'

/** What was filled in, by the names of inputs: texts, numbers as they were typed, addresses of files, and switches. */
export type Values = Readonly<Record<string, string | boolean>>

/** What is wrong with a value; words for it are `store:fault.<reason>`. */
export type InputFault = { readonly reason: 'missing' | 'noNumber' | 'noChoice' | 'noFile' } | ValueFault

/** What a request carries. */
export type Filled = { readonly args: string; readonly inputFiles: readonly string[] }

/** A form that can be bought, or what is wrong by the names of inputs. */
export type FilledForm =
  | ({ readonly ok: true } & Filled)
  | { readonly ok: false; readonly faults: Readonly<Record<string, InputFault>> }

/**
 * What a form begins with: what the address says, else what the listing says.
 *
 * @example
 * beginValues([{ kind: 'number', name: 'samples', label: 'Samples', default: 16 }], {}) // { samples: '16' }
 */
export function beginValues(inputs: readonly ListingInput[], given: Values = {}): Values {
  return Object.fromEntries(inputs.map((input) => [input.name, valueOf(input, given[input.name])]))
}

function valueOf(input: ListingInput, given: string | boolean | undefined): string | boolean {
  if (input.kind === 'switch') return typeof given === 'boolean' ? given : input.default === true
  // A choice that is none, such as of an older listing, would not be shown.
  const isKnown = input.kind !== 'choice' || given === '' || input.options.some(({ value }) => value === given)
  if (typeof given === 'string' && isKnown) return given
  if (input.kind === 'file') return input.sample ?? ''
  if (input.kind === 'choice') return input.default ?? (input.required === true ? (input.options[0]?.value ?? '') : '')
  return String(input.default ?? '')
}

/**
 * What a request carries when a form is filled in: each input adds to the arguments what its listing says, in their order.
 *
 * @example
 * fillForm([{ kind: 'text', name: 'name', label: 'Name', arg: '--name {}' }], { name: 'a b' })
 * // { ok: true, args: "--name 'a b'", inputFiles: [] }
 */
export function fillForm(inputs: readonly ListingInput[], values: Values): FilledForm {
  const faults = inputs.flatMap((input) => {
    const fault = faultOf(input, values[input.name])
    return fault === undefined ? [] : [[input.name, fault] as const]
  })
  if (faults.length > 0) return { ok: false, faults: Object.fromEntries(faults) }
  const args = inputs.map((input) => argOf(input, values[input.name])).filter((arg) => arg !== '')
  const inputFiles = inputs.flatMap(({ kind, name }) => {
    const file = values[name]
    return kind === 'file' && typeof file === 'string' && file !== '' ? [file] : []
  })
  return { ok: true, args: args.join(' '), inputFiles }
}

function faultOf(input: ListingInput, value: string | boolean | undefined): InputFault | undefined {
  if (input.kind === 'switch') return undefined
  const text = typeof value === 'string' ? value.trim() : ''
  if (text === '') return input.required === true ? { reason: 'missing' } : undefined
  switch (input.kind) {
    case 'text':
      return textFault(input, text)
    case 'choice':
      return input.options.some((option) => option.value === value) ? undefined : { reason: 'noChoice' }
    case 'file':
      return isFileAddress(text) ? undefined : { reason: 'noFile' }
    default:
      // What `Number` takes besides, such as 0x10 or Infinity, an app might not.
      return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu.test(text)
        ? numberFault(input, Number(text))
        : { reason: 'noNumber' }
  }
}

function argOf(input: ListingInput, value: string | boolean | undefined): string {
  if (input.kind === 'switch') return value === true ? (input.arg ?? `--${input.name}`) : ''
  if (typeof value !== 'string' || value.trim() === '') return ''
  if (input.kind === 'file') return (input.arg ?? '').replaceAll('{}', () => quoteArgument(fileName(value)))
  const said = input.kind === 'number' ? value.trim() : value
  return (input.arg ?? '{}').replaceAll('{}', () => quoteArgument(said))
}

/**
 * One argument, as shells and workers read it.
 *
 * @example
 * quoteArgument("it's") // `'it'\\''s'`
 */
export function quoteArgument(text: string): string {
  return /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/**
 * The name that an input file has for the app: the last part of its address.
 *
 * @example
 * fileName('https://example.com/data/bunny.obj?v=2') // 'bunny.obj'
 */
export function fileName(address: string): string {
  const [path = ''] = address.split(/[?#]/u)
  const last = path.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}

/** Whether workers could fetch a file from there. */
export function isFileAddress(text: string): boolean {
  return /^(?:https?:\/\/[^\s/?#]+\S*|\/ipfs\/[^\s/?#]+\S*)$/iu.test(text)
}
