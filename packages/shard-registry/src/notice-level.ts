/** Gravest first, as they are shown. */
export const noticeLevels = ['problem', 'warning', 'info'] as const

export type NoticeLevel = (typeof noticeLevels)[number]
