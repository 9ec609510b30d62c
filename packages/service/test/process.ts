// A service as a process of its own, as an operator runs it.
import { spawn } from 'node:child_process'

/** A service that may not listen yet. */
export type StartedProcess = {
  readonly pid: number
  /** Everything that it said. */
  readonly said: () => string
  /** Where it listens; rejects with what it said when it ended before. */
  readonly listening: Promise<string>
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>
  /** Ends it as an operator does, and returns its exit code. */
  readonly stop: () => Promise<number | null>
  /** Ends it as a power cut does. */
  readonly kill: () => Promise<void>
}

/**
 * Starts the main file of a service with exactly these settings. It ends with the test process, whatever happens.
 *
 * @param main the path of its `main.ts`
 * @param env variables beside those of this process
 * @example
 * const keeper = spawnService(MAIN, ['--port', '0', '--rpc', url, '--hub', hub])
 * const url = await keeper.listening
 */
export function spawnService(
  main: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): StartedProcess {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: 'pipe',
    env: { ...process.env, INIT_CWD: undefined, ...env },
  })
  const end = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', end)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  promise.catch(() => undefined)
  let said = ''
  const hear = (text: string): void => {
    said += text
    const url = /listens on (\S+)/u.exec(said)?.[1]
    if (url !== undefined) resolve(url)
  }
  child.stdout.setEncoding('utf8').on('data', hear)
  child.stderr.setEncoding('utf8').on('data', hear)
  // Unlike `exit`, it comes after the last word.
  const ended = new Promise<number | null>((settle) => {
    child.once('close', (code) => {
      process.off('exit', end)
      settle(code)
      reject(new Error(`The service ended (${code}) before it listened:\n${said}`))
    })
  })
  return {
    pid: child.pid ?? 0,
    said: () => said,
    listening: promise,
    ended,
    stop: async () => {
      child.kill('SIGTERM')
      return ended
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Asks until the answer is right; the test's own timeout bounds it. */
export async function until<Answer>(ask: () => Promise<Answer>, isRight: (answer: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const answer = await ask().catch(() => undefined)
    if (answer !== undefined && isRight(answer)) return answer
    await new Promise((resolve) => {
      setTimeout(resolve, 10)
    })
  }
}
