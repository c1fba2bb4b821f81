import { type AnswerCommand, parseAnswerCommands } from '../domain/answer-command.ts';
import type { CommentDecision } from '../domain/comment-decision.ts';
import { ForgeError } from '../errors.ts';
import type { CommentRevision } from './report-publisher.ts';
import type { SpokenComment } from './spoken-comment.ts';

export interface CommandLookups {
  /** Whether an account may write to the repository. Rejects with `ForgeError` where that is not known. */
  mayWrite(login: string): Promise<boolean>;
  /** Every text the comment ever had, as `ReportPublisher` tells them. */
  listRevisions(nodeId: string): Promise<readonly CommentRevision[]>;
}

/** A comment that asks something, and whether it may. */
export interface CommentCommands {
  comment: SpokenComment;
  /** Never empty. */
  commands: readonly AnswerCommand[];
  /** `refused` is proved; `unknown` could not be found out, and nothing is done then. */
  standing:
    | { outcome: 'trusted' }
    | { outcome: 'refused'; reason: 'no-permission' | 'edited-by-another' }
    | { outcome: 'unknown'; why: string };
}

/**
 * Most comments that are looked into, and most people who are asked about; of more, the newest. Comments of those who may
 * not write take no room: strangers could push out what others decided.
 */
export const mostCommandComments = 40;

/**
 * The comments that ask something of us, oldest first. Programs ask nothing, and neither do we. A comment may ask when
 * its author may write to the repository today, whatever the forge calls their association, and nobody else ever edited
 * it: whoever may edit others' comments could put words into their mouths.
 */
export async function readCommands(
  comments: readonly SpokenComment[],
  lookups: CommandLookups,
): Promise<CommentCommands[]> {
  const asking = comments
    .filter(({ isBot, author }) => !isBot && !author.login.toLowerCase().endsWith('[bot]'))
    .map((comment) => ({ comment, commands: parseAnswerCommands(comment.body) }))
    .filter(({ commands }) => commands.length > 0)
    .toSorted((a, b) => compare(a.comment.createdAt, b.comment.createdAt) || a.comment.id - b.comment.id);
  const standings = new Map<string, Promise<boolean>>();
  const mayWrite = (login: string) => {
    const known = standings.get(login.toLowerCase()) ?? lookups.mayWrite(login);
    standings.set(login.toLowerCase(), known);
    return known;
  };
  const why = `more than ${mostCommandComments} comments ask something: only the newest are read`;
  const read: CommentCommands[] = [];
  let looked = 0;
  for (const one of asking.toReversed()) {
    const isKnown = standings.has(one.comment.author.login.toLowerCase());
    const isLeftOut = looked >= mostCommandComments || (!isKnown && standings.size >= mostCommandComments);
    const standing: CommentCommands['standing'] = isLeftOut
      ? { outcome: 'unknown', why }
      : await findStanding(one.comment, { mayWrite, listRevisions: (node) => lookups.listRevisions(node) });
    if (standing.outcome !== 'refused' || standing.reason !== 'no-permission') looked += 1;
    read.push({ ...one, standing });
  }
  return read.reverse();
}

async function findStanding(
  { author, nodeId }: SpokenComment,
  { mayWrite, listRevisions }: CommandLookups,
): Promise<CommentCommands['standing']> {
  try {
    if (!(await mayWrite(author.login))) return { outcome: 'refused', reason: 'no-permission' };
    const editors = (await listRevisions(nodeId)).map(({ editor }) => editor);
    if (editors.some((editor) => editor !== null && editor.toLowerCase() !== author.login.toLowerCase()))
      return { outcome: 'refused', reason: 'edited-by-another' };
    return editors.includes(null)
      ? { outcome: 'unknown', why: 'the forge does not say who edited it' }
      : { outcome: 'trusted' };
  } catch (cause) {
    if (!(cause instanceof ForgeError) || cause.reason === 'unauthorized') throw cause;
    return { outcome: 'unknown', why: cause.message };
  }
}

export interface ReadDecisions {
  /** Oldest first. */
  decisions: CommentDecision[];
  /** Why comments that decide something do not count, in sentences, for those who would expect them to. */
  notices: string[];
}

/** What was decided in comments. Only a trusted comment decides anything. */
export function toCommentDecisions(read: readonly CommentCommands[]): ReadDecisions {
  const decisions: CommentDecision[] = [];
  const whys = new Map<string, string[]>();
  for (const { comment, commands, standing } of read) {
    const decided = commands.flatMap((command) => decisionOf(comment, command));
    if (decided.length === 0) continue;
    if (standing.outcome === 'trusted') {
      decisions.push(...decided);
      continue;
    }
    // What strangers try is no news for a report.
    if (standing.outcome === 'refused' && standing.reason === 'no-permission') continue;
    const why = standing.outcome === 'unknown' ? standing.why : 'somebody else edited it';
    whys.set(why, [...(whys.get(why) ?? []), comment.url]);
  }
  const notices = [...whys].map(([why, [first = '', ...more]]) => {
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    return `Not counted: what is decided in ${first}${others}: ${why}.`;
  });
  return { decisions, notices };
}

function decisionOf({ author, createdAt, url }: SpokenComment, command: AnswerCommand): CommentDecision[] {
  if (command.kind !== 'accept' && command.kind !== 'decline') return [];
  const reason = command.kind === 'accept' ? command.note : command.reason;
  return [{ ...command.finding, action: command.kind, reason, by: author.login, at: createdAt, url }];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
