import { consolidateWithAgent } from '../agent/consolidate/consolidate-with-agent.ts';
import { loadConsolidationContext } from '../agent/consolidate/consolidation-context.ts';
import type { Purse } from '../agent/purse.ts';
import type { Consolidation } from '../domain/consolidation.ts';
import { emptyProse } from '../domain/prose.ts';
import { type ModelReviewer, reviewerName } from '../domain/reviewer.ts';
import { InternalError } from '../errors.ts';
import { divideShare, shareTokens } from './budget-shares.ts';
import type { Assign, Assignment, WrittenConsolidation } from './consolidation-assignment.ts';
import { transcriptFile } from './consolidation-file.ts';
import { narrowLimits } from './model-session.ts';
import {
  contextDirectory,
  holdPaidSession,
  hopelessEnding,
  notice,
  type SessionEnding,
} from './paid-session.ts';
import type { RunContext } from './run-context.ts';

interface WriteInput {
  /** At least one, in the order in which they are asked. */
  writers: readonly ModelReviewer[];
  assign: Assign;
  /** Ends with the run's own time. */
  signal: AbortSignal;
}

/** Requests and calls of one session: the texts, two repairs, and reminders. */
const most = { turns: 8, toolCalls: 12, deadlineMs: 10 * 60_000 };

/** Asks one writer after the other until one was not hopeless. Never rejects for anything that a session can meet. */
export async function writeConsolidation(
  context: RunContext,
  input: WriteInput,
): Promise<WrittenConsolidation> {
  const path = transcriptFile(context);
  const ids = ['consolidation'];
  const purse = (await divideShare(context, { kind: 'consolidation', transcripts: [path], ids })).get(
    'consolidation',
  );
  const tried: Consolidation['tried'] = [];
  let last: WrittenConsolidation | null = null;
  for (const writer of input.writers) {
    const assignment = await input.assign(writer);
    const consolidation = {
      ...(await write(context, { ...input, writer, assignment, purse, path })),
      tried: [...tried],
    };
    last = { consolidation, writer, assignment };
    const cause = findHopeless(consolidation)?.cause ?? null;
    if (cause === null) break;
    tried.push({ writer: writer.id, cause });
  }
  if (last === null) throw new InternalError('nobody was named to write the report’s prose');
  return last;
}

async function write(
  context: RunContext,
  input: WriteInput & {
    writer: ModelReviewer;
    assignment: Assignment;
    purse: Purse | undefined;
    path: string;
  },
): Promise<Consolidation> {
  const { writer, signal, path } = input;
  const { brief, withheld } = input.assignment;
  const models = context.reviewers.flatMap((one) => (one.type === 'model' ? [one.model] : []));
  const start = { schemaVersion: 1 as const, writer: writer.id, tried: [], withheld };
  const unheld = { prose: emptyProse, refused: [] };
  await notice(context, `${reviewerName(writer.id)} writes the texts of the report`);
  const written = await holdPaidSession<Consolidation>(context, {
    asked: writer,
    path,
    recorded: context.replay?.sessions.get('reconcile/consolidation'),
    purse: input.purse,
    narrow: (whole) => shareTokens(narrowLimits(whole, most), 'consolidation', 1),
    signal,
    unheld: (session) => ({ ...start, ...unheld, session }),
    hold: async (means) => ({
      ...start,
      ...(await consolidateWithAgent({
        ...means,
        writer,
        brief,
        models,
        cacheKey: `${context.manifest.current.target.head}/${writer.id}/consolidate`,
        context: await loadConsolidationContext(contextDirectory(context)),
      })),
    }),
  });
  const { cause, status } = written.session;
  const ended = cause === null ? '' : ` (${status}: ${cause.message})`;
  await notice(context, `${reviewerName(writer.id)} is done with the texts of the report${ended}`);
  return written;
}

/** One that handed in something that stands was not in vain, however it ended. */
function findHopeless({ session, prose }: Consolidation): SessionEnding | null {
  return JSON.stringify(prose) === JSON.stringify(emptyProse) ? hopelessEnding(session) : null;
}
