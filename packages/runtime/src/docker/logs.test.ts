// The engine's stream comes in any pieces; what is kept depends on none of them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogChunk } from '../job.ts'
import { readLogs } from './logs.ts'

function frame(stream: 1 | 2, text: string): Buffer {
  const content = Buffer.from(text)
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(content.length, 4)
  return Buffer.concat([header, content])
}

test('both streams are told apart, however the bytes are cut', () => {
  const frames = fc.array(fc.record({ stream: fc.constantFrom(1, 2), text: fc.string({ unit: 'grapheme' }) }))
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })

  fc.assert(
    fc.property(frames, cuts, (said, sizes) => {
      const bytes = Buffer.concat(said.map(({ stream, text }) => frame(stream, text)))
      const heard: LogChunk[] = []
      const logs = readLogs(1e6, (chunk) => heard.push(chunk))

      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1
        logs.push(bytes.subarray(at, at + size))
        at += size
      }

      const join = (number: number): string =>
        said.flatMap(({ stream, text }) => (stream === number ? [text] : [])).join('')
      expect(logs.read()).toEqual({
        stdout: { text: join(1), isCut: false },
        stderr: { text: join(2), isCut: false },
      })
      expect(heard.flatMap(({ stream, text }) => (stream === 'stderr' ? [text] : [])).join('')).toBe(join(2))
    }),
  )
})

test('each stream is kept up to its limit, and only what exceeds it is said to be cut', () => {
  const logs = readLogs(4)

  logs.push(frame(1, '1234'))
  logs.push(frame(2, '12345'))
  logs.push(frame(2, '6'))

  expect(logs.read()).toEqual({ stdout: { text: '1234', isCut: false }, stderr: { text: '1234', isCut: true } })
})

test('what comes after the limit is not heard either', () => {
  const heard: LogChunk[] = []
  const logs = readLogs(3, (chunk) => heard.push(chunk))

  logs.push(frame(1, 'ab'))
  logs.push(frame(1, 'cd'))
  logs.push(frame(1, 'ef'))

  expect(heard).toEqual([
    { stream: 'stdout', text: 'ab' },
    { stream: 'stdout', text: 'c' },
  ])
})

test('a character that the limit cuts is left out', () => {
  const logs = readLogs(3)

  logs.push(frame(1, 'aé€'))

  expect(logs.read().stdout).toEqual({ text: 'aé', isCut: true })
})
