// Chinese words of the frame around every page, and of what all pages share.
import type { Words } from '../words.ts'

/** Words that every page needs. */
export const site: Words['site'] = {
  close: '关闭',
  skip: '跳到正文',
  menu: '菜单',
  part: { store: '应用商店', explorer: '浏览器', market: '市场' },
  chain: '链',
  theme: { label: '主题', light: '浅色', dark: '深色', system: '跟随系统' },
  language: '语言',
  search: '搜索',
  live: { on: '实时', off: '已暂停', pause: '暂停实时更新', resume: '恢复实时更新' },
  copy: '复制{{what}}',
  copied: '已复制',
  retry: '重试',
  loading: '加载中…',
  failed: '无法读取。',
  offline: '您已离线，显示的内容可能已过时。',
  lag_one: '该市场落后链 {{count}} 个区块。',
  lag_other: '该市场落后链 {{count}} 个区块。',
  notFound: '没有这个页面。',
  home: '返回首页',
  page: '第 {{page}} 页，共 {{pages}} 页',
  previous: '上一页',
  next: '下一页',
  rows: '{{from}}–{{to}}，共 {{count}} 条',
  export: '保存为 {{format}}',
  nothing: '这里还没有内容。',
  nothingFits: '没有符合筛选条件的内容。',
  clear: '清除筛选',
}
