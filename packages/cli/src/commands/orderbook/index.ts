// iexec orderbook: what others sell and want.
import type { OrderKind } from '@iexec/protocol'
import type { Command } from '../../command.ts'
import { showBook } from './book.ts'
import { filterOptions } from './filters.ts'

const OPEN = 'Orders that are only for somebody in particular are shown when he is named.'

function bookCommand(
  kind: OrderKind,
  about: Pick<Command, 'name' | 'summary' | 'description' | 'examples' | 'arguments'>,
): Command {
  return { ...about, options: filterOptions(kind), run: async (call) => showBook(call, kind) }
}

/** In the order of the help. */
export const commands: readonly Command[] = [
  bookCommand('app', {
    name: 'app',
    summary: 'show which apps can be run, and at what prices',
    description: `Shows open orders of an app or of all apps, the cheapest first. ${OPEN}`,
    arguments: [{ name: 'address', summary: 'which app; all when left out', isOptional: true }],
    examples: [
      { line: 'iexec orderbook app', meaning: 'all that is for sale, with its name' },
      { line: 'iexec orderbook app 0x…', meaning: 'what everybody can buy' },
      { line: 'iexec orderbook app 0x… --requester 0x…', meaning: 'and what is only for this requester' },
    ],
  }),
  bookCommand('dataset', {
    name: 'dataset',
    summary: 'show which datasets can be used, and at what prices',
    description: `Shows open orders of a dataset or of all datasets, the cheapest first. ${OPEN}`,
    arguments: [{ name: 'address', summary: 'which dataset; all when left out', isOptional: true }],
    examples: [{ line: 'iexec orderbook dataset 0x… --app 0x…', meaning: 'for this app' }],
  }),
  bookCommand('workerpool', {
    name: 'workerpool',
    summary: 'show who computes at what prices',
    description: `Shows open orders of workerpools, the cheapest first. ${OPEN}`,
    arguments: [{ name: 'address', summary: 'which workerpool; all when left out', isOptional: true }],
    examples: [
      { line: 'iexec orderbook workerpool --category 0', meaning: 'for short tasks' },
      { line: 'iexec orderbook workerpool --require-tag tee,tdx', meaning: 'in an enclave' },
    ],
  }),
  bookCommand('request', {
    name: 'requester',
    summary: 'show what is wanted, and for how much',
    description: `Shows open requests, those that pay most for computing first. ${OPEN}`,
    arguments: [{ name: 'address', summary: 'whose; of all when left out', isOptional: true }],
    examples: [
      { line: 'iexec orderbook requester --category 0', meaning: 'short tasks' },
      { line: 'iexec orderbook requester --workerpool 0x…', meaning: 'and what only this pool may do' },
    ],
  }),
]
