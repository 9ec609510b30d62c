// What an app says, taken out of the engine's stream and bounded: an app that never stops talking costs no memory.
import { StringDecoder } from 'node:string_decoder'
import type { Log, LogChunk } from '../job.ts'

/** Takes what the engine sends, and keeps as much as is allowed. */
export type LogReader = {
  /** A piece of the engine's stream, cut anywhere. */
  readonly push: (bytes: Buffer) => void
  /** What was kept of each stream up to now. */
  readonly read: () => { readonly stdout: Log; readonly stderr: Log }
}

type Stream = LogChunk['stream']
/** Bytes before each frame: the stream's number, three zeros, the length. */
const HEADER = 8

/**
 * Reads the stream of an attached container without terminal: frames of stdout and stderr, each kept up to `logBytes`, which may
 * cut the last character. What comes after is dropped, never waited for.
 *
 * @param onLog gets each piece that is kept, in the order in which the engine sends them
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 *
 * @example
 * const logs = readLogs(1000)
 * stream.on('data', logs.push)
 */
export function readLogs(logBytes: number, onLog?: (chunk: LogChunk) => void): LogReader {
  const kept = { stdout: keep(logBytes), stderr: keep(logBytes) }
  let header = Buffer.alloc(0)
  let left = 0
  let stream: Stream = 'stdout'
  const take = (bytes: Buffer): void => {
    const text = kept[stream].add(bytes)
    if (text !== '') onLog?.({ stream, text })
  }
  return {
    push: (bytes) => {
      let rest = bytes
      while (rest.length > 0) {
        if (left > 0) {
          take(rest.subarray(0, left))
          const taken = Math.min(left, rest.length)
          left -= taken
          rest = rest.subarray(taken)
          continue
        }
        const missing = HEADER - header.length
        header = Buffer.concat([header, rest.subarray(0, missing)])
        rest = rest.subarray(missing)
        if (header.length < HEADER) return
        stream = header[0] === 2 ? 'stderr' : 'stdout'
        left = header.readUInt32BE(4)
        header = Buffer.alloc(0)
      }
    },
    read: () => ({ stdout: kept.stdout.read(), stderr: kept.stderr.read() }),
  }
}

type Kept = { readonly add: (bytes: Buffer) => string; readonly read: () => Log }

function keep(limit: number): Kept {
  const decoder = new StringDecoder('utf8')
  let room = limit
  let isCut = false
  let kept = ''
  return {
    add: (bytes) => {
      if (bytes.length > room) isCut = true
      if (room === 0) return ''
      const text = decoder.write(bytes.subarray(0, room))
      room -= Math.min(room, bytes.length)
      kept += text
      return text
    },
    read: () => ({ text: kept, isCut }),
  }
}
