// French words of the explorer.
import type { Words } from '../words.ts'

/** Words of the explorer. */
export const explorer: Words['explorer'] = {
  deals: 'Deals',
  deal: 'Deal',
  tasks: 'Tâches',
  app: 'Application',
  dataset: 'Jeu de données',
  workerpool: 'Workerpool',
  requester: 'Demandeur',
  category: 'Catégorie',
  price: 'Prix',
  age: 'Heure',
}
