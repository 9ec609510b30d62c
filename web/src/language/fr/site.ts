// French words of the frame around every page, and of what all pages share.
import type { Words } from '../words.ts'

/** Words that every page needs. */
export const site: Words['site'] = {
  close: 'Fermer',
  skip: 'Aller au contenu',
  menu: 'Menu',
  part: { store: 'Boutique', explorer: 'Explorateur', market: 'Marché' },
  chain: 'Chaîne',
  theme: { label: 'Thème', light: 'Clair', dark: 'Sombre', system: 'Comme le système' },
  language: 'Langue',
  search: 'Rechercher',
  live: {
    on: 'En direct',
    off: 'En pause',
    pause: 'Suspendre les nouvelles',
    resume: 'Montrer les nouvelles en direct',
  },
  copy: 'Copier {{what}}',
  copied: 'Copié',
  retry: 'Réessayer',
  loading: 'Chargement…',
  failed: 'Lecture impossible.',
  offline: 'Vous êtes hors ligne. Ce qui est affiché peut être ancien.',
  lag_one: 'Ce marché a {{count}} bloc de retard sur la chaîne.',
  lag_other: 'Ce marché a {{count}} blocs de retard sur la chaîne.',
  notFound: "Cette page n'existe pas.",
  home: "Retour à l'accueil",
  page: 'Page {{page}} sur {{pages}}',
  previous: 'Page précédente',
  next: 'Page suivante',
  rows: '{{from}}–{{to}} sur {{count}}',
  export: 'Enregistrer en {{format}}',
  nothing: "Rien ici pour l'instant.",
  nothingFits: 'Rien ne correspond à ces filtres.',
  clear: 'Effacer les filtres',
}
