// Where the project is that a command is about.
import process from 'node:process'

/** The project's folder. pnpm runs commands in a folder of its own, and tells where it was called. */
export function projectFolder(): string {
  return process.env['INIT_CWD'] ?? process.cwd()
}
