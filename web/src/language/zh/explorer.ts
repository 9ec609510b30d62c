// Chinese words of the explorer.
import type { Words } from '../words.ts'

/** Words of the explorer. */
export const explorer: Words['explorer'] = {
  deals: '交易',
  deal: '交易',
  tasks: '任务',
  app: '应用',
  dataset: '数据集',
  workerpool: '工作池',
  requester: '请求方',
  category: '类别',
  price: '价格',
  age: '时间',
}
