// A gateway of IPFS for tests: a real HTTP server on this machine that serves the files it is given, or misbehaves as it is told.
import { createHash } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A file, or what the server does instead of sending one. */
export type TestAnswer = string | ((response: ServerResponse) => void)

/** A gateway that runs. */
export type TestGateway = {
  readonly url: string
  /** Keeps content under its true identifier, and says which. */
  readonly add: (content: string) => string
  /** Answers an identifier with this, whatever its hash says. */
  readonly set: (cid: string, answer: TestAnswer) => void
  /** Every path that was asked for, in order. */
  readonly asked: readonly string[]
}

/** Starts a gateway that is gone when the test has finished. What it does not have is 404. */
export async function startTestGateway(): Promise<TestGateway> {
  const files = new Map<string, TestAnswer>()
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const answer = files.get(path.slice('/ipfs/'.length))
    if (answer === undefined) response.writeHead(404).end('not here')
    else if (typeof answer === 'string') response.end(answer)
    else answer(response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => {
      server.close(resolve)
    })
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (content) => {
      const cid = cidOf(content)
      files.set(cid, content)
      return cid
    },
    set: (cid, answer) => files.set(cid, answer),
    asked,
  }
}

/** The identifier of content as one raw block: version 1, sha2-256, in hex. */
export function cidOf(content: string): string {
  return `f01551220${createHash('sha256').update(content).digest('hex')}`
}

/** A dataset order as it stands in a slice. */
export function sliceOrder(dataset: string, fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const nobody = `0x${'0'.repeat(40)}`
  const terms = {
    datasetprice: '0',
    volume: '9007199254740991',
    tag: `0x${'0'.repeat(64)}`,
    salt: `0x${'5'.repeat(64)}`,
  }
  const restrictions = { apprestrict: nobody, workerpoolrestrict: nobody, requesterrestrict: nobody }
  return { dataset, ...terms, ...restrictions, sign: '0xABCD', ...fields }
}
