// One run over every package, each as a project of its own name. Nothing stops at the first failure: the sum must be whole.
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { ViteUserConfig } from 'vitest/config'
import { houseRoot, listRooms } from './scripts/house.ts'

// Hundreds of processes of the house are started, many in a home of their own: each begins with what another one before it compiled.
process.env['NODE_COMPILE_CACHE'] ??= join(houseRoot, 'node_modules/.cache/compiled')

const config: ViteUserConfig = {
  test: {
    // Some tests start a chain or a compiler, on machines with two cores.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A condition that a test waits for comes when it comes: on a busy machine, later than the second that is usual.
    expect: { poll: { timeout: 30_000, interval: 20 } },
    // Most tests wait for a chain, a database or a program: one more than there are cores keeps these busy.
    maxWorkers: availableParallelism() + 1,
    projects: listRooms(houseRoot).map(({ folder }) => ({
      extends: true,
      root: folder,
      test: {
        name: folder === '.' ? 'house' : folder,
        // What a package's tests share, such as a database server, is started once.
        globalSetup: ['test/globalSetup.ts', 'globalSetup.ts']
          .map((file) => join(houseRoot, folder, file))
          .filter((file) => existsSync(file)),
        include: folder === '.' ? ['scripts/**/*.test.ts'] : ['**/*.test.ts'],
      },
    })),
  },
}

export default config
