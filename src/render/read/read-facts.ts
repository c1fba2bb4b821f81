import type { ForeignFacts } from '../../domain/foreign-report.ts';
import type { Recommendation } from '../../domain/vocabulary.ts';
import type { HeaderRow } from './read-header.ts';

/** What the rows of a header say, as far as they can be understood. `file` is the file's name: it often has the date. */
export function readFacts(rows: readonly HeaderRow[], file: string): ForeignFacts {
  const row = (...names: string[]) =>
    rows.find(({ name }) => names.includes(name.toLowerCase()))?.value ?? '';
  const pullRequest = readPullRequest(row('pr', 'pull request'));
  return {
    date: readDate(row('date')) ?? readFileDate(file),
    repository: readRepository(row('repo', 'repository')) ?? readRepository(pullRequest?.url ?? ''),
    pullRequest,
    branch: readBranch(row('branch', 'head')),
    round: readNumber(/^\s*`?(\d{1,6})\b/.exec(row('round'))?.[1]),
    recommendation: readRecommendation(row('verdict', 'recommendation')),
    commits: readCommits(row('commits', 'commit')),
    wallClockMs: readDuration(row('wall-clock time', 'duration')),
    costUsd: readNumber(/\$\s?(\d{1,9}(?:\.\d{1,9})?)/.exec(row('cost'))?.[1]),
  };
}

function readDate(text: string): string | null {
  const [, date, time] = /(\d{4}-\d{2}-\d{2})(?:[T ]+(\d{2}:\d{2}))?/.exec(text) ?? [];
  return date === undefined ? null : time === undefined ? date : `${date} ${time}`;
}

/** `20260512-133636-pr-350.md` → `2026-05-12 13:36`; midnight to the second was nobody's clock. */
function readFileDate(file: string): string | null {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d{2})(\d{2})(?:-(\d{2})(\d{2})(\d{2}))?(?!\d)/.exec(file) ?? [];
  if (year === undefined || Number(month) > 12 || Number(day) > 31) return null;
  const date = `${year}-${month}-${day}`;
  return hour === undefined || `${hour}${minute}${second}` === '000000' ? date : `${date} ${hour}:${minute}`;
}

const forge = /(https?:\/\/[\w.-]{1,100})\/([\w.-]{1,100})\/([\w.-]{1,100})/;

function readRepository(text: string): ForeignFacts['repository'] {
  const [, host, owner, name] = forge.exec(text) ?? [];
  if (owner !== undefined && name !== undefined)
    return { owner, name, url: `${host}/${owner}/${name.replace(/\.git$/, '')}` };
  const [, ownerAlone, nameAlone] = /^[\s`[]*([\w.-]{1,100})\/([\w.-]{1,100})[\s`\]]*/.exec(text) ?? [];
  return ownerAlone === undefined || nameAlone === undefined
    ? null
    : { owner: ownerAlone, name: nameAlone, url: null };
}

function readPullRequest(text: string): ForeignFacts['pullRequest'] {
  const [found, number] = /#(\d{1,9})\b/.exec(text) ?? [];
  if (found === undefined) return null;
  const url = /\((https?:\/\/[^\s()<>]{1,300})\)/.exec(text)?.[1] ?? null;
  const title = text
    .slice(text.indexOf(found) + found.length)
    .replace(/^\]\([^)]*\)/, '')
    .replace(/^\s*(?:—|–|--?|:)\s*/, '');
  return { number: Number(number), url, title: title.trim() };
}

function readBranch(text: string): string | null {
  const branch = /`([^`]+)`/.exec(text)?.[1] ?? /^\S+/.exec(text)?.[0] ?? '';
  return branch === '' ? null : branch;
}

function readCommits(text: string): ForeignFacts['commits'] {
  return text.split(/<br\s*\/?>/i).flatMap((line) => {
    const [, sha, subject = ''] = /`([0-9a-f]{7,64})`(?:\]\([^)]*\))?\s*(.*)$/.exec(line.trim()) ?? [];
    return sha === undefined ? [] : [{ sha, subject: subject.replace(/^\((.*)\)$/, '$1').trim() }];
  });
}

function readRecommendation(text: string): ForeignFacts['recommendation'] {
  if (text.trim() === '') return null;
  const [, bold, after = ''] = /^\s*\*\*(.+?)\*\*(.*)$/s.exec(text) ?? [];
  const [words = '', ...sentence] =
    bold === undefined ? text.split(/(?<!\s)\s+(?:—|–|--)\s+/) : [bold, after];
  const rest = sentence.join(' — ').replace(/^\s*(?:—|–|--|:|\.)\s*/, '');
  return { value: classify(words), words: words.trim(), sentence: rest.trim() };
}

/** In order: the first that fits. */
const words: readonly [RegExp, Recommendation][] = [
  [/\b(?:incomplete|no recommendation)\b/, 'incomplete'],
  [/\b(?:rework|reject|request changes|do not merge|block)\b/, 'rework'],
  [/\b(?:optional|suggestions?|cleanup|nits?)\b/, 'merge-with-optional-fixes'],
  [/\b(?:fix(?:es)?|required changes|changes required)\b/, 'merge-with-fixes'],
  [/\b(?:as-is|as is|approve|lgtm|merge)\b/, 'merge-as-is'],
];

function classify(text: string): Recommendation | null {
  const lower = text.slice(0, 200).toLowerCase();
  return words.find(([pattern]) => pattern.test(lower))?.[1] ?? null;
}

const unitMs: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000 };

/** `1 h 4 min 43 s`, `16m 51s`, `5:46`. */
function readDuration(text: string): number | null {
  const [, first, second, third] = /^\s*`?(\d{1,4}):(\d{2})(?::(\d{2}))?`?\s*$/.exec(text) ?? [];
  if (first !== undefined)
    return (
      1000 *
      (third === undefined
        ? Number(first) * 60 + Number(second)
        : Number(first) * 3600 + Number(second) * 60 + Number(third))
    );
  const parts = [...text.slice(0, 200).matchAll(/(\d{1,6})\s*(h|min|m|s)(?![a-z])/gi)];
  if (parts.length === 0) return null;
  return parts.reduce(
    (sum, [, number, unit]) => sum + Number(number) * (unitMs[(unit ?? '').charAt(0).toLowerCase()] ?? 0),
    0,
  );
}

function readNumber(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
