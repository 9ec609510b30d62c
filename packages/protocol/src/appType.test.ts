import { expect, test } from 'vitest'
import { findAppType } from './appType.ts'

test('a type means the same in capitals and in small letters', () => {
  expect(['DOCKER', 'docker', 'WASM', 'Wasm'].map(findAppType)).toEqual(['DOCKER', 'DOCKER', 'WASM', 'WASM'])
})

test.each(['', 'JAR', ' DOCKER', 'DOCKERS'])('nobody runs the type "%s"', (type) => {
  expect(findAppType(type)).toBeUndefined()
})
