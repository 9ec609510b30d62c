// Who may do what with the folders of a run.
import { chmod, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newFolders } from '../../test/runs.ts'
import { flattenFolders, openFolders } from './folders.ts'

const isRoot = process.getuid?.() === 0

async function modeOf(...path: readonly string[]): Promise<string> {
  return ((await stat(join(...path))).mode & 0o777).toString(8)
}

test('inputs are readable for everybody, outputs are there for the app alone', async () => {
  await using folders = await newFolders()
  const { input, output, legacy } = folders
  await mkdir(join(input, 'folder'), { mode: 0o700 })
  await writeFile(join(input, 'folder/file'), '', { mode: 0o600 })
  await mkdir(join(legacy, 'folder'))
  await writeFile(join(legacy, 'folder/file'), '', { mode: 0o600 })
  const user = isRoot ? '65534:65534' : `${process.getuid?.()}:${process.getgid?.()}`

  await openFolders(folders, user)

  expect([await modeOf(input, 'folder'), await modeOf(input, 'folder/file')]).toEqual(['755', '644'])
  expect([await modeOf(output), await modeOf(legacy), await modeOf(legacy, 'folder')]).toEqual(['700', '700', '700'])
  expect(await modeOf(legacy, 'folder/file')).toBe('644')
  const owners = await Promise.all(
    [output, join(legacy, 'folder'), join(legacy, 'folder/file')].map(async (path) => stat(path)),
  )
  const [uid] = user.split(':').map(Number)
  expect(owners.map((owner) => owner.uid)).toEqual([uid, uid, process.getuid?.()])
})

test('whoever may read an input may run it where its owner may, however careful this machine is with rights', async () => {
  await using folders = await newFolders()
  const script = join(folders.legacy, 'run.sh')
  await writeFile(script, '', { mode: 0o700 })

  await openFolders(folders, isRoot ? '65534:65534' : `${process.getuid?.()}:${process.getgid?.()}`)

  expect(await modeOf(script)).toBe('755')
})

test('what a link points to keeps its rights', async () => {
  await using folders = await newFolders()
  const { input, output } = folders
  const secret = join(input, '..', 'secret')
  await writeFile(secret, '', { mode: 0o600 })
  await symlink(secret, join(input, 'link'))
  await symlink(secret, join(output, 'link'))

  await openFolders(folders, isRoot ? '65534:65534' : `${process.getuid?.()}:${process.getgid?.()}`)

  expect(await modeOf(secret)).toBe('600')
})

test('paths that are long are made shorter until all can be removed', async () => {
  await using folders = await newFolders()
  const deep = Array.from({ length: 14 }, () => 'd'.repeat(250)).join('/')
  await mkdir(join(folders.output, deep), { recursive: true })
  await writeFile(join(folders.output, deep, 'file'), '')
  await chmod(folders.output, 0o700)

  await flattenFolders(folders)

  await expect(stat(join(folders.output, deep))).rejects.toThrow('ENOENT')
  await expect(rm(folders.output, { recursive: true })).resolves.toBeUndefined()
})
