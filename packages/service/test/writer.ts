// A process that writes a row and stays inside of its transaction, until that fails: tests stop it there.
import { openDatabase, type DatabaseLocation } from '../src/db/database.ts'
import { factTables, type Facts } from './facts.ts'

const location = JSON.parse(process.argv[2] ?? '') as DatabaseLocation
const database = await openDatabase<Facts>(location, { migrations: factTables })
try {
  await database.write(async (writer) => {
    await writer.insertInto('fact').values({ key: 'mine', value: 'yes', number: 0 }).execute()
    process.stdout.write('writes\n')
    // Asks again and again, as a block does, so that it notices.
    for (;;) await writer.selectFrom('fact').select('key').execute()
  })
} catch {
  process.stdout.write('failed\n')
}
await database.close()
