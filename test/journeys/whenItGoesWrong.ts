// When it goes wrong for whoever buys: what he is told, and what becomes of his money. It moves the clock of the chain: nobody comes behind.
import type { ShownDeal } from '@iexec/sdk'
import type { Address, Hex } from 'viem'
import { beforeAll, describe, expect, test } from 'vitest'
import { BAD_APPS } from '../work/badApps.ts'
import { theNetwork } from './ground.ts'
import type { Home, UsersNetwork } from './network.ts'
import { find, ID, typeLine } from './typing.ts'

/** Wrong in less than one of eight cases: all three new workers have to agree. */
const TRUST = '--trust 8'

describe('when it goes wrong', () => {
  let network: UsersNetwork
  let requester: Home
  let broken: Address
  beforeAll(async () => {
    network = theNetwork()
    requester = network.openHome()
    await requester.settle()
    const careless = network.openHome()
    await careless.settle()
    careless.write('app.wasm', await BAD_APPS.quitter())
    careless.write('iexec.json', {
      app: { name: 'broken', type: 'WASM', multiaddr: 'app.wasm', price: '0.1 RLC' },
    })
    broken = String((await careless.raw(['app', 'deploy']))['address']) as Address
  })

  // runs: iexec task debug 0x…
  // runs: iexec task logs 0x…
  test('an app that ends badly is told with its cause, what it wrote, and that it was paid', async () => {
    const call = requester.line(`iexec app run ${broken} ${TRUST} --yes`)
    await call.sees('The workers agreed: the app ended with another exit code than 0.')
    await call.sees('A worker says: The app exited with 1.')
    expect(await call.ended).toBe(1)
    const task = find(call.screen(), 'task', ID)

    const debugged = await typeLine(requester, `iexec task debug ${task}`)
    const logs = await typeLine(requester, `iexec task logs ${task}`)

    expect(debugged).toMatch(/money +0\.11 RLC was paid: app 0\.1 RLC, workerpool 0\.01 RLC/u)
    expect(debugged).toContain('APP_EXITED: The app exited with 1.')
    expect(logs.match(/I give up/gu)).toHaveLength(3)
  })

  test('a run that is not finished in time is paid back by itself, and one command tells where the money is', async () => {
    // A contract is never told of a failure: so nobody votes.
    const callback = network.facts.workerpool
    const bought = await typeLine(requester, `iexec app run ${broken} ${TRUST} --callback ${callback} --yes --detach`)
    const [deal, task] = [find(bought, 'deal', ID), find(bought, 'task', ID)]
    const follow = requester.line(`iexec task logs ${task} --deal ${deal} --follow`)
    await follow.sees(/stdout +I give up/u)
    const shown = requester.line(`iexec task show ${task} --deal ${deal} --watch`)
    await shown.sees(/[34] workers have nothing to vote for: The app exited with 1\./u)
    const held = await typeLine(requester, 'iexec account show')

    await mineAt(network, (await (await requester.sdk()).deals.show(deal as Hex)).finalDeadline)
    const watched = requester.line(`iexec deal show ${deal} --watch`)

    expect(await watched.ended).toBe(1)
    expect(watched.screen()).toContain(`deal ${deal} ended without a result`)
    await follow.ended
    await shown.ended
    expect(held).toMatch(/locked +0\.11 RLC/u)
    expect(await typeLine(requester, `iexec deal show ${deal}`)).toMatch(/money +0\.11 RLC went back to 0x/u)
    expect(await typeLine(requester, 'iexec account show')).toMatch(/free +0\.11 RLC\s+locked +0 RLC/u)
    expect(await typeLine(requester, 'iexec account history')).toMatch(/Unlock +0\.11 RLC.+Deposit +0\.11 RLC/su)
  })
})

/** Nobody waits here until the deadline of a deal: the chain of a network takes blocks of any later time. */
async function mineAt({ facts }: UsersNetwork, timestamp: ShownDeal['finalDeadline']): Promise<void> {
  const request = { jsonrpc: '2.0', id: 1, method: 'evm_mine', params: [{ timestamp: Number(timestamp) }] }
  const headers = { 'content-type': 'application/json' }
  await fetch(facts.rpcUrl, { method: 'POST', headers, body: JSON.stringify(request) })
}
