// Words come room by room, once each, and in one language at a time.
import { expect, test } from 'vitest'
import { createRooms, type Rooms } from './rooms.ts'
import type { Room, Texts } from './words.ts'

/** What comes when a test says so. */
function createShelf(): {
  readonly asked: string[]
  readonly load: (language: string, room: Room) => Promise<Texts>
  readonly bring: (place: string) => void
  readonly lose: (place: string) => void
} {
  const asked: string[] = []
  const open = new Map<string, PromiseWithResolvers<Texts>>()
  return {
    asked,
    load: async (language, room) => {
      const place = `${language}/${room}`
      asked.push(place)
      open.set(place, Promise.withResolvers())
      return open.get(place)?.promise ?? {}
    },
    bring: (place) => open.get(place)?.resolve({ name: `${place} {{count}}` }),
    lose: (place) => open.get(place)?.reject(new Error(`${place} did not come.`)),
  }
}

async function hear(rooms: Rooms, room: Room): Promise<string> {
  return (await rooms.ask(room)).t('name', { count: 1 })
}

test('a room is fetched once, and is here at once from then on', async () => {
  const { load, asked, bring } = createShelf()
  const rooms = createRooms('en', load)

  const [first, second] = [hear(rooms, 'site'), hear(rooms, 'site')]
  bring('en/site')

  expect(await Promise.all([first, second])).toEqual(['en/site 1', 'en/site 1'])
  expect(asked).toEqual(['en/site'])
  expect(rooms.ask('site')).toMatchObject({ status: 'fulfilled', value: { language: 'en' } })
})

test('two rooms are asked for at once, and neither waits for the other', async () => {
  const { load, asked, bring } = createShelf()
  const rooms = createRooms('en', load)

  const [task, site] = [hear(rooms, 'task'), hear(rooms, 'site')]
  bring('en/site')

  expect(await site).toBe('en/site 1')
  expect(asked).toEqual(['en/task', 'en/site'])
  bring('en/task')
  expect(await task).toBe('en/task 1')
})

test('another language is spoken when every room in use is here, and not before', async () => {
  const { load, bring } = createShelf()
  const rooms = createRooms('en', load)
  const heard: string[] = []
  rooms.subscribe(() => heard.push(rooms.language()))
  const fetched = rooms.fetch('site', 'task')
  bring('en/site')
  bring('en/task')
  await fetched

  const changed = rooms.change('fr')
  bring('fr/site')

  expect(await hear(rooms, 'task')).toBe('en/task 1')
  expect([rooms.language(), heard]).toEqual(['en', []])
  bring('fr/task')
  await changed
  expect([rooms.language(), heard]).toEqual(['fr', ['fr']])
  expect(rooms.ask('task')).toMatchObject({ status: 'fulfilled', value: { language: 'fr' } })
})

test('who no longer listens is told nothing', async () => {
  const rooms = createRooms('en', createShelf().load)
  const heard: string[] = []

  rooms.subscribe(() => heard.push('changed'))()
  await rooms.change('fr')

  expect(heard).toEqual([])
})

test('who chooses twice gets the second language, also when the first one comes last', async () => {
  const { load, bring } = createShelf()
  const rooms = createRooms('en', load)
  const fetched = rooms.fetch('site')
  bring('en/site')
  await fetched

  const both = [rooms.change('fr'), rooms.change('zh')]
  bring('zh/site')
  await both[1]
  bring('fr/site')
  await both[0]

  expect(rooms.language()).toBe('zh')
})

test('a language of which a room does not come is not spoken, until it does', async () => {
  const { load, bring, lose } = createShelf()
  const rooms = createRooms('en', load)
  const fetched = rooms.fetch('site')
  bring('en/site')
  await fetched

  const first = rooms.change('fr')
  lose('fr/site')
  await expect(first).rejects.toThrow('fr/site did not come.')
  expect(rooms.language()).toBe('en')

  const second = rooms.change('fr')
  bring('fr/site')
  await second
  expect(rooms.language()).toBe('fr')
})

test('a page that draws again does not ask again for a room that did not come; whoever fetches it does', async () => {
  const { load, asked, bring, lose } = createShelf()
  const rooms = createRooms('en', load)

  const drawn = rooms.ask('task')
  lose('en/task')
  await expect(drawn).rejects.toThrow('en/task did not come.')
  expect(rooms.ask('task')).toBe(drawn)
  expect(asked).toHaveLength(1)

  const fetched = rooms.fetch('task')
  bring('en/task')
  await fetched
  expect(await hear(rooms, 'task')).toBe('en/task 1')
})

test('a room whose words never came keeps nobody from another language', async () => {
  const { load, bring, lose } = createShelf()
  const rooms = createRooms('en', load)
  const fetched = rooms.fetch('site')
  bring('en/site')
  await fetched
  const blocked = rooms.fetch('task')
  lose('en/task')
  await expect(blocked).rejects.toThrow('en/task did not come.')

  const changed = rooms.change('fr')
  bring('fr/site')
  await changed

  expect(rooms.language()).toBe('fr')
})
