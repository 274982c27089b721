import type { NoticeLevel } from '@shardlight/shard-registry'

/** Told apart by shape and word, not by colour alone. */
const SHAPES: Record<NoticeLevel, [outline: string, mark: string]> = {
  problem: ['M7 2h6l5 5v6l-5 5H7l-5-5V7z', 'M10 6v5M10 13.8v.2'],
  warning: ['M10 2.5 18.5 17h-17z', 'M10 8v4M10 14.3v.2'],
  info: ['M10 2a8 8 0 1 1 0 16 8 8 0 0 1 0-16z', 'M10 9.5V14M10 6.2v.2'],
}

/** An octagon, a triangle or a circle, as on the road. */
export const NoticeSign = ({ level }: { level: NoticeLevel }) => (
  <svg class={`notice-sign notice-sign-${level}`} viewBox="0 0 20 20" aria-hidden="true">
    <path class="notice-sign-outline" d={SHAPES[level][0]} />
    <path class="notice-sign-mark" d={SHAPES[level][1]} />
  </svg>
)
