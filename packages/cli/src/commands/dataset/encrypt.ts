// iexec dataset encrypt: files of any size, each under a key of its own.
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { encryptDatasetStream, generateDatasetKey } from '@iexec/sdk'
import type { Hex } from 'viem'
import { CliError } from '../../cliError.ts'
import type { Call, Command } from '../../command.ts'
import { exists, writeWhole } from '../../files/wholeFile.ts'
import { FORCE_OPTION } from '../../options.ts'
import { rows } from '../../rows.ts'
import { isSet, projectFolder } from '../../session.ts'
import { confirm } from '../../terminal/ask.ts'
import { DEFAULT_KEY, FOLDER_OPTIONS, foldersOf, type DatasetFolders } from './folders.ts'

export const encryptCommand: Command = {
  name: 'encrypt',
  summary: 'encrypt the files of datasets/original, each under a key of its own',
  description:
    'Encrypts the files of datasets/original (AES-256-CBC), each under a new key. What comes out is stored anywhere; the key goes into the vault, with iexec dataset push-secret.',
  options: [FORCE_OPTION, ...FOLDER_OPTIONS],
  examples: [{ line: 'iexec dataset encrypt', meaning: 'then store datasets/encrypted/… and deploy it' }],
  run: async (call) => {
    const folders = foldersOf(call)
    const names = await listFiles(folders.original)
    await requireRoom(call, folders, names)
    const files: EncryptedFile[] = []
    for (const name of names) {
      call.terminal.say(`Encrypting ${name} …`)
      files.push(await encryptFile(folders, name))
    }
    const last = files.at(-1)
    if (last !== undefined) await writeWhole(join(folders.keys, DEFAULT_KEY), last.secret, 0o600)
    return {
      raw: {
        encryptedDatasetFolderPath: folders.encrypted,
        secretPath: folders.keys,
        encryptedFiles: files.map(({ secret: _secret, ...file }) => file),
      },
      text: [
        ...files.flatMap(({ original, encrypted, key, checksum }) => [
          `Encrypted ${shown(original)}`,
          ...rows([
            ['file', shown(encrypted)],
            ['key', shown(key)],
            ['checksum', checksum],
          ]),
        ]),
        'Store the file, write where it is and its checksum into iexec.json, then: iexec dataset deploy',
        'Keep the keys, and out of version control: nobody else has them.',
      ],
    }
  },
}

type EncryptedFile = {
  readonly original: string
  readonly encrypted: string
  readonly key: string
  readonly checksum: Hex
  readonly secret: string
}

function shown(path: string): string {
  return relative(projectFolder(), path)
}

async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new CliError('MissingFile', `There is no folder ${folder}.`, {
      hints: ['iexec dataset init --encrypted makes it.'],
      cause,
    })
  })
  const [other] = entries.filter((entry) => !entry.isFile())
  if (other !== undefined) {
    throw new CliError('BadFile', `${join(folder, other.name)} is no file, and a dataset is one.`, {
      hints: ['Pack a folder into one file, with tar or zip.'],
    })
  }
  const taken = entries.find(({ name }) => `${name}.key`.toLowerCase() === DEFAULT_KEY)
  if (taken !== undefined) {
    throw new CliError('BadFile', `${join(folder, taken.name)} has the name that the key of the last file needs.`, {
      hints: ['Rename it, to weather.csv for instance.'],
    })
  }
  if (entries.length > 0) return entries.map(({ name }) => name).toSorted()
  throw new CliError('MissingFile', `There is nothing to encrypt in ${folder}.`, { hints: ['Put a file there.'] })
}

/** Whoever replaces a key that was used cannot decrypt any more what was encrypted under it. */
async function requireRoom(call: Call, folders: DatasetFolders, names: readonly string[]): Promise<void> {
  const used = []
  for (const name of names) if (await exists(keyPath(folders, name))) used.push(name)
  const facts = [
    ...(used.length > 0 ? [`There are keys of ${used.join(', ')} already.`] : []),
    ...((await isOnlyOne(folders)) ? [`${shown(join(folders.keys, DEFAULT_KEY))} is a key without a copy.`] : []),
  ]
  if (facts.length === 0) return
  await confirm(`${facts.join(' ')} Encrypt, and replace what is there for good?`, call.terminal, isSet(call, 'force'))
}

/** Whether the key for `push-secret` is no copy of another one: then nothing else has it. */
async function isOnlyOne({ keys }: DatasetFolders): Promise<boolean> {
  if (!(await exists(join(keys, DEFAULT_KEY)))) return false
  const last = await readFile(join(keys, DEFAULT_KEY), 'utf8')
  const others = (await readdir(keys)).filter((name) => name.endsWith('.key') && name !== DEFAULT_KEY)
  for (const name of others) if ((await readFile(join(keys, name), 'utf8')) === last) return false
  return true
}

function keyPath({ keys }: DatasetFolders, name: string): string {
  return join(keys, `${name}.key`)
}

/** The key is there before the file is: one without its key would be lost. */
async function encryptFile(folders: DatasetFolders, name: string): Promise<EncryptedFile> {
  const [original, encrypted, key] = [
    join(folders.original, name),
    join(folders.encrypted, `${name}.enc`),
    keyPath(folders, name),
  ]
  const secret = generateDatasetKey()
  const unfinished = unfinishedOf(encrypted)
  try {
    await mkdir(folders.encrypted, { recursive: true })
    const checksum = await writeEncrypted(original, unfinished, secret)
    await writeWhole(key, secret, 0o600)
    await rename(unfinished, encrypted)
    return { original, encrypted, key, checksum, secret }
  } catch (cause) {
    await rm(unfinished, { force: true })
    if (cause instanceof CliError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CliError('BadFile', `${name} could not be encrypted: ${why}.`, { cause })
  }
}

async function writeEncrypted(from: string, to: string, secret: string): Promise<Hex> {
  const hash = createHash('sha256')
  const plain = Readable.toWeb(createReadStream(from)) as ReadableStream<Uint8Array>
  const encrypted = plain.pipeThrough(encryptDatasetStream(secret))
  await pipeline(
    async function* hashed() {
      for await (const part of encrypted) {
        hash.update(part)
        yield part
      }
    },
    createWriteStream(to, { flags: 'wx' }),
  )
  return `0x${hash.digest('hex')}`
}

/** A name that nobody has: not another dataset, and not another call. */
function unfinishedOf(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.tmp`
}
