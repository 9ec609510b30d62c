// Processes that must not outlive the one that started them.
import type { ChildProcess } from 'node:child_process'
import process from 'node:process'

const children = new Set<ChildProcess>()

/**
 * Ends a process as a power cut does when this one ends before it.
 *
 * @example
 * endWithUs(spawn('anvil'))
 */
export function endWithUs(child: ChildProcess): void {
  // One listener for all of them: node takes many for a leak.
  if (children.size === 0) process.once('exit', endAll)
  children.add(child)
  const forget = (): void => {
    children.delete(child)
    if (children.size === 0) process.off('exit', endAll)
  }
  child.once('exit', forget).once('error', () => {
    if (child.pid === undefined) forget()
  })
}

function endAll(): void {
  for (const child of children) child.kill('SIGKILL')
}
