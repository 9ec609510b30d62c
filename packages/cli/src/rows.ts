// Lines of names and values, one under the other.

/**
 * Names and values as aligned, indented lines. A value that is undefined is left out.
 *
 * @example
 * rows([['name', 'blender'], ['price', '1 RLC']]) // ['  name   blender', '  price  1 RLC']
 */
export function rows(pairs: readonly (readonly [name: string, value: string | undefined])[]): readonly string[] {
  const shown = pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  const width = Math.max(0, ...shown.map(([name]) => name.length))
  return shown.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)
}
