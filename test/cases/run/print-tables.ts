import { severities } from '../../../src/domain/vocabulary.ts';
import { formatCost } from '../../../src/pipeline.ts';
import { addScores, onlyDefects, type Totals } from '../score/add-scores.ts';
import type { CaseResult, ReviewerResult } from './case-result.ts';
import type { Evaluation } from './evaluate.ts';
import type { ScriptedResult } from './run-scripted.ts';

/** The evaluation for people: what is a result, and below it, under its own heading, what is none. */
export function printTables(evaluation: Evaluation): string {
  const { live, scripted, withoutKey, cases, clean } = evaluation;
  const missing = withoutKey.map((id) => `${id}: n/a: no key\n`).join('');
  const head = `${cases} cases, ${cases - clean} with planted defects, ${clean} clean\n`;
  const parts = [head];
  if (live.length > 0 || missing !== '')
    parts.push(`## Results (live)\n\n${live.length > 0 ? tables(live) : ''}${missing}`);
  if (scripted.length > 0)
    parts.push(
      `## scripted: no results, a test of loop, gate, reconciliation and scoring\n\n${tables(scripted, 'scripted ')}${surprises(scripted)}`,
    );
  return parts.join('\n');
}

function tables(results: readonly CaseResult[], label = ''): string {
  const names = [...new Set(results.flatMap((result) => result.reviewers.map(({ reviewer }) => reviewer)))];
  const rows = names.map((name) => ({ name, of: results.map((result) => ofReviewer(result, name)) }));
  const overall = rows.map(({ name, of }) => {
    const known = of.flatMap((one) => one ?? []);
    const totals = addScores(known.map(({ score }) => score));
    const cost = known.reduce<number | null>(
      (sum, { costUsd }) => (sum === null || costUsd === null ? null : sum + costUsd),
      0,
    );
    const ended = known.filter(({ status }) => status !== null && status !== 'completed').length;
    return [
      `${label}${name}${ended === 0 ? '' : ` (${ended} not completed)`}`,
      ...counts(totals),
      formatCost(cost),
      `${(known.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000).toFixed(1)} s`,
    ];
  });
  const header = 'planted,found,missed,false,duplicates,older,severity off,origin off,cost,time'.split(',');
  const confusion = rows.map(({ name, of }) => {
    const { confusion: table } = addScores(of.flatMap((one) => (one === undefined ? [] : [one.score])));
    const cells = severities.flatMap((expected) =>
      severities.flatMap((given) =>
        table[expected][given] === 0
          ? []
          : [`${letter(expected)}→${letter(given)} ${table[expected][given]}`],
      ),
    );
    return `severity of ${label}${name}, expected→given: ${cells.join(', ') || 'nothing found'}\n`;
  });
  const classes = [
    ...new Set(results.flatMap((result) => defectsOf(result).map((defect) => defect.class))),
  ].sort();
  const languages = [...new Set(results.map(({ language }) => language))].sort();
  const share = (keep: (result: CaseResult, defectClass: string) => boolean) =>
    names.map((name) => shareOf(results, name, keep));
  return [
    table([['reviewer', ...header], ...overall]),
    `${confusion.join('')}\n`,
    table([['class', ...names], ...classes.map((one) => [one, ...share((_, own) => own === one)])]),
    '\n',
    table([
      ['language', 'cases', ...names],
      ...languages.map((one) => [
        one,
        String(results.filter(({ language }) => language === one).length),
        ...share((result) => result.language === one),
      ]),
    ]),
    '\n',
    table([
      ['case', ...names.map((name) => `${label}${name}`)],
      ...results.map((result) => caseRow(result, names)),
    ]),
  ].join('');
}

function ofReviewer(result: CaseResult, name: string): ReviewerResult | undefined {
  return result.reviewers.find(({ reviewer }) => reviewer === name);
}

function defectsOf(result: CaseResult) {
  const score = result.reviewers[0]?.score;
  return score === undefined ? [] : [...score.found.map(({ expected }) => expected), ...score.missed];
}

function counts(totals: Totals): string[] {
  const { planted, found, missed, duplicates, tolerated, severityOff, originOff } = totals;
  return [planted, found, missed, totals.false, duplicates, tolerated, severityOff, originOff].map(String);
}

/** `found/planted` of one reviewer over the defects that are wanted. */
function shareOf(
  results: readonly CaseResult[],
  name: string,
  keep: (result: CaseResult, defectClass: string) => boolean,
): string {
  const scores = results.flatMap((result) => {
    const own = ofReviewer(result, name);
    return own === undefined ? [] : [onlyDefects(own.score, (defect) => keep(result, defect.class))];
  });
  const { found, planted } = addScores(scores);
  return `${found}/${planted}`;
}

/** What a reviewer found and raised falsely in one case: `1/2`, `0/0, 3 false`. */
function caseRow(result: CaseResult, names: readonly string[]): string[] {
  return [
    result.case,
    ...names.map((name) => {
      const score = ofReviewer(result, name)?.score;
      if (score === undefined) return '–';
      const planted = score.found.length + score.missed.length;
      const wrong = score.false.length === 0 ? '' : `, ${score.false.length} false`;
      return `${score.found.length}/${planted}${wrong}`;
    }),
  ];
}

function surprises(results: readonly ScriptedResult[]): string {
  const lines = results.flatMap((result) => [
    ...result.differences.map(
      ({ reviewer, turn, call, tool, change }) =>
        `${result.case}: scripted ${reviewer}, turn ${turn}, call ${call}: ${tool} ${change}`,
    ),
    ...result.unexpected.map(
      (name) => `${result.case}: scripted ${name} came to another outcome than expected`,
    ),
  ]);
  const end =
    lines.length === 0 ? 'every tool answer is the recorded one, and every outcome the expected one' : '';
  return `\n${[...lines, ...(end === '' ? [] : [end])].join('\n')}\n`;
}

function letter(severity: string): string {
  return (severity[0] ?? '').toUpperCase();
}

/** A Markdown table whose columns line up. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  const [header = [], ...body] = rows;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('');
}
