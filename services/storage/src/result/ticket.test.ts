// Which tickets hold, on a real market.
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DealId } from '@iexec/protocol'
import type { Hex } from 'viem'
import { startResultScene, type ResultScene } from '../../test/resultScene.ts'
import { headerOf, makeTicket, putResult, type TicketWish } from '../../test/ticket.ts'
import { startTestApp } from '../testApp.ts'
import type { Hub } from './hub.ts'

let scene: ResultScene
beforeAll(async () => {
  scene = await startResultScene()
})
afterAll(async () => {
  await scene.stop()
})

describe('a ticket', () => {
  test.each<[string, number, Partial<TicketWish>]>([
    ['is not signed by its worker', 401, { signer: 'stranger' }],
    ['is not allowed by the pool', 403, { scheduler: 'stranger' }],
    ['has passed its time', 401, { validUntil: 1_000_000 }],
    ['is valid for years', 400, { validUntil: 4_000_000_000 }],
    ['is for a deal that is not there', 404, { deal: `0x${'22'.repeat(32)}` as DealId }],
    ['is for a task that the deal does not have', 404, { index: 50 }],
  ])('that %s is refused with %d before the body', async (_, status, wish) => {
    const { url, spool } = await scene.start()

    const answer = await scene.put(url, { index: 0, ...wish }, null)

    expect(answer.status).toBe(status)
    expect(await readdir(spool)).toEqual([])
  })

  test('that is wrong makes the storage ask the chain once, and again only for what was remembered', async () => {
    const { chain, hub, digest } = scene
    const asked: string[] = []
    const heard: Hub = {
      ...hub,
      contribution: async (task, worker) => {
        asked.push(task)
        return hub.contribution(task, worker)
      },
    }
    const { url } = await scene.start({ hub: heard })
    const deal = await scene.newDeal()
    const wrong = await makeTicket(chain, { deal, digest, scheduler: 'stranger' })

    const first = await putResult(url, wrong, undefined)
    const once = asked.length
    const second = await putResult(url, wrong, undefined)

    expect([first.status, second.status]).toEqual([403, 403])
    expect([once, asked.length]).toEqual([1, 3])
  })

  test('of another task than the address says is refused', async () => {
    const { url } = await scene.start()
    const ticket = await makeTicket(scene.chain, { deal: scene.deal, digest: scene.digest })

    const answer = await fetch(`${url}/results/0x${'33'.repeat(32)}`, { method: 'PUT', headers: headerOf(ticket) })

    expect(answer.status).toBe(400)
  })

  test.each([undefined, 'x', Buffer.from('{}').toString('base64url')])(
    'that is none is refused (%j)',
    async (header) => {
      const { url } = await scene.start()

      const answer = await fetch(`${url}/results/0x00`, {
        method: 'PUT',
        headers: header === undefined ? {} : { 'x-iexec-authorization': header },
      })

      expect(answer.status).toBe(400)
    },
  )

  test('of a pool that a contract owns is judged by that contract', async () => {
    const { url } = await scene.start()
    const index = scene.nextIndex()
    const owner = scene.chain.address('scheduler')
    const setCode = async (code: Hex): Promise<void> => {
      const request = scene.chain.market.owner.request as (call: object) => Promise<unknown>
      await request({ method: 'anvil_setCode', params: [owner, code] })
    }
    const before = await scene.put(url, { index, scheduler: 'stranger' })

    // It answers every question with the value that means yes.
    await setCode('0x631626ba7e60e01b60005260206000f3')
    const after = await scene.put(url, { index, scheduler: 'stranger' })
    await setCode('0x')

    expect([before.status, after.status]).toEqual([403, 201])
  })

  test('waits while no node answers, and the client is told so', async () => {
    const { url } = await startTestApp()

    const answer = await scene.put(url, { index: 0 })

    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('1')
  })
})
