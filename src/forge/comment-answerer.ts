import type { CommandLookups } from './read-commands.ts';
import type { ForgeIdentity, OwnIdentity, PullRequestState } from './report-publisher.ts';
import type { SpokenComment } from './spoken-comment.ts';

/** `eyes`: seen; `+1`: done; `confused`: not done. */
export type Receipt = 'eyes' | '+1' | 'confused';

/**
 * What answering asks of a forge, about one pull request. Rejects as `ReportPublisher` does; lists are whole or an error,
 * and no write is tried again.
 */
export interface CommentAnswerer extends CommandLookups {
  /** null: the forge does not tell this token who it is. */
  whoAmI(): Promise<OwnIdentity | null>;
  readState(): Promise<PullRequestState>;
  /** The conversation and what stands beside the code. */
  listComments(): Promise<SpokenComment[]>;
  listReactions(comment: SpokenComment): Promise<{ content: string; author: ForgeIdentity }[]>;
  /** Reacting twice in one way is one reaction. */
  react(comment: SpokenComment, receipt: Receipt): Promise<void>;
  /** In the thread of a comment beside the code, else in the conversation. */
  reply(comment: SpokenComment, body: string): Promise<void>;
}
