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
  /** One reviewer that this call's caller asks anew: its id. */
  | { kind: 'rerun-starts'; reviewer: string }
  /** One finding that this call's caller checks anew: by its stable name, and as the report prints it. */
  | { kind: 'verify-starts'; finding: string; name: string }
  /** Either of them, where nobody starts it: what would have to be called on the run at hand. */
  | { kind: 'not-started'; command: 'rerun' | 'verify'; subject: string }
  /** There is no run at hand that could be looked at again. */
  | { kind: 'no-run'; command: 'rerun' | 'verify' }
  /** The run at hand is about another commit than today's head. */
  | { kind: 'moved'; command: 'rerun' | 'verify'; head: string }
  /** The run at hand knows others. */
  | { kind: 'no-reviewer'; reviewer: string; known: string[] }
  /** What came of asking a reviewer anew: how that try ended, in words, and whether it is its review now. */
  | {
      kind: 'rerun-done';
      reviewer: string;
      ended: string;
      counts: boolean;
      completed: number;
      asked: number;
      url: string | null;
    }
  /** What came of checking a finding anew, in words. */
  | { kind: 'verify-done'; name: string; came: string; url: string | null }
  | { kind: 'no-report'; name: string }
  | { kind: 'incomplete'; command: string; needs: 'finding' | 'reason' | 'reviewer' }
  /** Also of what this program knows and does not do here. */
  | { kind: 'not-there'; word: string }
  | { kind: 'help' };

/** Whether what was asked was done. */
export function isDone({ kind }: CommentAnswer): boolean {
  return [
    ...['accepted', 'declined', 'explained', 'help'],
    ...['review-starts', 'rerun-starts', 'verify-starts', 'rerun-done', 'verify-done'],
  ].includes(kind);
}
