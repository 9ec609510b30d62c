// How every connection to PostgreSQL is made: our settings beside those of the operator's URL, and no end that vanished is waited for.
import type { ClientConfig } from 'pg'

/** Settings of a session, as PostgreSQL's `-c name=value` has them. */
export type SessionSettings = Readonly<Record<string, string>>

/** A client whose host vanished is dropped by the server, with its locks, within about 3 seconds. */
const DROP_VANISHED_CLIENT: SessionSettings = {
  tcp_keepalives_idle: '1',
  tcp_keepalives_interval: '1',
  tcp_keepalives_count: '2',
  tcp_user_timeout: '3000',
}

const KEEPALIVE_MS = 1_000
const CONNECT_TIMEOUT_MS = 5_000

/**
 * What a client or a pool needs in order to connect. Options in the URL (`?options=-c …`) hold as far as ours do not say
 * otherwise; left in the URL, they would replace ours.
 *
 * @example
 * new Pool({ ...connectionTo(url, { search_path: schema }), max: 10 })
 */
export function connectionTo(url: string, settings: SessionSettings = {}): ClientConfig {
  const [place = '', ...rest] = url.split('?')
  const query = new URLSearchParams(rest.join('?'))
  const theirs = query.getAll('options')
  query.delete('options')
  const ours = Object.entries({ ...DROP_VANISHED_CLIENT, ...settings }).map(([name, value]) => `-c ${name}=${value}`)
  return {
    connectionString: query.size === 0 ? place : `${place}?${query.toString()}`,
    // The last of two options holds.
    options: [...theirs, ...ours].join(' '),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_MS,
  }
}
