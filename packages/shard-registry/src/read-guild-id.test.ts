import { describe, expect, it } from 'vitest'
import { readGuildId } from './read-guild-id.ts'
import { shardOfGuild } from './shard-of-guild.ts'

const guildId = 1161574221348863930n

describe('a guild id', () => {
  it.each([
    '1161574221348863930',
    '  1161574221348863930\n',
    'https://discord.com/channels/1161574221348863930/1161574221348863931/1161574221348863932',
    '<https://discord.com/channels/1161574221348863930/1161574221348863931>',
    'https://ptb.discord.com/channels/1161574221348863930/1?x=1#y',
    'https://canary.discord.com/channels/1161574221348863930',
    'discordapp.com/channels/1161574221348863930/2',
  ])('is read exactly from %j', text => {
    expect(readGuildId(text)).toEqual({ guildId })
  })

  it.each([
    ['', 'empty', 'Enter a server ID'],
    ['hello', 'no-number', 'digits only'],
    ['116157422134886393O', 'no-number', 'digits only'],
    ['123', 'length', '17 to 19 digits, this has 3'],
    ['99999999999999999999', 'too-large', 'too large'],
    ['123456789012345678901', 'length', '17 to 19 digits, this has 21'],
    ['-1161574221348863930', 'negative', 'not negative'],
    ['1161574221348863930.5', 'no-number', 'digits only'],
    ['https://discord.com/channels/@me/1161574221348863930', 'direct-message', 'direct message'],
    ['https://discord.gg/abcdef', 'invite', 'An invite'],
    ['https://example.com/channels/1161574221348863930', 'other-link', 'not a link to a Discord'],
    ['<@1161574221348863930>', 'mention', 'a mention'],
  ])('that is wrong, %j, is told what is wrong: %s', (text, kind, words) => {
    expect(readGuildId(text)).toMatchObject({ kind, problem: expect.stringContaining(words) })
  })

  it('finds its shard on 64-bit integers, where floats would miss', () => {
    expect(shardOfGuild(guildId, 360)).toBe(134)
    expect(shardOfGuild(guildId, 1)).toBe(0)
  })
})
