// The house is what its package files say: every package is known to our checks, and every install is the same.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { houseRoot, listPackages } from './house.ts'

function read(path: string): string {
  return readFileSync(join(houseRoot, path), 'utf8')
}

test('our checks see every package of the workspace', () => {
  const globs = [...read('pnpm-workspace.yaml').matchAll(/^ {2}- (\S+)$/gmu)].map(([, glob]) => `${glob}/package.json`)
  const manifests = globSync(globs, { cwd: houseRoot }).toSorted()
  const rooms = listPackages(houseRoot).map(({ folder }) => `${folder}/package.json`)

  expect(globs).not.toEqual([])
  expect(rooms.toSorted()).toEqual(['./package.json', ...manifests])
})

test('every dependency is pinned exactly', () => {
  const loose = listPackages(houseRoot).flatMap(({ folder, dependencies }) =>
    Object.entries(dependencies)
      .filter(([, version]) => !/^(?:\d+\.\d+\.\d+(?:-[\w.]+)?|workspace:\*)$/u.test(version))
      .map(([name, version]) => `${folder}: ${name} ${version}`),
  )

  expect(loose).toEqual([])
})

test('engines are judged by the node that runs everything, not by the one that called pnpm', () => {
  const { devDependencies } = JSON.parse(read('package.json')) as {
    readonly devDependencies: { readonly node: string }
  }

  expect(/^nodeVersion: (\S+)$/mu.exec(read('pnpm-workspace.yaml'))?.[1]).toBe(devDependencies.node)
})

test('the lock file names packages, never addresses to download from', () => {
  expect(read('pnpm-lock.yaml')).not.toMatch(/tarball:|https?:\/\//u)
})
