// The container engine of a network: loaded only where there is something to do with it.
import type * as Tools from '@iexec/runtime/engine'

/** An engine, as its own words are spoken to it. */
export type Docker = ReturnType<typeof Tools.connect>
/** A container of it. */
export type Container = ReturnType<Docker['getContainer']>

/** The way to an engine, with all tools for it. */
export type Engine = typeof Tools & { readonly docker: Docker }

/**
 * Opens the way to an engine. Nothing is asked of it.
 *
 * @param host in the words of DOCKER_HOST; undefined for the one of this machine
 * @throws TypeError when that is no address
 * @example
 * const { docker, ask } = await openEngine(undefined)
 * await ask(docker, 'say its version', docker.version())
 */
export async function openEngine(host: string | undefined): Promise<Engine> {
  const tools = await import('@iexec/runtime/engine')
  return { ...tools, docker: tools.connect(host === undefined ? {} : { host }) }
}

/**
 * Why no engine answers, in a sentence; undefined when one does.
 *
 * @example
 * await whyNoEngine('unix:///nowhere') // 'The Docker Engine at /nowhere …'
 */
export async function whyNoEngine(host: string | undefined): Promise<string | undefined> {
  return (await import('@iexec/runtime/engine')).whyNoEngine(host)
}
