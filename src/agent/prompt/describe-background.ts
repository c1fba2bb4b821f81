import type { Change } from '../../domain/change.ts';
import { count } from '../tools/line-text.ts';
import { show } from '../tools/path-text.ts';
import { cutText, indent } from './cut-text.ts';
import type { EarlierCommit, FileHistories, FileHistory, TouchedSymbols } from './file-history.ts';
import { fitLines } from './fit-lines.ts';

const limits = { commits: 4, names: 20, history: 20_000, reason: 2_000, rounds: 30_000, checks: 10_000 };

/** Which functions the change touches and who wrote the lines it replaces, file by file. */
export function describeHistories({ files, left }: FileHistories): string {
  if (files.length === 0) return '(nothing: the change only adds files)';
  return fitLines(
    files.map(describeHistory),
    limits.history,
    (out) => `[${count(out, 'more file')}: git_blame shows who wrote them]`,
    left,
  );
}

function describeHistory({ path, symbols, commits }: FileHistory): string {
  return [
    show(path),
    ...(symbols === null ? [] : describeSymbols(symbols)),
    ...(commits === null ? ['    last written: (not known)'] : describeCommits(commits)),
  ].join('\n');
}

function describeSymbols({ changed, added, removed }: TouchedSymbols): string[] {
  const list = (title: string, names: readonly string[]) => {
    if (names.length === 0) return [];
    const more = names.length > limits.names ? `, ${names.length - limits.names} more` : '';
    return [`    ${title}: ${names.slice(0, limits.names).map(show).join(', ')}${more}`];
  };
  return [...list('stood there, changed', changed), ...list('new', added), ...list('removed', removed)];
}

function describeCommits(commits: readonly EarlierCommit[]): string[] {
  const lines = commits
    .slice(0, limits.commits)
    .map(({ sha, authoredAt, author, subject, replaced, beside }) => {
      const what = replaced > 0 ? `${count(replaced, 'line')} replaced` : `${count(beside, 'line')} beside`;
      return `    last written: ${sha.slice(0, 12)} ${authoredAt.slice(0, 10)} ${show(author)}: ${show(subject)} (${what})`;
    });
  const more = commits.length - lines.length;
  return more > 0 ? [...lines, `    and ${count(more, 'more commit')}`] : lines;
}

/** What people declined in earlier reviews of the same target, with their reasons. */
export function describeRounds({ earlierRounds, round }: Pick<Change, 'earlierRounds' | 'round'>): string {
  if (earlierRounds === null) return round === 1 ? '(none known)' : '(not known)';
  const earlierOnes = earlierRounds.filter((earlier) => earlier.round < round);
  const lines = earlierOnes.flatMap((earlier) => {
    const head = earlier.head === null ? '' : ` of ${earlier.head.slice(0, 12)}`;
    return [
      `Round ${earlier.round}${head}: ${count(earlier.declined.length, 'finding')} declined`,
      ...earlier.declined.map(({ label, severity, title, path, reason, by }) => {
        const place = path === null ? '' : ` in ${show(path)}`;
        const who = by === null ? '' : ` by ${show(by)}`;
        const why = indent(cutText(reason.trim(), limits.reason));
        return `- ${show(label)} (${severity}) ${show(title)}${place}; declined${who}:\n${why}`;
      }),
    ];
  });
  if (lines.length === 0) return '(none)';
  return fitLines(lines, limits.rounds, (left) => `[${count(left, 'more entry', 'more entries')} left out]`);
}

/** What the forge's checks said about the head: what did not pass first. */
export function describeChecks({ checkRuns }: Pick<Change, 'checkRuns'>): string {
  if (checkRuns === null) return '(not known)';
  if (checkRuns.length === 0) return '(none)';
  const order = ['failed', 'running', 'unknown', 'skipped', 'passed'];
  const lines = checkRuns
    .toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.name < b.name ? -1 : 1))
    .map(
      ({ state, name, summary }) => `- ${state}: ${show(name)}${summary === '' ? '' : `: ${show(summary)}`}`,
    );
  return fitLines(lines, limits.checks, (left) => `[${count(left, 'more check')} left out]`);
}
