import type { Database } from '@shardlight/database'
import { type EventLog, newEvent, UserActive } from '@shardlight/event-log'
import { eventually, type Sandbox } from '@shardlight/testing'
import { buttonsOf, type createPlaces, type Interaction, type Message, type Place } from './places.ts'

export type Election = { place: Place; message: Message; voteId: bigint; closesEarly: boolean }
export type Click = { userId: string; choice: number; interactionId: string }

type Closed = { outcome: string; tally: number[]; lateMs: number; announced: boolean }

const RESULT = 'Result of vote'

/** Questions that many may answer, and what came of them, whichever process was there to count. */
export function createElections({
  sandbox,
  places,
  database,
  eventLog,
}: {
  sandbox: Sandbox
  places: ReturnType<typeof createPlaces>
  database: Database
  eventLog: EventLog
}) {
  /** @param wanted which servers will do; others are made until one does */
  async function open({
    electors,
    closesEarly = false,
    wanted = () => true,
  }: {
    electors: number
    closesEarly?: boolean
    wanted?: (guildId: bigint) => boolean
  }): Promise<Election> {
    let place = await places.newPlace(electors, 1)
    while (!wanted(BigInt(place.guildId))) place = await places.newPlace(electors, 1)
    const [initiator = '', ...others] = place.people
    const guildId = BigInt(place.guildId)
    await eventLog.publish(
      ...others.map(userId =>
        newEvent(UserActive, { guildId, userId: BigInt(userId), how: 'message', joinedAt: null }),
      ),
    )
    await places.run(place, initiator, 'vote ask', {
      question: 'Tea or coffee?',
      option1: 'Tea',
      option2: 'Coffee',
      early: closesEarly,
    })
    const message = await places.openVote(place)
    const [vote] = await database.query<{ id: bigint }>('SELECT id FROM votes WHERE guild_id = $1', [guildId])
    if (!vote) throw new Error('the vote is not there')
    return { place, message, voteId: vote.id, closesEarly }
  }

  const closeIn = ({ voteId }: Election, ms: number) =>
    database.query(
      `UPDATE votes SET closes_at = clock_timestamp() + $2 * interval '1 millisecond' WHERE id = $1`,
      [voteId, ms],
    )

  /** Presses a button and does not wait for the answer. */
  async function click({ message }: Election, userId: string, choice: number): Promise<Click> {
    const { id } = await sandbox.control<{ id: string }>('POST', '/sandbox/components', {
      userId,
      messageId: message.id,
      customId: buttonsOf(message)[choice]?.custom_id,
    })
    return { userId, choice, interactionId: id }
  }

  const answerTo = ({ interactionId }: Click) =>
    sandbox.control<Interaction>('GET', `/sandbox/interactions/${interactionId}`)

  const isIn = ({ messages }: Interaction) =>
    messages.some(message => message.content.startsWith('Your ballot is in'))

  /** Those who were told that their ballot is in. */
  async function acknowledged(clicks: Click[]): Promise<Click[]> {
    const answers = await Promise.all(clicks.map(async one => ({ one, answer: await answerTo(one) })))
    return answers.flatMap(({ one, answer }) => (isIn(answer) ? [one] : []))
  }

  const read = async (voteId: bigint) => {
    const [vote] = await database.query<Closed>(
      `SELECT outcome, tally, (extract(epoch FROM closed_at - closes_at) * 1000)::float8 AS "lateMs",
              announced_at IS NOT NULL AS announced
       FROM votes WHERE id = $1 AND outcome IS NOT NULL`,
      [voteId],
    )
    return vote
  }

  const closed = ({ voteId }: Election) => eventually('the end of the vote', () => read(voteId))

  /** Whoever was posting is dead: what they had taken on is free for others now, as it is by itself after a while. */
  const releaseWork = ({ voteId }: Election) =>
    database.query('UPDATE votes SET busy_until = now() WHERE id = $1', [voteId])

  const resultsOf = async ({ place }: Election) =>
    (await places.read(place.channelId)).filter(message => message.content.includes(RESULT))

  const isAnnounced = async ({ voteId }: Election) => (await read(voteId))?.announced

  /** What is there in the end: in the log, in the ballot box and in the channel. */
  async function aftermath(election: Election) {
    const { voteId } = election
    const vote = await eventually('the result', async () => {
      const found = await read(voteId)
      return found?.announced && found
    })
    const events = await database.query(
      `SELECT id FROM events WHERE type = 'Vote' AND metadata @> jsonb_build_object('voteId', $1::text, 'phase', 'closed')`,
      [voteId.toString()],
    )
    const box = await database.query<{ userId: string; choice: number }>(
      'SELECT user_id::text AS "userId", choice FROM ballots WHERE vote_id = $1',
      [voteId],
    )
    const counted = [0, 1].map(option => box.filter(({ choice }) => choice === option).length)
    return { vote, closings: events.length, box, counted, results: (await resultsOf(election)).length }
  }

  return {
    open,
    closeIn,
    click,
    answerTo,
    isIn,
    acknowledged,
    closed,
    releaseWork,
    resultsOf,
    isAnnounced,
    aftermath,
  }
}
