// Steps of a sale as people read them.
import { formatIn, formatRlc } from '@iexec/protocol'
import type { Change, Happening, Step } from './steps.ts'

const HAPPENINGS: Readonly<Record<Happening, string>> = {
  initialized: 'the pool opens the task',
  contributed: 'votes, with its result sealed',
  agreed: 'the votes agree: consensus',
  revealed: 'shows its result',
  finalized: 'the pool closes the task; everybody is paid',
}

const TITLE_WIDTH = 8
const TIME_WIDTH = 7

/**
 * A step in one line, or in several.
 *
 * @example
 * wordsOf({ step: 'offered', ms: 120, order: '0x…', price: 5n }) // ['  0.12 s  order     …']
 */
export function wordsOf(step: Step): readonly string[] {
  const [title, words, ...more] = describe(step)
  const time = `${(step.ms / 1_000).toFixed(2)} s`.padStart(TIME_WIDTH)
  const indent = ' '.repeat(TIME_WIDTH + TITLE_WIDTH + 4)
  return [`${time}  ${title.padEnd(TITLE_WIDTH)}  ${words}`, ...more.map((line) => `${indent}${line}`)]
}

function describe(step: Step): readonly [string, string, ...string[]] {
  switch (step.step) {
    case 'stored':
      return ['app', `${step.bytes} bytes of WebAssembly are stored as ${step.location}`]
    case 'pushed':
      return ['app', `the image is ${step.reference}, with the digest`, step.digest]
    case 'registered':
      return ['app', `registered as ${step.app} (${gas(step.gas)})`]
    case 'offered':
      return ['order', `the app is for sale at ${formatRlc(step.price)} a run: ${step.order}`]
    case 'found':
      return [
        'order',
        `a run costs ${formatRlc(step.app + step.workerpool)}: ${formatRlc(step.app)} for the app, ${formatRlc(step.workerpool)} for the pool`,
        `with a trust of ${step.trust}: ${neededOf(step)} workers of this network reach it when they agree`,
      ]
    case 'bought':
      return ['deal', `${step.deal} (${gas(step.gas)})`, `its task is ${step.task}`]
    case 'happened':
      return [
        'task',
        `${step.who === undefined ? '' : `${step.who} `}${HAPPENINGS[step.what]} (block ${step.block}, ${gas(step.gas)})`,
      ]
    case 'troubled':
      return ['task', `${step.who} says: ${step.says}`]
    case 'downloaded':
      return ['result', `verified: its digest is the one that the workers agreed on`, step.digest, ...step.files]
    case 'paid':
      return ['paid', ...columns(step.changes)]
  }
}

function neededOf({ needed, workers }: { readonly needed: number; readonly workers: number }): string {
  return needed === workers ? `only all ${workers}` : `${needed} of the ${workers}`
}

function gas(amount: bigint): string {
  return `${amount.toLocaleString('en')} gas`
}

function columns(changes: readonly Change[]): readonly [string, ...string[]] {
  const width = Math.max(...changes.map(({ name }) => name.length))
  // In one unit, so that they can be added up by eye.
  const isLarge = changes.some(({ amount }) => amount !== 0n && formatRlc(amount).endsWith(' RLC'))
  const unit = isLarge ? 'RLC' : 'nRLC'
  const lines = changes.map(
    ({ name, amount }) => `${name.padEnd(width)}  ${amount > 0n ? '+' : ''}${formatIn(amount, unit)} ${unit}`,
  )
  const [first = 'nobody', ...more] = lines
  return [first, ...more]
}
