import { UsageError } from '../errors.ts';
import {
  isSameRepository,
  parsePullRequestTarget,
  parseRepositoryId,
  type RepositoryId,
  type ReviewTargetRequest,
} from '../pipeline.ts';
import type { ParsedArguments } from './parse-arguments.ts';

/** What the words and flags ask to have reviewed. Throws `UsageError` when they name nothing, or two things. */
export function toTarget(parsed: ParsedArguments): ReviewTargetRequest {
  const one = (name: string) => parsed.values.get(name)?.[0] ?? null;
  const [range, base, head, commit] = [one('range'), one('base'), one('head'), one('commit')];
  const staged = parsed.switches.has('staged');
  const dirty = parsed.switches.has('dirty');
  const word = targetWord(parsed);
  const chosen = [
    word !== null,
    range !== null,
    base !== null || head !== null,
    commit !== null,
    staged,
    dirty,
  ];
  if (chosen.filter(Boolean).length > 1)
    throw new UsageError('more than one target is given', {
      hint: 'choose one of a pull request, --range, --base/--head, --commit, --staged and --dirty',
    });
  if (word !== null) return readTargetWord(word, one('repo'));
  if (one('repo') !== null)
    throw new UsageError('--repo has no effect without the number of a pull request', {
      hint: 'write for example: deep-review 12 --repo owner/name',
    });
  if (range !== null) return { kind: 'range', range };
  if (commit !== null) return { kind: 'commit', revision: commit };
  if (staged) return { kind: 'staged' };
  if (dirty) return { kind: 'dirty' };
  return base === null && head === null ? { kind: 'branch' } : { kind: 'base-head', base, head };
}

/** Whether a command works on a run that it names, and not on a target. */
export function isAboutRun(command: string): boolean {
  return command === 'rerun' || command === 'verify';
}

/** The word that names a pull request; null for none. */
export function targetWord({ command, words }: Pick<ParsedArguments, 'command' | 'words'>): string | null {
  if (isAboutRun(command.name)) return null;
  return words[['review', 'answer'].includes(command.name) ? 0 : 1] ?? null;
}

function readTargetWord(word: string, repo: string | null): ReviewTargetRequest {
  const target = parsePullRequestTarget(word);
  if (target === null) throw refuseWord(word);
  if (repo === null) return target;
  const repository = readRepositoryFlag(repo);
  if (target.repository !== null && !isSameRepository(target.repository, repository))
    throw new UsageError(`--repo ${repo} contradicts ${word}`, { hint: 'leave out --repo' });
  return { ...target, repository: target.repository ?? repository };
}

/** `--repo OWNER/NAME`. Throws `UsageError`. */
export function readRepositoryFlag(text: string): RepositoryId {
  const repository = parseRepositoryId(text);
  if (repository !== null) return repository;
  throw new UsageError(`--repo ${JSON.stringify(text)} is not OWNER/NAME`, {
    hint: 'for example: --repo octocat/hello-world',
  });
}

function refuseWord(word: string): UsageError {
  const shown = JSON.stringify(word.replace(/^(https?:\/\/)[^/]*@/i, '$1'));
  if (/^https?:\/\/|#|^\d+$/i.test(word))
    return new UsageError(`${shown} names no pull request`, {
      hint: 'write its number, owner/name#12, or its address: https://github.com/owner/name/pull/12',
    });
  return new UsageError(`${shown} is neither a command nor a target`, {
    hint: 'see "deep-review --help"; for a range write --range A..B',
  });
}
