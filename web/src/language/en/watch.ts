// English words of what is watched: the button, its page, and notices.

/** Words of what is watched. */
export const watch = {
  title: 'Watching',
  watch: 'Watch',
  full: 'You watch {{most}} things already: let go of some first.',
  about:
    'What you watch is kept in this browser alone. While a page of this site is open, it tells you what happens to it.',
  empty:
    'Nothing is watched on this chain. The pages of tasks, deals, apps, workerpools and accounts have a button for it.',
  kind: 'Kind',
  what: 'What',
  state: 'State',
  letGo: 'Let go',
  letGoOf: 'Let go of {{what}}',
  unknown: 'This market does not know it.',
  tasksEnded: '{{ended}} of {{all}} tasks ended',
  sold_one: 'Sold for {{count}} task',
  sold_other: 'Sold for {{count}} tasks',
  lastDeal: 'Last deal:',
  noDeal: 'No deal yet',
  notices: 'What happened to what you watch',
  dismiss: 'Put away: {{what}}',
  more_one: 'and {{count}} more',
  more_other: 'and {{count}} more',
  told: {
    taskCompleted: 'A task that you watch has its result.',
    taskFruitless: 'A task that you watch ended without a result.',
    taskFailed: 'A task that you watch failed.',
    dealDone: 'All tasks of a deal that you watch have ended.',
    appSold: 'An app that you watch was sold.',
    workerpoolSold: 'A workerpool that you watch was sold.',
    accountBought: 'An account that you watch made a deal.',
  },
  outside: {
    title: 'Notices outside of the page',
    about:
      'Your browser can show notices of its own, also while you look at something else, as long as a page of this site is open.',
    choose: 'Show notices outside of the page',
    denied:
      'Your browser does not allow this site to show notices. You can allow it in the settings that it has for this site; until then you are told on the pages alone.',
    missing:
      'This browser has no notices for this site: they need an address that begins with https, or this machine. You are told on the pages alone.',
  },
} as const
