// Interfaces: what several entities have in common.
import { define, namesOf, type Entity, type Field } from '../entity.ts'

/** The common face of several entities of one table. */
export function face(name: string, members: readonly [Entity, ...Entity[]], common: readonly string[]): Entity {
  const all: Record<string, Field> = {}
  const kinds: Record<string, string> = {}
  for (const member of members) {
    Object.assign(all, member.fields)
    Object.assign(kinds, member.kinds)
  }
  const fields = Object.fromEntries(Object.entries(all).filter(([field]) => common.includes(field)))
  return define({ ...members[0], name, ...namesOf(name), kinds, fields, members: all, memberOf: undefined })
}
