// What the seller of an app can do when it is not deterministic.
import type { Difference } from './compareOutputs.ts'
import type { Thing } from './variations.ts'

/** What a check found out about a difference. */
export type Findings = {
  readonly explainedBy: readonly Thing[]
  /** Two runs differed although nothing was varied. */
  readonly isSpontaneous: boolean
  readonly differences: readonly Difference[]
}

const CLOCK =
  'The outputs depend on the time: leave out dates, or set them to a fixed one (many programs read SOURCE_DATE_EPOCH), and strip them from images, PDF files and archives.'

const REMEDIES: { readonly [Of in Thing]: string } = {
  'start time': CLOCK,
  clock: CLOCK,
  'time zone': 'The outputs depend on the time zone: set TZ=UTC in the image (ENV TZ=UTC).',
  'host name': 'The outputs depend on the host name: do not write it, and do not derive names or seeds from it.',
  'cpu count':
    'The outputs depend on the number of cpus: fix the number of threads (OMP_NUM_THREADS=1, or the option of the program), because sums in another order have other last digits.',
  'process number':
    'The outputs depend on the process number: do not write it, and do not derive names or seeds from it.',
  'file order': 'The outputs depend on the order in which a folder lists its files: sort names before they are used.',
  'temporary folder': 'The outputs depend on the temporary folder: do not write its path.',
}

const CHANCE =
  'The outputs differ from run to run, whatever is kept the same: seed random numbers with IEXEC_TASK_ID, run one thread, and sort what comes out of hash tables.'
const TOGETHER = 'No single thing explains the difference: several make it only together.'
const DECLARE =
  'What cannot be made equal need not be voted on: write a computed.json that names a file that is equal everywhere ({"deterministic-output-path": "/iexec_out/result.txt"}), or what has to be equal into consensus.iexec.'

/**
 * What explains a difference, and what can be done about it: one sentence each, the most certain first.
 *
 * @example
 * adviseOn({ explainedBy: ['time zone'], isSpontaneous: false, differences }) // ['The outputs depend on the time zone: …', …]
 */
export function adviseOn({ explainedBy, isSpontaneous, differences }: Findings): readonly string[] {
  const remedies = [...new Set(explainedBy.map((thing) => REMEDIES[thing]))]
  if (explainedBy.length === 0) remedies.push(isSpontaneous ? CHANCE : TOGETHER)
  // A run that failed is no matter of which files count.
  return differences.some(({ output }) => output === 'error.txt') ? remedies : [...remedies, DECLARE]
}
