import { type ResolveSession, visibleLine } from '../pipeline.ts';

/** One line from the person at the terminal; null when they ended the input. */
export type Ask = (question: string) => Promise<string | null>;

type Finding = ResolveSession['report']['findings'][number];
type Action = NonNullable<ReturnType<ReturnType<ResolveSession['latest']>['get']>>['action'];

const actions: Record<string, Action> = {
  f: 'Fixed',
  s: 'Skipped',
  c: 'Commented',
  t: 'Test written',
  d: 'Documentation updated',
};
const menu =
  'f fixed, s skip, c commented, t test written, d documentation updated, b back, q quit; Enter: leave it';

/**
 * Goes through a report's findings, the severest first, and keeps each answer at once. An answer that cannot be kept is
 * said and asked for again. Ends behind the last finding, with `q`, and with the end of the input.
 */
export async function askDecisions(
  session: ResolveSession,
  {
    ask,
    print,
    isRefusal,
  }: { ask: Ask; print: (line: string) => void; isRefusal: (cause: unknown) => string | null },
): Promise<void> {
  const { findings } = session.report;
  for (let at = 0; at < findings.length; ) {
    const finding = findings[at];
    if (finding === undefined) return;
    for (const line of present(session, finding, `${at + 1} of ${findings.length}`)) print(line);
    const word = (await ask(`${menu}\n> `))?.trim().toLowerCase();
    if (word === undefined || word === 'q') return;
    if (word === 'b') {
      at = Math.max(0, at - 1);
      continue;
    }
    const action = actions[word];
    if (word !== '' && action === undefined) {
      print(`"${visibleLine(word.slice(0, 40))}" is none of these.`);
      continue;
    }
    if (action !== undefined) {
      const reason = await ask(
        action === 'Skipped'
          ? 'why (a reason declines it in later rounds; Enter: only skipped): '
          : 'note (Enter: none): ',
      );
      const commit = action === 'Skipped' || reason === null ? '' : await ask('commit (Enter: none): ');
      if (reason === null || commit === null) return;
      try {
        const given = { finding: finding.shortId, action, reason, by: null, commit: commit.trim() || null };
        for (const notice of (await session.decide([given])).notices) print(visibleLine(notice));
      } catch (cause) {
        const refusal = isRefusal(cause);
        if (refusal === null) throw cause;
        print(visibleLine(refusal));
        continue;
      }
    }
    at += 1;
  }
}

const mostText = 600;

function present(session: ResolveSession, finding: Finding, position: string): string[] {
  const { label, shortId, title, severity, locations, explanation, about } = finding;
  const places = locations.map(({ path, startLine }) => `${path}:${startLine}`);
  const before = session.latest().get(shortId);
  const text = explanation.replace(/\s+/g, ' ').trim();
  return [
    '',
    `${position}  ${label}·${shortId} (${severity})  ${title}`,
    `  ${[...places, ...(about === undefined ? [] : [about])].slice(0, 4).join(', ')}`,
    ...(text === '' ? [] : [`  ${text.length > mostText ? `${text.slice(0, mostText)}…` : text}`]),
    ...(before === undefined
      ? []
      : [`  decided before: ${before.action}${before.reason === '' ? '' : `: ${before.reason}`}`]),
  ].map(visibleLine);
}
