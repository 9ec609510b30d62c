// The form in which an answer is wanted: sentences for people, or JSON for programs.
import process from 'node:process'

/** Sentences, our own JSON, or one line in the shape that existing scripts know. */
export type Form = 'text' | 'json' | 'raw'

/**
 * The form that a line asks for, whatever else is wrong with it.
 *
 * @param args what stands after the command
 * @example
 * formOf(['--json']) // 'json'
 */
export function formOf(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Form {
  const end = args.indexOf('--')
  const words = end === -1 ? args : args.slice(0, end)
  if (words.includes('--raw')) return 'raw'
  return words.includes('--json') || (env['WORKER_JSON'] ?? '') !== '' ? 'json' : 'text'
}
