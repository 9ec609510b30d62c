// The loader of programs of this machine, and of none.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readLoader } from './elf.ts'

test('a program that is linked dynamically names its loader', () => {
  const program = readFileSync(process.execPath)

  const loader = readLoader(program)

  expect(loader).toMatch(/^\/lib.*\/ld-(linux|musl).*\.so\.\d$/u)
})

test.each([[''], ['#!/bin/sh\n'], ['\u007fELF']])('%j is no program', (text) => {
  const loader = readLoader(Buffer.from(text))

  expect(loader).toBe('not-elf')
})

test('a program that is cut off, or lies about its headers, has no loader', () => {
  const program = Buffer.from(readFileSync(process.execPath).subarray(0, 64))
  const lying = Buffer.from(program)
  lying.writeBigUInt64LE(2n ** 63n, 32)

  expect(readLoader(program)).toBeUndefined()
  expect(readLoader(lying)).toBeUndefined()
})
