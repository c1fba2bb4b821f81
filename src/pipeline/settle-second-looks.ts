import type { Ledger } from '../domain/ledger.ts';
import type { FindingAgain, SecondLook } from '../domain/second-look.ts';
import type { Verdicts } from '../domain/verdict.ts';
import type { RunContext } from './run-context.ts';
import { keepSecondLook } from './second-looks-file.ts';

export interface SettleSecondLooksInput {
  looks: readonly SecondLook[];
  verdicts: Verdicts;
  ledger: Ledger;
}

/** Keeps with each second look at a finding what it is now. One whose claim nobody raises any more stays without. */
export async function settleSecondLooks(
  { run }: RunContext,
  { looks, verdicts, ledger }: SettleSecondLooksInput,
): Promise<void> {
  for (const look of looks) {
    if (look.subject.kind !== 'finding') continue;
    const after = findVerdict(look, look.subject, { verdicts, ledger });
    await keepSecondLook(run, { ...look, subject: { ...look.subject, after } });
  }
}

function findVerdict(
  { number, done }: SecondLook,
  subject: FindingAgain,
  { verdicts: { verdicts, sessions = [] }, ledger }: Pick<SettleSecondLooksInput, 'verdicts' | 'ledger'>,
): FindingAgain['after'] {
  const found = verdicts.find(({ superseded = [] }) => superseded.some(({ look }) => look === number));
  if (found === undefined) return null;
  const { cluster, verdict, verdictReason, severity } = found;
  const isPublished = ledger.entries.some((entry) => entry.cluster === cluster && entry.fate.fate === 'kept');
  const now = { verdict, verdictReason, severity, isPublished };
  // Who answered since then answered another look.
  if (done) return { ...now, ...pickAnswered(subject.after) };
  const answered = sessions.filter(
    (session) =>
      session.batch > (subject.sessions[session.examiner] ?? 0) && session.answered.includes(cluster),
  );
  return { ...now, answered: [...new Set(answered.map(({ examiner }) => examiner))] };
}

function pickAnswered(after: FindingAgain['after']): Pick<NonNullable<FindingAgain['after']>, 'answered'> {
  return after?.answered === undefined ? {} : { answered: after.answered };
}
