// A task that asks for nothing special.
import { NO_TAG } from '@iexec/protocol'
import type { TaskFacts } from '../src/contract/describeRun.ts'

/**
 * Facts of a task of a WASM app, with what a test wants otherwise.
 *
 * @example
 * factsOf({ params: '{"iexec_args":"--fast"}' })
 */
export function factsOf(other: Partial<TaskFacts> = {}): TaskFacts {
  return {
    taskId: `0x${'11'.repeat(32)}`,
    dealId: `0x${'22'.repeat(32)}`,
    index: 3,
    botFirst: 2,
    botSize: 5,
    startTime: 1_700_000_000,
    categorySeconds: 300,
    tag: NO_TAG,
    params: '{}',
    hasCallback: false,
    app: { type: 'WASM', multiaddr: 'https://example.com/app.wasm', checksum: `0x${'33'.repeat(32)}` },
    ...other,
  }
}
