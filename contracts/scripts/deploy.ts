// `pnpm --filter @iexec/contracts run deploy`: puts a whole market on any chain.
import { runDeploy } from './deploy/run.ts'

process.exitCode = await runDeploy(process.argv.slice(2), {
  // pnpm runs this in contracts/, and tells where it was called: paths are meant from there.
  directory: process.env['INIT_CWD'] ?? process.cwd(),
  terminal: { input: process.stdin, output: process.stderr },
  print: (text) => {
    console.log(text)
  },
  tell: (sentence) => {
    console.error(sentence)
  },
})
