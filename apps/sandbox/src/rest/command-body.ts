import { z } from 'zod'

export const CHAT_INPUT = 1

const name = z.string().regex(/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u, 'Command name is invalid')

const option = z.looseObject({
  type: z.int().min(1).max(11),
  name: name.refine(value => value === value.toLowerCase(), 'Option name is invalid'),
  description: z.string().min(1).max(100),
  required: z.boolean().exactOptional(),
  autocomplete: z.boolean().exactOptional(),
  choices: z
    .array(z.looseObject({ name: z.string().min(1).max(100), value: z.union([z.string(), z.number()]) }))
    .max(25)
    .exactOptional(),
  min_value: z.number().exactOptional(),
  max_value: z.number().exactOptional(),
  min_length: z.number().exactOptional(),
  max_length: z.number().exactOptional(),
  get options() {
    return z.array(option).max(25).exactOptional()
  },
})

export type OptionBody = z.infer<typeof option>

/** An application command as a bot registers it; the rules are those of Discord's reference. */
export const commandBody = z
  .looseObject({
    name: z.string().min(1).max(32),
    type: z.int().min(1).max(4).nullish(),
    description: z.string().max(100).nullish(),
    options: z.array(option).max(25).nullish(),
    contexts: z.array(z.int().min(0).max(2)).nullish(),
  })
  .refine(({ type, name: given }) => (type ?? CHAT_INPUT) !== CHAT_INPUT || name.safeParse(given).success, {
    path: ['name'],
    message: 'Command name is invalid',
  })
  .refine(({ type, description }) => (type ?? CHAT_INPUT) !== CHAT_INPUT || Boolean(description), {
    path: ['description'],
    message: 'This field is required',
  })

export type CommandBody = z.infer<typeof commandBody>
