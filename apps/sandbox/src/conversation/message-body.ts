import { z } from 'zod'

export const snowflake = z.union([z.string().regex(/^\d{1,20}$/), z.int().transform(String)])

const allowedMentions = z.object({
  parse: z.array(z.enum(['users', 'roles', 'everyone'])).optional(),
  users: z.array(snowflake).max(100).optional(),
  roles: z.array(snowflake).max(100).optional(),
  replied_user: z
    .boolean()
    .nullish()
    .transform(value => value ?? undefined),
})

const embed = z.looseObject({
  title: z.string().max(256).nullish(),
  description: z.string().max(4_096).nullish(),
  fields: z
    .array(z.looseObject({ name: z.string().min(1).max(256), value: z.string().min(1).max(1_024) }))
    .max(25)
    .optional(),
  footer: z.looseObject({ text: z.string().max(2_048) }).nullish(),
  author: z.looseObject({ name: z.string().max(256) }).nullish(),
})

const component = z.looseObject({
  type: z.int(),
  id: z.int().optional(),
  custom_id: z.string().min(1).max(100).optional(),
  label: z.string().max(80).nullish(),
  get components() {
    return z.array(component).max(40).optional()
  },
  get component() {
    return component.optional()
  },
})

export type Component = z.infer<typeof component>

export const componentsSchema = z.array(component).max(40)

/** What a message may consist of; the limits are those of Discord's "Create Message". */
export const messageBody = z.object({
  content: z.string().max(2_000).nullish(),
  nonce: z.union([z.string().max(25), z.int()]).nullish(),
  enforce_nonce: z.boolean().nullish(),
  tts: z.boolean().nullish(),
  embeds: z.array(embed).max(10).nullish(),
  allowed_mentions: allowedMentions.nullish(),
  message_reference: z.object({ message_id: snowflake, fail_if_not_exists: z.boolean().nullish() }).nullish(),
  components: componentsSchema.nullish(),
  attachments: z
    .array(
      z.looseObject({
        id: snowflake,
        filename: z.string().optional(),
        description: z.string().max(1_024).nullish(),
      }),
    )
    .nullish(),
  flags: z.int().nullish(),
})

export type MessageBody = z.infer<typeof messageBody>
