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
  noAmount: '这不是金额，例如 0.1、0.1 RLC 或 500 nRLC。',
  tooMuch: {
    deposit: '超过可存入市场的数量：钱包中有 {{most}}。',
    withdraw: '超过可取回的数量：市场中可用 {{most}}。',
  },
  cost: {
    noOrders: '目前没有人出售。一旦有人出售，价格就会显示。',
    app: '支付给应用所有者',
    workerpool: '支付给工作池及其工作者',
    dataset: '支付给数据集所有者',
    total: '价格',
    gas: '链上手续费（约）',
    coins: '{{amount}} {{coin}}',
    back: '如果未按时得到结果，费用会退回。如果工作者一致认定应用运行失败，费用照付。',
    asks: '您的钱包将请您确认：',
    switch: '切换到链 {{chain}}',
    deposit: '将 {{amount}} 转入市场',
    sign: '对请求签名',
    send: '购买本身',
    tooLittle: 'RLC 不足：运行需要 {{total}}，您在市场上有 {{stake}}，钱包中有 {{outside}}。',
  },
}
