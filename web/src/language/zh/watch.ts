// Chinese words of what is watched: the button, its page, and notices.
import type { Words } from '../words.ts'

/** Words of what is watched. */
export const watch: Words['watch'] = {
  title: '关注',
  watch: '关注',
  full: '您已关注 {{most}} 项：请先取消一些。',
  about: '您关注的内容只保存在此浏览器中。只要本站有页面打开，就会告诉您其动向。',
  empty: '此链上没有关注任何内容。任务、交易、应用、工作池和账户的页面上都有关注按钮。',
  kind: '类型',
  what: '内容',
  state: '状态',
  letGo: '取消关注',
  letGoOf: '取消关注 {{what}}',
  unknown: '此市场没有它的记录。',
  tasksEnded: '{{all}} 个任务中已结束 {{ended}} 个',
  sold_one: '已售出 {{count}} 个任务',
  sold_other: '已售出 {{count}} 个任务',
  lastDeal: '最近的交易：',
  noDeal: '尚无交易',
  notices: '您关注的内容的动向',
  dismiss: '收起：{{what}}',
  more_one: '还有 {{count}} 条',
  more_other: '还有 {{count}} 条',
  told: {
    taskCompleted: '您关注的任务已有结果。',
    taskFruitless: '您关注的任务已结束，但没有结果。',
    taskFailed: '您关注的任务已失败。',
    dealDone: '您关注的交易的所有任务均已结束。',
    appSold: '您关注的应用已售出。',
    workerpoolSold: '您关注的工作池已售出。',
    accountBought: '您关注的账户达成了一笔交易。',
  },
  outside: {
    title: '页面之外的通知',
    about: '只要本站有页面打开，即使您在看别的内容，浏览器也可以显示通知。',
    choose: '在页面之外显示通知',
    denied: '您的浏览器不允许本站显示通知。您可以在浏览器对本站的设置中允许；在此之前，只在页面上告诉您。',
    missing: '此浏览器不能为本站显示通知：需要以 https 开头的地址，或者就是本机。只在页面上告诉您。',
  },
}
