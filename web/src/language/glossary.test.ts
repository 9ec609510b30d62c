// One word for one thing, in every room of words: what English calls by one name is called by one name in the other languages, too.
import { expect, test } from 'vitest'
import { words as english } from './en/index.ts'
import { words as french } from './fr/index.ts'
import { words as chinese } from './zh/index.ts'

type Texts = { readonly [name: string]: string | Texts }
type Term = { readonly english: RegExp; readonly french: RegExp; readonly chinese: RegExp }

/** The words of the market. Where English has the one, the others have theirs. */
const TERMS: Readonly<Record<string, Term>> = {
  worker: { english: /\bworkers?\b/iu, french: /\bworkers?\b/iu, chinese: /工作者/u },
  workerpool: { english: /\bworkerpools?\b/iu, french: /\bworkerpools?\b/iu, chinese: /工作池/u },
  requester: { english: /\brequesters?\b/iu, french: /\bdemandeurs?\b/iu, chinese: /请求方/u },
  beneficiary: { english: /\bbeneficiar(?:y|ies)\b/iu, french: /\bbénéficiaires?\b/iu, chinese: /受益方/u },
  dataset: { english: /\bdatasets?\b/iu, french: /\bjeux? de données\b/iu, chinese: /数据集/u },
  enclave: { english: /\benclaves?\b/iu, french: /\benclaves?\b/iu, chinese: /可信执行环境/u },
  hash: { english: /\bhash(?:es)?\b/iu, french: /\bhash\b/iu, chinese: /哈希/u },
  digest: { english: /\bdigests?\b/iu, french: /\bempreintes?\b/iu, chinese: /摘要/u },
  gas: { english: /\bgas\b/iu, french: /\bgas\b/iu, chinese: /Gas/u },
  wallet: { english: /\bwallets?\b/iu, french: /\bportefeuilles?\b/iu, chinese: /钱包/u },
  category: { english: /\bcategor(?:y|ies)\b/iu, french: /\bcatégories?\b/iu, chinese: /类别/u },
  transaction: { english: /\btransactions?\b/iu, french: /\btransactions?\b/iu, chinese: /事务/u },
  deal: { english: /\bdeals?\b/iu, french: /\bdeals?\b/iu, chinese: /交易/u },
  sealed: { english: /\bsealed\b/iu, french: /scellée?s?/iu, chinese: /密封/u },
}

/** Words that stand for a thing which has another name here. */
const REFUSED = {
  french: /\bgaz\b|\bgage\b|\bpools?\b|\bplacer un ordre|\brempli[es]?$/iu,
  chinese: /工作节点|请求者|受益人|安全区|封存|可信度|保证金|押金|链上交易|燃料/u,
}

/** Each text by its place, without its gaps. */
function textsOf(texts: Texts, place = ''): readonly (readonly [string, string])[] {
  return Object.entries(texts).flatMap(([name, text]) =>
    typeof text === 'string'
      ? [[place + name, text.replaceAll(/\{\{\w+\}\}/gu, '…')] as const]
      : textsOf(text, `${place}${name}.`),
  )
}

test.each(Object.entries(TERMS))('%s has one name in each language', (_, term) => {
  const said = { french: new Map(textsOf(french)), chinese: new Map(textsOf(chinese)) }
  const places = textsOf(english).filter(([, text]) => term.english.test(text))

  const strays = places.flatMap(([place]) =>
    (['french', 'chinese'] as const).flatMap((language) => {
      const text = said[language].get(place) ?? ''
      return term[language].test(text) ? [] : [`${place}: ${text}`]
    }),
  )
  expect(strays).toEqual([])
})

test.each([
  ['French', french, REFUSED.french],
  ['Chinese', chinese, REFUSED.chinese],
] as const)('%s has no second names', (_, words, refused) => {
  expect(textsOf(words).filter(([, text]) => refused.test(text))).toEqual([])
})
