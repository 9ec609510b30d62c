// Tells the failures that come from the schemas of others.

/**
 * Whether a schema is gone that is another one than ours: kysely's migrator looks at the tables of all schemas, and fails when
 * somebody drops one meanwhile.
 *
 * @example
 * isOfOtherSchema(error, 'market_134') // true for: schema "market_1" does not exist
 */
export function isOfOtherSchema(error: unknown, schema: string): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { readonly code?: unknown }
  // A column, or an entry of the catalogue, is told without its schema; our own failure would come again at each try.
  if (code === '42703' || code === 'XX000') return true
  const isMissing = code === '3F000' || code === '42P01'
  return isMissing && ![`"${schema}"`, `"${schema}.`].some((name) => error.message.includes(name))
}
