// `pnpm iexec` in a clone: pnpm runs it in the root, and the project is where it was called.
import process from 'node:process'

process.env['IEXEC_CWD'] ??= process.env['INIT_CWD'] ?? process.cwd()
// By its address: the types of the command are checked in its own package.
await import(new URL('../packages/cli/src/main.ts', import.meta.url).href)
