// A worker as its own process: killed at each point of a place, no stake is lost, and nothing is computed twice.
import { afterAll, beforeAll, describe } from 'vitest'
import { closeHiring, openHiring } from './hiring.ts'

beforeAll(openHiring)
afterAll(closeHiring)

describe('a worker that ends before its time', async () => {
  await import('./kills.ts')
})

describe('the commands of a worker', async () => {
  // runs: npx -y pnpm@12.21.0 --filter @iexec/worker worker doctor --pool 0x… --rpc http://127.0.0.1:8545 --hub 0x… --scheduler http://127.0.0.1:3001 --key-file worker.key
  // runs: (umask 077 && head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' > worker.key)
  // runs: npx -y pnpm@12.21.0 --filter @iexec/worker start --pool 0x… --rpc http://127.0.0.1:8545 --hub 0x… --scheduler http://127.0.0.1:3001 --key-file worker.key
  // runs: npx -y pnpm@12.21.0 --filter @iexec/worker worker status
  // runs: npx -y pnpm@12.21.0 --filter @iexec/worker worker drain
  // runs: npx -y pnpm@12.21.0 --filter @iexec/worker start --help
  await import('./commands.ts')
})
