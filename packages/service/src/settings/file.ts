// The file of settings: the names of the options in camel case, each with what the option would take.
import { readFileSync } from 'node:fs'
import { InvalidArgumentError, type Command, type Option } from 'commander'
import type { z } from 'zod'

/** What a file said, by name. */
export type FileSettings = Readonly<Record<string, unknown>>

/** What may stand in the file alone, by name. */
export type FileOnly = Readonly<Record<string, z.ZodType>>

/** Not of the file: where it is, and what is no setting. */
const NOT_IN_FILE: ReadonlySet<string> = new Set(['config', 'version', 'help'])

/**
 * Reads a JSON file of settings.
 *
 * @throws CommanderError in one sentence when it cannot be read, or something in it is wrong; with `exitOverride`. It shows no
 * texts of the file: there may be a password in them.
 * @example
 * readSettingsFile('keeper.json', command, {}) // { port: 3003 }
 */
export function readSettingsFile(path: string, command: Command, fileOnly: FileOnly): FileSettings {
  const content = readJson(path, command)
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return command.error(`${path}: it must hold settings, such as { "port": 3000 }.`)
  }
  const options = command.options.filter((option) => !NOT_IN_FILE.has(option.attributeName()))
  const known = [...options.map((option) => option.attributeName()), ...Object.keys(fileOnly)]
  const settings: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(content)) {
    const option = options.find((one) => one.attributeName() === name)
    if (option === undefined && !Object.hasOwn(fileOnly, name)) {
      command.error(`${path}: ${name} is no setting; those are ${known.join(', ')}.`)
    }
    const read = option === undefined ? readOwn(value, fileOnly[name]) : readOption(value, option)
    if ('wrong' in read) command.error(`${path}: ${name} is wrong: ${read.wrong}`)
    else settings[name] = read.value
  }
  return settings
}

/** Reads a file of JSON. @throws CommanderError in one sentence; with `exitOverride` */
export function readJson(path: string, command: Command): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    if (cause instanceof SyntaxError) return command.error(`${path} cannot be read: it is not valid JSON.`)
    if (!isSystemError(cause)) throw cause
    return command.error(`${path} cannot be read: ${cause.message}.`)
  }
}

type Read = { readonly value: unknown } | { readonly wrong: string }

function readOwn(value: unknown, schema: z.ZodType | undefined): Read {
  const parsed = schema?.safeParse(value)
  if (parsed?.success === true) return { value: parsed.data }
  const [issue] = parsed?.error.issues ?? []
  const place = issue?.path.join('.') ?? ''
  return { wrong: `${place === '' ? '' : `at ${place}, `}${issue?.message ?? 'It is not valid'}.` }
}

/** A list is for an option that takes several; an option without a value is true or false; all else is as the option reads it. */
function readOption(value: unknown, option: Option): Read {
  if (option.isBoolean()) return typeof value === 'boolean' ? { value } : { wrong: 'It is not true or false.' }
  if (option.variadic !== Array.isArray(value)) {
    return { wrong: option.variadic ? 'It is not a list.' : 'It is a list; one value is wanted.' }
  }
  const parts: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (!parts.every((part) => typeof part === 'string' || typeof part === 'number')) {
    return { wrong: 'It is neither a text nor a number.' }
  }
  try {
    let read: unknown
    for (const part of parts) read = option.parseArg === undefined ? String(part) : option.parseArg(String(part), read)
    return { value: read }
  } catch (error) {
    if (error instanceof InvalidArgumentError) return { wrong: error.message }
    throw error
  }
}

function isSystemError(cause: unknown): cause is NodeJS.ErrnoException {
  return cause instanceof Error && 'syscall' in cause
}
