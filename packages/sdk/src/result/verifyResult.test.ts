// Results of enclaves: whether an archive may be encrypted is said by its deal, not by what is in it.
import type { TaskId } from '@iexec/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startScene, type Scene } from '../../test/scene.ts'
import { zipOf } from '../../test/storage.ts'
import { finishTask } from '../../test/worker.ts'
import type { Iexec } from '../createIexec.ts'
import { readZip } from './readZip.ts'
import { findDigests } from './resultDigest.ts'

const plain = zipOf({ 'result.txt': 'good' })
const withKey = zipOf({ 'aes-key.rsa': 'x', 'iexec_out.zip.aes': 'y' })

let scene: Scene
let reader: Iexec
beforeAll(async () => {
  scene = await startScene()
  reader = await scene.user('requester')
})
afterAll(async () => scene.stop())

/** A task of an enclave on whose plain result the workers agreed. */
async function completeInEnclave(params: { readonly iexec_result_encryption?: boolean }): Promise<TaskId> {
  const deal = await scene.makeDeal({ volume: 1n, trust: 1n, tag: 'tee,scone', params })
  const digest = findDigests(readZip(plain), false)[0]?.digest ?? '0x'
  const link = '{ "storage": "ipfs", "location": "/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ" }'
  const [worker, scheduler, enclave] = await Promise.all([
    scene.user('worker1'),
    scene.user('scheduler'),
    scene.user('worker3'),
  ])
  return finishTask({ worker, scheduler }, { deal, index: 0n, digest, link, enclave })
}

test('an encrypted result of a deal that asked for encryption is said to be that, and verified when it is decrypted', async () => {
  const task = await completeInEnclave({ iexec_result_encryption: true })

  await expect(reader.results.verify(task, withKey)).rejects.toMatchObject({
    code: 'ResultEncrypted',
    message: expect.stringContaining('cannot be checked before it is decrypted'),
  })
  expect(await reader.results.verify(task, plain)).toMatchObject({ covers: ['result.txt'] })
})

test('a key beside other files does not make a result of a deal that asked for none an encrypted one', async () => {
  const task = await completeInEnclave({})

  await expect(reader.results.verify(task, withKey)).rejects.toMatchObject({ code: 'ResultMismatch' })
  expect(await reader.results.verify(task, plain)).toMatchObject({ covers: ['result.txt'] })
})
