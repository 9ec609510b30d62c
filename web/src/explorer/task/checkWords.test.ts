import { expect, test } from 'vitest'
import { words } from '../../language/fr/index.ts'
import { createSay } from '../../language/say.ts'
import { countVerdicts, sayCheck, sayWhy, type CheckWords } from './checkWords.ts'

const french: CheckWords = { t: createSay(words.task, 'fr'), tExplorer: createSay(words.explorer, 'fr') }

test.each([
  ['orders', 'hash of the app order', "Hash de l'ordre d'application"],
  ['votes', `hash of the vote of 0x${'1'.repeat(40)}`, 'Hash du vote de 0x1111…1111'],
  ['orders', 'what the orders ask of each other', 'Ce que les ordres exigent les uns des autres'],
  ['deal', 'owner of the workerpool', 'Propriétaire du workerpool'],
  ['votes', `authorization of 0x${'1'.repeat(40)}`, 'Autorisation de 0x1111…1111'],
  ['votes', `signature of the enclave of 0x${'1'.repeat(40)}`, "Signature de l'enclave de 0x1111…1111"],
  ['votes', 'what the hub keeps of them', 'Ce que le hub en garde'],
  ['votes', 'something that is new', 'something that is new'],
] as const)('of %s, "%s" is said in the language of the page', (...[step, what, said]) => {
  expect(sayCheck({ step, what }, french)).toBe(said)
})

test('events are called as everywhere on the site, and an agreement says its weights', () => {
  const event = sayCheck({ step: 'payments', what: 'Reward in block 26' }, french)
  const agreement = {
    step: 'agreement',
    what: 'TaskConsensus in block 9: 8 of 11 parts agree, for a trust of 3',
  } as const

  expect(event).toMatch(/, bloc 26$/u)
  expect(sayCheck(agreement, french)).toMatch(/, bloc 9 : 8 parts sur 11 sont d'accord, pour une confiance de 3$/u)
})

test('why a value cannot be computed is said in the language of the page', () => {
  const group = `0x${'1'.repeat(40)} is a contract: no event tells whether it knew 0x${'2'.repeat(40)} then (ERC-734)`
  const whys = ['nobody revealed the digest behind it', 'there is none: the app failed', group, 'HTTP 500']

  expect(whys.map((why) => sayWhy(why, french.t))).toEqual([
    'Personne n’a révélé l’empreinte qui est derrière.',
    'Il n’y a pas de résultat : les workers se sont accordés là-dessus.',
    '0x1111…1111 est un contrat : aucun événement ne dit s’il connaissait alors 0x2222…2222 (ERC-734).',
    undefined,
  ])
})

test('every reason that the SDK gives has words', () => {
  const sources = Object.values(
    import.meta.glob<string>('../../../../packages/sdk/src/verify/check*.ts', {
      query: '?raw',
      import: 'default',
      eager: true,
    }),
  )
  const whys = sources.flatMap((source) =>
    [
      ...source.matchAll(/open\([^[]*\[[^,]+, '([^']+)'\]\)/gu),
      ...source.matchAll(/const (?:why|[A-Z_]+) = '([^']+)'/gu),
    ].map(([, why = '']) => why),
  )

  expect(whys.length).toBeGreaterThan(7)
  expect(whys.filter((why) => sayWhy(why, french.t) === undefined)).toEqual([])
})

test('verdicts are counted', () => {
  const checks = (['same', 'same', 'open'] as const).map((verdict) => ({ verdict }))

  expect(countVerdicts(checks)).toEqual({ same: 2, different: 0, open: 1 })
})
