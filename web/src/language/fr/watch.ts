// French words of what is watched: the button, its page, and notices.
import type { Words } from '../words.ts'

/** Words of what is watched. */
export const watch: Words['watch'] = {
  title: 'Suivi',
  watch: 'Suivre',
  full: 'Vous suivez déjà {{most}} choses : cessez d’abord d’en suivre certaines.',
  about:
    'Ce que vous suivez reste dans ce seul navigateur. Tant qu’une page de ce site est ouverte, elle vous dit ce qui y arrive.',
  empty:
    'Rien n’est suivi sur cette chaîne. Les pages des tâches, des deals, des apps, des workerpools et des comptes ont un bouton pour cela.',
  kind: 'Type',
  what: 'Quoi',
  state: 'État',
  letGo: 'Ne plus suivre',
  letGoOf: 'Ne plus suivre {{what}}',
  unknown: 'Ce marché ne le connaît pas.',
  tasksEnded: '{{ended}} tâches sur {{all}} finies',
  sold_one: 'Vendu pour {{count}} tâche',
  sold_other: 'Vendu pour {{count}} tâches',
  lastDeal: 'Dernier deal :',
  noDeal: 'Aucun deal',
  notices: 'Ce qui est arrivé à ce que vous suivez',
  dismiss: 'Ranger : {{what}}',
  more_one: 'et {{count}} autre',
  more_other: 'et {{count}} autres',
  told: {
    taskCompleted: 'Une tâche que vous suivez a son résultat.',
    taskFruitless: 'Une tâche que vous suivez s’est terminée sans résultat.',
    taskFailed: 'Une tâche que vous suivez a échoué.',
    dealDone: 'Toutes les tâches d’un deal que vous suivez sont finies.',
    appSold: 'Une app que vous suivez a été vendue.',
    workerpoolSold: 'Un workerpool que vous suivez a été vendu.',
    accountBought: 'Un compte que vous suivez a conclu un deal.',
  },
  outside: {
    title: 'Avis hors de la page',
    about:
      'Votre navigateur peut montrer ses propres avis, même quand vous regardez autre chose, tant qu’une page de ce site est ouverte.',
    choose: 'Montrer des avis hors de la page',
    denied:
      'Votre navigateur ne permet pas à ce site de montrer des avis. Vous pouvez le permettre dans ses réglages pour ce site ; d’ici là, vous êtes averti sur les pages seulement.',
    missing:
      'Ce navigateur n’a pas d’avis pour ce site : il faut une adresse qui commence par https, ou cette machine. Vous êtes averti sur les pages seulement.',
  },
}
