// Where the project is that a command is about.
import process from 'node:process'

/**
 * The project's folder: the current one, unless whoever started the command says another.
 *
 * INIT_CWD is not asked: npm and pnpm set it for all that a script calls, also after a `cd`.
 */
export function projectFolder(): string {
  return process.env['IEXEC_CWD'] ?? process.cwd()
}
