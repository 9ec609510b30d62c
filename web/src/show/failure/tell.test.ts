// Every failure is told in the language of the page, with its values; only what has no words of ours stays English.
import { ERROR_CODES, IexecError, type ErrorCode } from '@iexec/sdk'
import { expect, test } from 'vitest'
import { words as english } from '../../language/en/index.ts'
import { words as french } from '../../language/fr/index.ts'
import { words as chinese } from '../../language/zh/index.ts'
import { createSay } from '../../language/say.ts'
import { MarketFault } from '../../read/ask.ts'
import { Fault } from '../../read/fault.ts'
import { isInWords, tellFailure } from './tell.ts'

const WORDS = { en: english, fr: french, zh: chinese }

/** All that a page shows of a failure. */
function say(error: unknown, language: keyof typeof WORDS): readonly string[] {
  const { headline, reasons, advice, english: own } = tellFailure(error)
  const t = createSay(WORDS[language].failures, language)
  return [
    t(`say.${headline.name}`, headline.values),
    ...reasons.map(({ name, values }) => t(`reason.${name}`, values)),
    ...(advice === undefined ? [] : [t(`do.${advice}`)]),
    ...own,
  ]
}

const failed = (code: ErrorCode, details: Readonly<Record<string, unknown>> = {}): IexecError =>
  new IexecError(code, 'Its own words.', { hints: ['Its own hint.'], details })

const FAILURES = [
  [
    'a signature that was refused',
    failed('RejectedByUser'),
    ['Vous avez refusé dans le portefeuille ; rien n’a été envoyé.'],
  ],
  [
    'a wallet that refuses to connect, which throws no Error',
    { code: 4001, message: 'User rejected the request.' },
    ['Vous avez refusé dans le portefeuille ; rien n’a été envoyé.'],
  ],
  [
    'a wallet of another chain',
    failed('WrongChain', { wanted: 134, actual: 1 }),
    [
      'Le portefeuille est sur la chaîne 1, et ceci est pour la chaîne 134.',
      'Changez de chaîne dans le portefeuille, puis réessayez.',
    ],
  ],
  [
    'too few coins, in the words of a wallet',
    new IexecError('ChainUnreachable', 'The chain does not answer: insufficient funds for gas * price + value'),
    [
      'Le portefeuille a trop peu de jetons de la chaîne pour payer le gas.',
      'Apportez d’abord des jetons de la chaîne au portefeuille.',
    ],
  ],
  [
    'a run that costs more than there is',
    failed('InsufficientFunds', { needed: 2_000_000_000n, available: 500n }),
    ['Le coût est de 2 RLC, et le compte a 500 nRLC sur le marché.', 'Déposez d’abord des RLC sur le marché.'],
  ],
  [
    'more than can be withdrawn',
    failed('InsufficientFunds', { asked: 3_000_000_000n, available: 1_000_000_000n, locked: 0n }),
    [
      'Impossible de retirer 3 RLC : 1 RLC sont libres, 0 RLC sont bloqués par des deals et des tâches.',
      'Choisissez un montant plus petit.',
    ],
  ],
  [
    'a price above what was shown, as the market tells it',
    failed('NoMatch', {
      mismatches: [],
      missing: [{ changes: [{ reason: 'TotalPriceTooHigh', wanted: 1_000_000_000, needed: 2_000_000_000 }] }],
    }),
    [
      'Aucun ordre du marché ne convient en ce moment.',
      'Une tâche coûte 2 RLC en tout, et le maximum payé serait de 1 RLC.',
    ],
  ],
  [
    'an app that nobody sells, as the market tells it',
    failed('NoMatch', {
      mismatches: [],
      missing: [{ changes: [{ reason: 'NoAppOrder', wanted: '0x12', needed: null }] }],
    }),
    ['Aucun ordre du marché ne convient en ce moment.', 'Personne ne vend cette application en ce moment.'],
  ],
  [
    'orders that others took',
    failed('OrdersMismatch', { mismatches: [{ reason: 'NothingLeftToMatch', app: 0n, request: 1n }] }),
    [
      'Ces ordres ne peuvent pas former un deal.',
      'Il ne reste rien de l’un des ordres : il a été exécuté ou fermé entre-temps.',
    ],
  ],
  [
    'a contract that refuses',
    failed('Refused', { name: 'FinalDeadlineNotReached', args: { time: 1n, deadline: 2n } }),
    ['Les contrats refusent : rien n’a été acheté ni déplacé.', 'C’est trop tôt : l’échéance n’est pas passée.'],
  ],
  [
    'a transaction of which nobody knows',
    failed('NotMined', { txHash: '0x12' }),
    [
      'La transaction est envoyée, et l’on ne sait pas encore ce qu’elle est devenue.',
      'Regardez dans le portefeuille ce qu’elle est devenue avant de recommencer.',
    ],
  ],
  [
    'a market that is down',
    new MarketFault(0, 'The market at https://market.example does not answer.', { host: 'market.example' }),
    [
      'Le marché à market.example ne répond pas.',
      'Réessayez dans un instant ; si cela persiste, prévenez qui en est responsable.',
    ],
  ],
  [
    'a node that is down',
    new Fault('ChainUnreachable', 'It does not answer.', { details: { origin: 'https://node.example' } }),
    [
      'Le nœud de la chaîne à https://node.example ne répond pas.',
      'Réessayez dans un instant ; si cela persiste, prévenez qui en est responsable.',
    ],
  ],
  [
    'a part of the site that is gone',
    new TypeError('Failed to fetch dynamically imported module: https://site.example/x.js'),
    ['Une partie de ce site n’a pas pu être chargée.', 'Rechargez la page.'],
  ],
] as const

test.each(FAILURES)('%s is told in French', (_, error, said) => {
  expect(say(error, 'fr')).toEqual(said)
})

test.each(FAILURES)('%s leaves nothing English in Chinese, and no gap unfilled', (_, error) => {
  for (const sentence of say(error, 'zh')) {
    expect(sentence).toMatch(/\p{Script=Han}/u)
    expect(sentence).not.toMatch(/\{\{|undefined/u)
  }
})

test.each(Object.keys(ERROR_CODES) as ErrorCode[])('what the SDK calls %s has words', (code) => {
  expect(tellFailure(failed(code)).headline.name).not.toBe('unknown')
})

test('what a market refuses in its own words keeps them, below ours', () => {
  const refusal = new MarketFault(403, 'the signer has too many orders', { host: 'market.example' })

  expect(say(refusal, 'fr')).toEqual(['Le marché refuse.', 'the signer has too many orders'])
})

test('a reason without words leaves the English sentence and its hints', () => {
  const refusal = failed('Refused', { name: 'GroupWeightOutOfRange', args: {} })

  expect(say(refusal, 'fr')).toEqual([
    'Les contrats refusent : rien n’a été acheté ni déplacé.',
    'Its own words.',
    'Its own hint.',
  ])
})

test('what nobody foresaw is told, too, without what is for programmers', () => {
  const told = [new Error('boom\n    at somewhere'), 'boom'].map((error) => say(error, 'fr').slice(1))

  expect(told).toEqual([['boom'], ['boom']])
})

test('what is in the language of the page already is told as it is', () => {
  const errors = [new Fault('InWords', 'Le fichier est trop grand.'), failed('InvalidInput'), new Error('boom')]

  expect(errors.map(isInWords)).toEqual([true, false, false])
})
