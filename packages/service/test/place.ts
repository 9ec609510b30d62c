// Places for the databases of whole services.
import { toHex } from 'viem'
import { Client } from 'pg'
import { inject, onTestFinished } from 'vitest'
import type { DatabaseLocation, Engine } from '../src/db/database.ts'
import { newLocation, type TestLocation } from './database.ts'

/**
 * A new place that is gone after the test.
 *
 * @param schema which the service will use, on PostgreSQL
 * @example
 * const place = placeOf(await newPlace(engine, 'keeper_31337')) // what --database says
 */
export async function newPlace(engine: Engine, schema: string): Promise<DatabaseLocation> {
  const { location, remove } = await makePlace(engine, schema)
  onTestFinished(remove)
  return location
}

/** A new place; on PostgreSQL a database of its own, because a service names the schema itself. */
export async function makePlace(engine: Engine, schema: string): Promise<TestLocation> {
  if (engine === 'sqlite') return newLocation(engine)
  const admin = new Client(inject('postgresUrl'))
  await admin.connect()
  const name = `service_${toHex(crypto.getRandomValues(new Uint8Array(6))).slice(2)}`
  await admin.query(`create database ${name}`)
  const url = new URL(inject('postgresUrl') ?? '')
  url.pathname = `/${name}`
  return {
    location: { engine, url: url.href, schema },
    remove: async () => {
      await admin.query(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
}

/** What `--database` says for the place. */
export function placeOf(location: DatabaseLocation): string {
  return location.engine === 'sqlite' ? location.file : location.url
}
