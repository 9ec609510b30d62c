// A process that leads until it is killed, and says its role on each line: for tests that kill it.
import { holdFile, whileLeading } from '../src/lead/leader.ts'
import { whenAborted } from '../src/lead/session.ts'
import type { DatabaseLocation } from '../src/db/database.ts'

const location = JSON.parse(process.argv[2] ?? '') as DatabaseLocation
const ending = new AbortController()
process.once('SIGTERM', () => {
  ending.abort()
})
const onRole = (role: string): void => {
  console.log(role)
}

try {
  holdFile(location)
  await whileLeading({ location, signal: ending.signal, onRole }, async (signal) => {
    const work = setInterval(() => undefined, 1_000)
    await whenAborted(signal)
    clearInterval(work)
  })
} catch (error) {
  console.log(error instanceof Error ? error.message : error)
}
