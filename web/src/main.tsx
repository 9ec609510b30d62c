// The composition root of the site: reads which market it shows, in which language, and draws it.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { startLanguage } from './language/language.ts'
import { fetchFailureWords } from './show/failure/FailureWords.tsx'
import { paint } from './site/colour.ts'
import { readConfig } from './site/config.ts'
import { Unreadable } from './site/Unreadable.tsx'
import { Site } from './site/Site.tsx'

const place = document.querySelector('#site')
if (place === null) throw new Error('The page has no place for the site.')
const root = createRoot(place)

try {
  const [config] = await Promise.all([readConfig(), startLanguage()])
  if (config.colour !== undefined) paint(config.colour)
  root.render(
    <StrictMode>
      <Site config={config} />
    </StrictMode>,
  )
  // When the page has drawn itself, and asked for what it shows.
  setTimeout(() => void fetchFailureWords(), 3_000)
} catch (error) {
  root.render(<Unreadable error={error} />)
}
