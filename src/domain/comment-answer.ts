/** What is to be said about one command of a comment. */
export type CommentAnswer =
  | { kind: 'accepted' | 'declined'; name: string }
  /** `finding` is its stable name in the report at hand. */
  | { kind: 'explained'; finding: string }
  | { kind: 'missing'; name: string }
  /** A label alone; `proposal` is what it means in the report at hand, null for nothing. */
  | { kind: 'bare'; name: string; proposal: string | null }
  /** A review that this call's caller starts. */
  | { kind: 'review-starts'; full: boolean }
  | { kind: 'no-report'; name: string }
  | { kind: 'incomplete'; command: string; needs: 'finding' | 'reason' }
  /** Also of what this program knows and does not do here. */
  | { kind: 'not-there'; word: string }
  | { kind: 'help' };

/** Whether what was asked was done. */
export function isDone({ kind }: CommentAnswer): boolean {
  return ['accepted', 'declined', 'explained', 'help', 'review-starts'].includes(kind);
}
