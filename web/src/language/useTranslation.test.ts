// A page waits for the words of its rooms, and speaks the language of the site.
import { createElement, Suspense, type ReactElement } from 'react'
import { renderToReadableStream, renderToString } from 'react-dom/server'
import { afterAll, expect, test } from 'vitest'
import { words as english } from './en/index.ts'
import { words as french } from './fr/index.ts'
import { rooms } from './language.ts'
import { useTranslation } from './useTranslation.ts'

afterAll(async () => rooms.change('en'))

function Page(): ReactElement {
  const { t, language } = useTranslation('trade')
  const { t: tSite } = useTranslation()
  return createElement('p', { lang: language }, `${t('sell')}, ${tSite('skip')}`)
}

const page = createElement(Suspense, { fallback: createElement('i', {}, 'waiting') }, createElement(Page))

test('a page waits until its rooms are here, and then never again', async () => {
  expect(renderToString(page)).toContain('<i>waiting</i>')

  const drawn = await new Response(await renderToReadableStream(page)).text()

  const { trade, site } = english
  expect(drawn).toContain(`<p lang="en">${trade.sell}, ${site.skip}</p>`)
  expect(renderToString(page)).toBe(`<!--$--><p lang="en">${trade.sell}, ${site.skip}</p><!--/$-->`)
})

test('after a change of language it speaks that one at once', async () => {
  await rooms.change('fr')

  const { trade, site } = french
  expect(renderToString(page)).toBe(`<!--$--><p lang="fr">${trade.sell}, ${site.skip}</p><!--/$-->`)
})
