import type { Report } from './report.ts'
export async function benchIndexer(size: { events: number; synthetic: number; blocks: number }): Promise<Report> {
  return Promise.resolve({ benchmark: 'indexer', size, figures: [] })
}
