// A process that writes a row and stays inside of its transaction, until that fails: tests stop it there.
import { openDatabase, type DatabaseLocation } from '../src/db/database.ts'
import { openBus } from '../src/live/bus.ts'

const database = await openDatabase(JSON.parse(process.argv[2] ?? '') as DatabaseLocation)
const bus = await openBus(database)
try {
  await bus.write(async (writer) => {
    await writer.insertInto('meta').values({ key: 'mine', value: 'yes' }).execute()
    process.stdout.write('writes\n')
    // Asks again and again, as a block does, so that it notices.
    for (;;) await writer.selectFrom('meta').select('key').execute()
  })
} catch {
  process.stdout.write('failed\n')
}
await bus.close()
await database.close()
