import type { PostedComment } from './report-publisher.ts';

/** A comment on a pull request that may ask something of us. */
export interface SpokenComment extends PostedComment {
  /** On the pull request as a whole, or beside the code. */
  place: 'conversation' | 'line';
  /** Number of the comment it answers; null for none. */
  inReplyTo: number | null;
  /** Whether the forge says that a program wrote it. */
  isBot: boolean;
}
