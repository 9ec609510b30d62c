// Chinese words of the wallet.
import type { Words } from '../words.ts'

/** Words of the wallet. */
export const wallet: Words['wallet'] = {
  connect: '连接钱包',
  choose: '选择钱包',
  yours: '您的钱包',
  none: '没有钱包向此页面声明自己。请安装浏览器钱包扩展，解锁后再回来。',
  confirm: '请在钱包中确认…',
  account: '账户',
  disconnect: '断开连接',
  stake: '市场中',
  locked: '被交易和任务锁定',
  outside: '钱包中',
  amount: 'RLC 数量',
  deposit: '存入市场',
  withdraw: '取回',
  most: '全部：{{amount}}',
}
