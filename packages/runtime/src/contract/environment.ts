// The environment variables of an app: those of the specification, and no other.
import type { TaskFacts } from './describeRun.ts'

const NO_ADDRESS = '0x0000000000000000000000000000000000000000'

/**
 * The environment of an app.
 *
 * @param inputNames names of its inputs in `/iexec_in`, in the order of the request
 * @example
 * environmentOf(facts, [])['IEXEC_IN'] // '/iexec_in'
 */
export function environmentOf(facts: TaskFacts, inputNames: readonly string[]): Readonly<Record<string, string>> {
  const dataset = facts.dataset?.address.toLowerCase() ?? NO_ADDRESS
  return {
    IEXEC_DEAL_ID: facts.dealId,
    IEXEC_TASK_ID: facts.taskId,
    IEXEC_TASK_INDEX: String(facts.index),
    IEXEC_IN: '/iexec_in',
    IEXEC_OUT: '/iexec_out',
    IEXEC_BOT_SIZE: String(facts.botSize),
    IEXEC_BOT_FIRST_INDEX: String(facts.botFirst),
    IEXEC_BOT_TASK_INDEX: String(facts.index),
    IEXEC_DATASET_ADDRESS: dataset,
    IEXEC_DATASET_FILENAME: dataset,
    IEXEC_INPUT_FILES_NUMBER: String(inputNames.length),
    ...(inputNames.length === 0 ? {} : { IEXEC_INPUT_FILES_FOLDER: '/iexec_in' }),
    ...Object.fromEntries(inputNames.map((name, place) => [`IEXEC_INPUT_FILE_NAME_${place + 1}`, name])),
    ...bulkOf(facts),
    ...secretsOf(facts),
  }
}

/** Numbered from 1, as inputs are. */
function bulkOf({ bulk }: TaskFacts): Readonly<Record<string, string>> {
  if (bulk === undefined) return {}
  const names = bulk.map(
    ({ address }, place) => [`IEXEC_DATASET_${place + 1}_FILENAME`, address.toLowerCase()] as const,
  )
  return { IEXEC_BULK_SLICE_SIZE: String(bulk.length), ...Object.fromEntries(names) }
}

/** The secret of the app's owner has two names, an old one and one with a number. */
function secretsOf({ secrets = {} }: TaskFacts): Readonly<Record<string, string>> {
  const { app, requester = {} } = secrets
  const named = Object.entries(requester).map(
    ([position, secret]) => [`IEXEC_REQUESTER_SECRET_${position}`, secret] as const,
  )
  return {
    ...(app === undefined ? {} : { IEXEC_APP_DEVELOPER_SECRET: app, IEXEC_APP_DEVELOPER_SECRET_1: app }),
    ...Object.fromEntries(named),
  }
}
