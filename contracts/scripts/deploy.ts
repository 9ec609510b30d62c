// `pnpm --filter @iexec/contracts run deploy`: puts a whole market on any chain.
import { runDeploy } from './deploy/run.ts'

process.exitCode = await runDeploy(process.argv.slice(2), {
  // pnpm runs this in contracts/, and tells where it was called: paths are meant from there.
  directory: process.env['INIT_CWD'] ?? process.cwd(),
  terminal: { input: process.stdin, output: process.stderr },
  print: writeOut,
  tell: (sentence) => {
    console.error(sentence)
  },
})

/** `console.log` would not tell that nothing was written. */
async function writeOut(text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  process.stdout.once('error', reject)
  process.stdout.write(`${text}\n`, (error) => {
    if (error === null || error === undefined) resolve()
    else reject(error)
  })
  await promise
}
