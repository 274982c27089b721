import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMetrics, monotonicClock } from '@shardlight/service'
import { pino } from 'pino'
import { AggregatorRegistry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFileFlags } from './file-flags.ts'
import { checkFlagsFile, openFlags } from './flags.ts'

const GUILD = 1161574221348863930n
const OTHER = 1161574221348863931n
const variants = { on: true, off: false }
const off = { state: 'ENABLED', variants, defaultVariant: 'off' }
const on = { ...off, defaultVariant: 'on' }
const features = ['countdown', 'wikipedia', 'vote']

let directory = ''
let file = ''
let kept = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'flags-'))
  file = join(directory, 'flags.json')
  kept = join(directory, 'kept.json')
})
afterEach(() => rm(directory, { recursive: true }))

const save = (flags: object, to = file) => writeFile(to, JSON.stringify({ flags }))

async function open({ isKept = false } = {}) {
  const lines: { level: number; msg: string }[] = []
  const metrics = createMetrics()
  const flags = await openFileFlags({
    file,
    ...(isKept && { kept }),
    features,
    cluster: 'main',
    totalShards: 4,
    clock: monotonicClock,
    log: pino({}, { write: line => lines.push(JSON.parse(line)) }),
    metrics,
  })
  return {
    isOn: (feature: string, guildId: bigint | null = GUILD, userId = 5n) =>
      flags.isOn(feature, { guildId, userId }),
    check: () => flags.check?.(),
    look: flags.look,
    /** As the timer does, twice: what has just been written must stay the same. */
    async lookTwice() {
      await flags.look()
      await flags.look()
    },
    said: (level: number) => lines.filter(line => line.level === level).map(line => line.msg),
    told: () => metrics.getMetricsAsJSON(),
    ok: async () => (await metrics.getSingleMetric('shardlight_flags_file_ok')?.get())?.values[0]?.value,
    [Symbol.asyncDispose]: () => flags[Symbol.asyncDispose](),
  }
}
const INFO = 30
const WARN = 40
const ERROR = 50

describe('what a flag says', () => {
  it('is on everywhere without a file', async () => {
    const { isOn, check } = await openFlags({
      file: undefined,
      features,
      cluster: 'main',
      totalShards: 1,
      clock: monotonicClock,
      log: pino({ level: 'silent' }),
      metrics: createMetrics(),
    })
    expect(await isOn('countdown', { guildId: GUILD, userId: 5n })).toBe(true)
    expect(check).toBeUndefined()
  })

  it('switches a feature off everywhere, and leaves those without a flag on', async () => {
    await save({ countdown: off })
    await using flags = await open()
    expect(await flags.isOn('countdown')).toBe(false)
    expect(await flags.isOn('countdown', null)).toBe(false)
    expect(await flags.isOn('vote')).toBe(true)
    expect(flags.said(ERROR)).toEqual([])
  })

  it('switches a feature on for some guilds, off for others, or by person and shared rules', async () => {
    await writeFile(
      file,
      JSON.stringify({
        $schema: 'https://flagd.dev/schema/v0/flags.json',
        flags: {
          countdown: { ...off, targeting: { if: [{ $ref: 'pilots' }, 'on'] } },
          wikipedia: { ...on, targeting: { if: [{ $ref: 'pilots' }, 'off'] } },
          vote: { ...off, targeting: { if: [{ '==': [{ var: 'userId' }, '7'] }, 'on'] } },
        },
        $evaluators: { pilots: { in: [{ var: 'guildId' }, [String(GUILD)]] } },
      }),
    )
    await using flags = await open()
    expect(flags.said(INFO)).toEqual([
      `flags: ${['countdown', 'wikipedia', 'vote'].map(name => `${name} by guild or person`).join(', ')}`,
    ])
    expect([await flags.isOn('countdown', GUILD), await flags.isOn('countdown', OTHER)]).toEqual([
      true,
      false,
    ])
    expect([await flags.isOn('wikipedia', GUILD), await flags.isOn('wikipedia', OTHER)]).toEqual([
      false,
      true,
    ])
    expect([await flags.isOn('vote', null, 7n), await flags.isOn('vote', null, 8n)]).toEqual([true, false])
    expect(await flags.isOn('countdown', null)).toBe(false)
  })

  it('switches a feature on for a share of the guilds, always the same ones', async () => {
    const share = { fractional: [['on', 25] as const, ['off', 75] as const] }
    await save({ countdown: { ...off, targeting: share } })
    await using flags = await open()
    const guilds = Array.from({ length: 2_000 }, (_, index) => GUILD + BigInt(index) * 4_194_304n)
    const ask = () => Promise.all(guilds.map(guild => flags.isOn('countdown', guild)))
    const first = await ask()
    expect(first.filter(Boolean).length / guilds.length).toBeCloseTo(0.25, 1)
    expect(await ask()).toEqual(first)
  })

  it('is on where nothing decides, and warns of DISABLED and of what is no feature', async () => {
    await save({ countdown: { ...off, state: 'DISABLED' }, vote: { state: 'ENABLED', variants }, votes: off })
    await using flags = await open()
    expect([await flags.isOn('countdown'), await flags.isOn('vote')]).toEqual([true, true])
    expect(flags.said(WARN)).toEqual([
      expect.stringMatching(/there is no feature “votes”; there are countdown, wikipedia, vote$/),
      expect.stringMatching(/countdown is DISABLED, which says that its flag does not count: it is on/),
    ])
  })

  it('is on where a rule cannot be evaluated, which is said once', async () => {
    const rule = { if: [{ '==': [{ var: 'guildId' }, String(OTHER)] }, 'offf', 'off'] }
    await save({ countdown: { ...on, targeting: rule } })
    await using flags = await open()
    expect(await flags.isOn('countdown')).toBe(false)
    expect([await flags.isOn('countdown', OTHER), await flags.isOn('countdown', OTHER)]).toEqual([true, true])
    expect(flags.said(ERROR)).toEqual([
      expect.stringMatching(/^the flag countdown cannot be evaluated.*offf/),
    ])
  })
})

describe('a file that changes', () => {
  it('counts once it has stayed the same, without a restart', async () => {
    await save({})
    await using flags = await open()
    await save({ countdown: off })
    await flags.look()
    expect(await flags.isOn('countdown')).toBe(true)
    await flags.look()
    expect(await flags.isOn('countdown')).toBe(false)
    await save({ countdown: on })
    await flags.lookTwice()
    expect(await flags.isOn('countdown')).toBe(true)
  })

  it('may be changed by a link in its path, as a ConfigMap is', async () => {
    for (const version of ['1', '2']) await mkdir(join(directory, version))
    await save({ countdown: off }, join(directory, '1', 'flags.json'))
    await save({ vote: off }, join(directory, '2', 'flags.json'))
    await symlink('1', join(directory, '..data'))
    await symlink(join('..data', 'flags.json'), file)
    await using flags = await open()
    expect([await flags.isOn('countdown'), await flags.isOn('vote')]).toEqual([false, true])
    await symlink('2', join(directory, '..data_tmp'))
    await rename(join(directory, '..data_tmp'), join(directory, '..data'))
    await rm(join(directory, '1'), { recursive: true })
    await flags.lookTwice()
    expect([await flags.isOn('countdown'), await flags.isOn('vote')]).toEqual([true, false])
  })

  it.each([
    ['{"flags": {"countdown"', /JSON/],
    ['', /JSON/],
    ['{}', /expected "flags"/],
    [JSON.stringify({ flags: { countdown: { ...off, state: 'off' } } }), /countdown: expected "state"/],
    [
      JSON.stringify({ flags: { countdown: { ...off, defaultVariant: 'no' } } }),
      /countdown: it has no variant “no”/,
    ],
    [
      JSON.stringify({ flags: { countdown: { ...off, variants: { off: 'false' } } } }),
      /“off” is neither true/,
    ],
    [
      JSON.stringify({ flags: { countdown: { ...off, targeting: { inn: [1, 2] } } } }),
      /countdown\.targeting is not/,
    ],
    [JSON.stringify({ flags: { vote: { ...off, targeting: { if: [true, 'nope'] } } } }), /Variant 'nope'/],
    [
      `{"flags":{"vote":{"state":"ENABLED","variants":{"a":true},"targeting":{"in":[{"var":"guildId"},[${GUILD}]]}}}}`,
      /ids stand in quotes/,
    ],
  ])('keeps the last good one while it says %s, says so once, and can be mended', async (text, problem) => {
    await save({ countdown: off })
    await using flags = await open()
    expect(await flags.ok()).toBe(1)
    await writeFile(file, text)
    await flags.lookTwice()
    await flags.look()
    expect(await flags.isOn('countdown')).toBe(false)
    expect(await flags.ok()).toBe(0)
    await expect(flags.check()).rejects.toThrow(problem)
    expect(flags.said(ERROR)).toEqual([
      expect.stringMatching(/^FLAGS_FILE .*, the flags stay as they were: /),
    ])
    expect(flags.said(ERROR)[0]).toMatch(problem)
    await save({ vote: off })
    await flags.lookTwice()
    expect([await flags.isOn('countdown'), await flags.isOn('vote')]).toEqual([true, false])
    expect(await flags.ok()).toBe(1)
    await flags.check()
  })

  it('may be gone for a while', async () => {
    await save({ countdown: off })
    await using flags = await open()
    await rm(file)
    await flags.lookTwice()
    expect([await flags.isOn('countdown'), await flags.ok()]).toEqual([false, 0])
    await save({ countdown: off })
    await flags.lookTwice()
    expect([await flags.isOn('countdown'), await flags.ok()]).toEqual([false, 1])
  })
})

describe('a file that is broken at the start', () => {
  it('leaves the flags that were kept, or all on, and is taken once it is mended', async () => {
    await save({ countdown: off })
    {
      await using _ = await open({ isKept: true })
    }
    expect(JSON.parse(await readFile(kept, 'utf8'))).toEqual({ flags: { countdown: off } })
    await writeFile(file, '{')
    await using second = await open({ isKept: true })
    expect([await second.isOn('countdown'), await second.ok()]).toEqual([false, 0])
    expect(second.said(ERROR)).toEqual([expect.stringMatching(/the flags stay as they were/)])
    await using third = await open()
    expect([await third.isOn('countdown'), await third.ok()]).toEqual([true, 0])
    expect(third.said(ERROR)).toEqual([expect.stringMatching(/all features are on/)])
    await save({ vote: off })
    await third.lookTwice()
    expect([await third.isOn('vote'), await third.ok()]).toEqual([false, 1])
  })

  it('shows as the worst of what the processes of a manager tell', async () => {
    await save({ countdown: off })
    await using first = await open()
    const good = await first.told()
    await writeFile(file, '{')
    await using second = await open()
    const read = async (name: string, ...told: (typeof good)[]) => {
      const gauge = AggregatorRegistry.aggregate(told).getSingleMetric(`shardlight_flags_file_${name}`)
      return (await gauge?.get())?.values[0]?.value ?? Number.NaN
    }
    const broken = await second.told()
    expect(await read('ok', good, broken)).toBe(0)
    expect(await read('ok', good, good)).toBe(1)
    const ages = [await read('age_seconds', good), await read('age_seconds', broken)]
    expect(await read('age_seconds', good, broken)).toBe(Math.max(...ages))
  })

  it('refuses the start of a bot that has kept none', async () => {
    await checkFlagsFile({ file: undefined, kept })
    await expect(checkFlagsFile({ file, kept })).rejects.toThrow(/^FLAGS_FILE=".*flags.json": ENOENT/)
    await writeFile(file, '{"flags": 5}')
    await expect(checkFlagsFile({ file, kept })).rejects.toThrow(/expected "flags"/)
    await save({ countdown: off }, kept)
    await checkFlagsFile({ file, kept })
  })
})
