// JSON with the lines of its values, so that a fault can name its line.
import { findNodeAtLocation, parseTree, type Node, type ParseError } from 'jsonc-parser'

/** A fault of a file: one sentence, with the line of what it is about where that is known. */
export type FileFault = { readonly file: string; readonly line: number | undefined; readonly sentence: string }

/** A JSON document that was read. */
export type JsonFile =
  | { readonly ok: true; readonly value: unknown; readonly lineOf: (path: readonly (string | number)[]) => number }
  | { readonly ok: false; readonly line: number; readonly sentence: string }

/**
 * Reads JSON. Comments and commas behind the last value are none.
 *
 * @example
 * const file = readJson('{\n  "app": 7\n}')
 * if (file.ok) file.lineOf(['app']) // 2
 */
export function readJson(content: string): JsonFile {
  const errors: ParseError[] = []
  const tree = parseTree(content, errors, { disallowComments: true })
  const [first] = errors
  const lineAt = (offset: number): number => content.slice(0, offset).split('\n').length
  try {
    const value: unknown = JSON.parse(content)
    return { ok: true, value, lineOf: (path) => lineAt(nearest(tree, path)?.offset ?? 0) }
  } catch {
    return { ok: false, line: lineAt(first?.offset ?? content.length), sentence: 'This is no JSON from here on.' }
  }
}

/** What is missing has no line: then that of what it is missing in. */
function nearest(tree: Node | undefined, path: readonly (string | number)[]): Node | undefined {
  if (tree === undefined) return undefined
  const found = findNodeAtLocation(tree, [...path])
  if (found !== undefined) return found.parent?.type === 'property' ? found.parent : found
  return path.length === 0 ? tree : nearest(tree, path.slice(0, -1))
}
