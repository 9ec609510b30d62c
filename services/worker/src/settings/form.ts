// The form in which an answer is wanted: sentences for people, or JSON for programs.
import { readFileSync } from 'node:fs'
import process from 'node:process'

/** Sentences, our own JSON, or one line in the shape that existing scripts know. */
export type Form = 'text' | 'json' | 'raw'

/**
 * The form that a line asks for, or the file of settings that it names, whatever else is wrong with them.
 *
 * @param args what stands after the command
 * @example
 * formOf(['--json']) // 'json'
 */
export function formOf(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Form {
  const end = args.indexOf('--')
  const words = end === -1 ? args : args.slice(0, end)
  if (words.includes('--raw')) return 'raw'
  if (words.includes('--json') || (env['WORKER_JSON'] ?? '') !== '') return 'json'
  const file = fileOf(words) ?? env['WORKER_CONFIG'] ?? ''
  return file !== '' && wantsJson(file) ? 'json' : 'text'
}

/** The file of settings that a line names. */
function fileOf(words: readonly string[]): string | undefined {
  const place = words.lastIndexOf('--config')
  const joined = words.findLast((word) => word.startsWith('--config='))
  return place === -1 ? joined?.slice('--config='.length) : words[place + 1]
}

/** What is wrong with the file is told elsewhere. */
function wantsJson(file: string): boolean {
  try {
    const settings: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof settings === 'object' && settings !== null && 'json' in settings && settings.json === true
  } catch {
    return false
  }
}
