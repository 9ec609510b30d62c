// The smallest service, as a process: for the tests of what all of them do alike.
import { createServer, closeServer, listen } from '../src/http/listen.ts'
import { createShell, openRegistry } from '../src/http/shell.ts'
import { whenAborted } from '../src/lead/session.ts'
import { runMain } from '../src/main.ts'
import { serviceCommand } from '../src/settings/command.ts'
import { readSettings, type CommonSettings } from '../src/settings/readSettings.ts'

const facts = {
  name: 'iexec-test',
  prefix: 'TEST',
  description: 'It tests.',
  version: '1.2.3',
  port: 0,
  folder: 'test',
}

await runMain<CommonSettings>({
  command: serviceCommand(facts),
  read: (args, command) => readSettings(args, command),
  start: async (config, log, signal) => {
    const app = createShell({
      ...facts,
      log,
      registry: openRegistry(),
      now: Date.now,
      health: async () => Promise.resolve({ ok: true }),
      status: async () => Promise.resolve({ title: 'Test', ok: true, summary: 'It runs.', sections: [] }),
    })
    const server = createServer(app)
    const url = await listen(server, config)
    const ended = whenAborted(signal).then(async () => closeServer(server))
    return { says: [`The test listens on ${url}`], ended }
  },
})
