// The shape of all words: English says which there are and what they leave open, the other languages have the same.
import type { words as english } from './en/index.ts'

/** The same names, other texts. */
type Same<T> = { readonly [Name in keyof T]: T[Name] extends string ? string : Same<T[Name]> }

/** What a language has to say. */
export type Words = Same<typeof english>

/** A part of the words, which is fetched as a whole. */
export type Room = keyof Words

/** Words of any room. */
export type Texts = { readonly [name: string]: string | Texts }

/** What is filled in, by the name of its gap. */
export type Values = Readonly<Record<string, string | number>>

/** The name under which all plurals of a text are said. */
type Bare<Name extends string> = Name extends `${infer Start}_one`
  ? Start
  : Name extends `${infer Start}_other`
    ? Start
    : Name

type KeyIn<T> = {
  [Name in keyof T & string]: T[Name] extends string ? Bare<Name> : `${Name}.${KeyIn<T[Name]>}`
}[keyof T & string]

/** The texts of a room, by the names on the way to them. */
export type Key<R extends Room> = KeyIn<(typeof english)[R]>

type GapIn<Text> = Text extends `${string}{{${infer Name}}}${infer Rest}` ? Name | GapIn<Rest> : never

type GapOf<T, K extends string> = K extends keyof T
  ? GapIn<T[K]>
  : K extends `${infer Head}.${infer Rest}`
    ? Head extends keyof T
      ? GapOf<T[Head], Rest>
      : never
    : 'count' | GapIn<T[`${K}_${'one' | 'other'}` & keyof T]>

type Filled<Gap extends string> = [Gap] extends [never]
  ? []
  : [values: { readonly [Name in Gap]: Name extends 'count' ? number : string | number }]

/**
 * Says a text of a room, with its gaps filled. A text with plurals needs a `count`, which chooses between them.
 *
 * @example
 * t('filtersSet', { count: 2 }) // 'Filters (2 set)'
 */
export type Translate<R extends Room = 'site'> = <K extends Key<R>>(
  key: K,
  ...values: Filled<GapOf<(typeof english)[R], K>>
) => string
