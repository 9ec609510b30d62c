import { expect, test } from 'vitest'
import { tellAbsence } from './engine.ts'

const place = 'unix:///var/run/docker.sock'

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`connect ${code}`), { code })
}

test.each(['EACCES', 'EPERM'])('an engine that this user may not use is there all the same (%s)', (code) => {
  const finding = tellAbsence({ told: '', place, error: failure(code) })

  expect(finding.state).toBe('broken')
  expect(finding.says).toBe(`An engine is at ${place}, and this user may not use it (${code}).`)
})

test('where nobody said that there is one, none is no fault', () => {
  expect(tellAbsence({ told: '', place, error: failure('ENOENT') }).state).toBe('note')
  expect(tellAbsence({ told: place, place, error: failure('ENOENT') }).state).toBe('broken')
})
