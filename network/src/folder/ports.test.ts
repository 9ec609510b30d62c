// Each part of a network has a port of its own, and who has one already is named.
import { createServer, type AddressInfo } from 'node:net'
import process from 'node:process'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { findPort } from '../../test/findPort.ts'
import { MOST_WORKERS, PORT_BASES, portsOf, requireFreePorts } from './ports.ts'

test('no two parts share a port, and all ports exist', () => {
  const bases = fc.integer({ min: PORT_BASES.least, max: PORT_BASES.most })
  const numbers = fc.integer({ min: 1, max: MOST_WORKERS })

  fc.assert(
    fc.property(bases, numbers, (portBase, workers) => {
      const { workers: ofWorkers, ...others } = portsOf({ portBase, workers })
      const all = [...Object.values(others), ...ofWorkers]
      expect(new Set(all).size).toBe(7 + workers)
      expect(Math.max(...all)).toBeLessThanOrEqual(65_535)
      expect(Math.min(...all)).toBe(portBase)
    }),
  )
})

test('a port that is taken is named, with whose it would be, who has it, and what to do', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const who = process.platform === 'linux' ? `.+ \\(process ${process.pid}\\)` : 'another program.+'

  const asked = requireFreePorts({ ...portsOf({ portBase: await findPort(), workers: 0 }), market: port })

  await expect(asked).rejects.toThrow(
    new RegExp(`^Port ${port}, of the market, is taken by ${who}\\. Choose others with --port-base`, 'u'),
  )
})
