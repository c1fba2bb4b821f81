import type { TrialResult } from './trial.ts';

const shortNames: Record<string, string> = {
  report_finding: 'report',
  finish_review: 'finish',
  read_file: 'read',
};

/**
 * What came of a review, in words: its status and cause, what it kept, which tools were carried out (`!`: told off
 * instead), how many requests the server saw, and how long it waited between them.
 */
export function tell(result: TrialResult): string {
  const { review, requests, waits, records } = result;
  const cause = review.cause === null ? '' : ` (${review.cause.code})`;
  const findings = review.findings.map(
    ({ id, gate }) => `${id}${gate.outcome === 'stands' ? '' : ` ${gate.outcome}`}`,
  );
  const tools = records.flatMap((record) =>
    record.type === 'tool-call'
      ? [`${shortNames[record.tool] ?? record.tool}${record.isError ? '!' : ''}`]
      : [],
  );
  const said = records.flatMap((record) => (record.type === 'user-message' ? [record.reason] : []));
  const refusals = requests.filter(({ refusal, body }) => refusal !== null && body !== null);
  return [
    `${review.status}${cause}`,
    findings.length === 0 ? 'nothing found' : findings.join(' '),
    ...(tools.length === 0 ? [] : [`ran ${grouped(tools).join(' ')}`]),
    ...(said.length === 0 ? [] : [`said ${said.join(' ')}`]),
    requests.length === 1 ? '1 request' : `${requests.length} requests`,
    ...(waits.length === 0 ? [] : [`waited ${waits.map((wait) => seconds(wait)).join(' ')} s`]),
    // The strict server found fault with what we sent.
    ...refusals.map(({ refusal }) => `the server refused: ${refusal}`),
  ].join('; ');
}

function seconds(milliseconds: number): string {
  return String(Math.round(milliseconds / 100) / 10);
}

/** `report ×3` for three in a row. */
function grouped(words: readonly string[]): string[] {
  const groups: { word: string; count: number }[] = [];
  for (const word of words) {
    const last = groups.at(-1);
    if (last?.word === word) last.count += 1;
    else groups.push({ word, count: 1 });
  }
  return groups.map(({ word, count }) => (count === 1 ? word : `${word} ×${count}`));
}
