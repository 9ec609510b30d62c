// The shape of all words: English says which there are, the other languages have the same.
import type { words as english } from './en/index.ts'

/** The same names, other texts. Chinese has one plural, so what is not said in the singular may stay away. */
type Same<Texts> = { readonly [Name in keyof Texts]: Texts[Name] extends string ? string : Same<Texts[Name]> }

/** What a language has to say. */
export type Words = Same<typeof english>

declare module 'i18next' {
  // The library's own way to tell it which texts there are; a type could not be merged into it.
  // eslint-disable-next-line typescript/consistent-type-definitions
  interface CustomTypeOptions {
    readonly defaultNS: 'site'
    readonly resources: typeof english
  }
}
