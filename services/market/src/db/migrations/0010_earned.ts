// Step 0010_earned of the tables.

/** What an account earned is summed whenever somebody asks: a workerpool has a reward for each of its tasks. */
export const EARNED: readonly string[] = [`create index event_reward on event (account, amount) where kind = 'Reward'`]
