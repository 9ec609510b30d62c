// French words of badges: the button, and what it shows.
import type { Words } from '../words.ts'

/** Words of badges. */
export const badge: Words['badge'] = {
  title: 'Badge',
  about:
    'Une image pour votre propre page : ce que cela coûte, et à quelle fréquence il y a eu un résultat. Les navigateurs la redemandent après une minute ; un site qui garde des copies d’images peut en montrer une plus ancienne. Elle mène ici.',
  picture: 'Le badge tel qu’il est maintenant',
}
