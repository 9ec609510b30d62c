// Whoever speaks in turns loses no word and keeps the order.
import { expect, test } from 'vitest'
import { takeTurns } from './takeTurns.ts'

test('what is held is said when the others have spoken, in its order, and then everything at once', () => {
  const said: string[] = []
  const { say, hold, goOn } = takeTurns((_, sentence) => {
    said.push(sentence)
  })

  say('image', 'one')
  hold()
  say('image', 'two')
  say('image', 'three')
  const whileHeld = [...said]
  goOn()
  say('image', 'four')

  expect(whileHeld).toEqual(['one'])
  expect(said).toEqual(['one', 'two', 'three', 'four'])
})
