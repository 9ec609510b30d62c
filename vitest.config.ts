// One run over every package, each as a project of its own name. Nothing stops at the first failure: the sum must be whole.
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { ViteUserConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { houseRoot, listRooms } from './scripts/house.ts'

// Hundreds of processes of the house are started, many in a home of their own: each begins with what another one before it compiled.
process.env['NODE_COMPILE_CACHE'] ??= join(houseRoot, 'node_modules/.cache/compiled')

/** Where what takes long stands in files beside that of the tests, or starts whole networks one after the other. */
const LONG = ['test/journeys/', 'test/examples/', 'test/network/', 'test/web/pictures', 'test/work/badDays'].map(
  (place) => join(houseRoot, place),
)

function isLong({ moduleId }: TestSpecification): boolean {
  return LONG.some((place) => moduleId.startsWith(place))
}

/** Of each package the large files begin first, and those that are not as small as they look: at the end, nobody works for long alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- that of vitest
    const sorted = await super.sort(files)
    const rooms = Map.groupBy(sorted, ({ project }) => project.name)
    return [...rooms.values()].flatMap((room) => [...room.filter(isLong), ...room.filter((file) => !isLong(file))])
  }
}

/**
 * Packages of many small files: a process tests one of them after the other, because to load all sources anew for each takes
 * longer than most of the tests. Files that start whole networks have one of their own, which takes what they leave with it.
 */
function isShared(folder: string): boolean {
  return (
    ['packages/', 'services/'].some((floor) => folder.startsWith(floor)) || ['web', 'store', 'network'].includes(folder)
  )
}

const config: ViteUserConfig = {
  test: {
    sequence: { sequencer: LongestFirst },
    // What a test changes in its process is put back before the next one, which may be of another file.
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
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
        isolate: !isShared(folder),
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
