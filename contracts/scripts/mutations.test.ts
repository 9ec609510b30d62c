// The mutation check stays about the code that is there.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mutate, mutations } from './mutations.ts'

describe('the mutations of the contracts', () => {
  test.each(mutations)('$name: the line is in the source exactly once, and is changed', (mutation) => {
    const source = readFileSync(join(import.meta.dirname, '..', mutation.file), 'utf8')

    expect(mutate(source, mutation)).not.toBe(source)
  })

  test('a line that is not there is refused', () => {
    const gone = { name: 'gone', file: 'src/x.sol', from: 'return 1;', to: 'return 2;' }

    expect(() => mutate('return 3;', gone)).toThrow('occurs 0 times')
  })
})
