// A worker for the test that kills one: runs an app that never ends, and says when it talks.
import { createDockerEngine } from '../src/docker/index.ts'
import type { AppSource, RunFolders } from '../src/job.ts'
import { newJob } from './runs.ts'

type Order = {
  readonly host: string
  readonly label: string
  readonly image: AppSource
  readonly folders: RunFolders
}

const { host, label, image, folders } = JSON.parse(process.argv[2] ?? '') as Order
const { signal } = new AbortController()
const app = await createDockerEngine({ host, label }).prepare(image, { signal, seconds: 60 })
await app.run(newJob(image), folders, {
  signal,
  onLog: ({ text }) => {
    process.stdout.write(text)
  },
})
