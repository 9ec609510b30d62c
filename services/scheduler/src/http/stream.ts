// A task as it goes on: server-sent events with each of its states for everybody, and with its logs for who bought it.
import type { Context } from 'hono'
import { streamSSE, type SSEStreamingApi } from 'hono/streaming'
import type { HttpEnv } from '@iexec/service'
import type { Hex } from 'viem'
import { isFinal } from '../book/model.ts'
import type { ShownLogs } from './logs.ts'
import { findTask, showTask, type TaskSource } from './taskView.ts'
import type { Heard, Watchers } from './watchers.ts'

/** What a stream shows. */
export type StreamOptions = {
  readonly source: TaskSource
  readonly watchers: Watchers
  readonly id: Hex
  /** What was written before; undefined for who may not read it. */
  readonly logs: readonly ShownLogs[] | undefined
}

const HEARTBEAT_MS = 15_000
/** Who reads so slowly that this many pieces wait is cut off. */
const MOST_WAITING = 2_000

/** Streams until the task's end: events `task`, `log` and `end`. */
export function streamTask(context: Context<HttpEnv>, options: StreamOptions): Response {
  return streamSSE(context, async (stream) => {
    const queue = openQueue()
    const leave = options.watchers.watch(options.id, queue.put)
    stream.onAbort(() => {
      queue.put({ type: 'closed' })
    })
    try {
      for (const { walletAddress, stdout, stderr } of options.logs ?? []) {
        await sayLog(stream, { worker: walletAddress, stream: 'stdout', text: stdout })
        await sayLog(stream, { worker: walletAddress, stream: 'stderr', text: stderr })
      }
      if (leave !== undefined) await follow(stream, queue, options)
    } finally {
      leave?.()
    }
  })
}

async function follow(stream: SSEStreamingApi, queue: Queue, options: StreamOptions): Promise<void> {
  let shown = ''
  for (let heard: Heard | 'nothing' = { type: 'changed' }; !stream.aborted; heard = await queue.next(HEARTBEAT_MS)) {
    if (heard === 'nothing') {
      await stream.write(': still there\n\n')
      continue
    }
    if (heard.type === 'closed') return
    if (heard.type === 'logged') {
      if (options.logs !== undefined) await sayLog(stream, heard)
      continue
    }
    const task = await findTask(options.source, options.id)
    if (task === undefined) return
    const data = JSON.stringify(showTask(task))
    if (data !== shown) await stream.writeSSE({ event: 'task', data })
    shown = data
    if (!isFinal(task)) continue
    await stream.writeSSE({ event: 'end', data: JSON.stringify({ status: task.status }) })
    return
  }
}

async function sayLog(
  stream: SSEStreamingApi,
  { worker, stream: name, text }: { readonly worker: Hex; readonly stream: string; readonly text: string },
): Promise<void> {
  if (text === '') return
  await stream.writeSSE({ event: 'log', data: JSON.stringify({ walletAddress: worker, stream: name, text }) })
}

type Queue = { readonly put: (heard: Heard) => void; readonly next: (patienceMs: number) => Promise<Heard | 'nothing'> }

/** Changes of one moment are one. */
function openQueue(): Queue {
  const waiting: Heard[] = []
  let wake: (() => void) | undefined
  return {
    put: (heard) => {
      if (heard.type === 'changed' && waiting.at(-1)?.type === 'changed') return
      if (waiting.length >= MOST_WAITING) waiting.splice(0, waiting.length, { type: 'closed' })
      else waiting.push(heard)
      wake?.()
    },
    next: async (patienceMs) => {
      if (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, patienceMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      return waiting.shift() ?? 'nothing'
    },
  }
}
