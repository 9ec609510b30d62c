// Several orders in one command.
import type { OrderKind } from '@iexec/protocol'
import { IexecError } from '@iexec/sdk'
import { expect, test } from 'vitest'
import { CliError } from '../../cliError.ts'
import { openTerminal, type Format } from '../../terminal/terminal.ts'
import { attemptEach, outcomeOf, thenEach, type Item } from './attempt.ts'

const ITEMS: readonly Item[] = [{ kind: 'app' }, { kind: 'dataset' }, { kind: 'request' }]

async function butNotDatasets({ kind }: Item): Promise<Item> {
  if (kind === 'dataset') throw new IexecError('NotOwner', 'It is not yours.', { hints: ['Use another wallet.'] })
  return { kind }
}

function outcomeIn(format: Format, attempts: Awaited<ReturnType<typeof attemptEach>>): ReturnType<typeof outcomeOf> {
  const terminal = openTerminal({ format, isQuiet: false })
  return outcomeOf(attempts, { terminal }, { raw: ({ kind }) => ({ of: kind }), text: ({ kind }) => [`done: ${kind}`] })
}

test('one that fails does not lose the others, and is told with its reason in every form', async () => {
  const attempts = await attemptEach(ITEMS, butNotDatasets)

  const raw = { apporder: { of: 'app' }, requestorder: { of: 'request' } }
  expect(outcomeIn('raw', attempts)).toMatchObject({ raw, failures: ['datasetorder: It is not yours.'] })
  expect(outcomeIn('text', attempts)).toMatchObject({
    text: ['done: app', 'done: request'],
    failures: ['datasetorder: It is not yours.\n  Use another wallet.'],
  })
  expect(outcomeIn('json', attempts).json).toEqual({
    ...raw,
    errors: { datasetorder: { code: 'NotOwner', message: 'It is not yours.', hints: ['Use another wallet.'] } },
  })
})

test('what failed in one step is not tried in the next, and stays failed', async () => {
  const tried: OrderKind[] = []
  const first = await attemptEach(ITEMS, butNotDatasets)

  const second = await thenEach(first, async (item) => {
    tried.push(item.kind)
    return item
  })

  expect(tried).toEqual(['app', 'request'])
  expect(second).toEqual(first)
})

test('after Ctrl-C what was begun is told, and nothing else is begun', async () => {
  const interrupted = new AbortController()

  const { done, failed } = await attemptEach(
    ITEMS,
    async (item) => {
      interrupted.abort()
      return item
    },
    interrupted.signal,
  )

  expect(done).toEqual([{ kind: 'app' }])
  expect(failed).toMatchObject([
    { kind: 'dataset', refusal: { code: 'Interrupted' } },
    { kind: 'request', refusal: { code: 'Interrupted' } },
  ])
})

test('Ctrl-C at a question, and what is a bug of ours, end everything', async () => {
  const interrupted = new CliError('Interrupted', 'Operation aborted by user.')

  await expect(attemptEach(ITEMS, async () => Promise.reject(interrupted))).rejects.toBe(interrupted)
  await expect(attemptEach(ITEMS, async () => Promise.reject(new TypeError('oops')))).rejects.toThrow('oops')
})
