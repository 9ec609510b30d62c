// English words of the explorer.

/** Words of the explorer. */
export const explorer = {
  deals: 'Deals',
  deal: 'Deal',
  tasks: 'Tasks',
  app: 'App',
  dataset: 'Dataset',
  workerpool: 'Workerpool',
  requester: 'Requester',
  category: 'Category',
  price: 'Price',
  age: 'Time',
} as const
