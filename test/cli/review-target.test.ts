import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { toReviewOptions } from '../../src/cli/review-options.ts';
import { UsageError } from '../../src/errors.ts';

const read = (words: readonly string[]) => toReviewOptions(parseArguments(words), '/work').target;

function pullRequest(repository: string | null, server: string | null = null) {
  const [owner, name] = repository?.split('/') ?? [];
  return {
    kind: 'pull-request',
    number: 12,
    repository: repository === null ? null : { owner, name },
    server,
  };
}

describe('what is to be reviewed', () => {
  test.each<[string, string[], object]>([
    ['nothing: the branch', [], { kind: 'branch' }],
    ['a number', ['12'], pullRequest(null)],
    ['a number as people write it', ['review', '#12'], pullRequest(null)],
    [
      'a number and its repository',
      ['12', '--repo', 'octo-org/hello.world'],
      pullRequest('octo-org/hello.world'),
    ],
    ['both in one word', ['octo-org/hello.world#12'], pullRequest('octo-org/hello.world')],
    ['the same said twice', ['o/r#12', '--repo', 'O/R'], pullRequest('o/r')],
    ['an address', ['https://github.com/o/r/pull/12'], pullRequest('o/r', 'https://github.com')],
    [
      'the address of a page, on a server of one’s own',
      ['https://git.example:8443/o/r/pull/12/files?w=1#diff-1'],
      pullRequest('o/r', 'https://git.example:8443'),
    ],
    ['of a stage', ['stage', 'collect', '12', '--run', 'x'], pullRequest(null)],
    ['of what reviewers are told', ['context', 'show', 'o/r#12'], pullRequest('o/r')],
    ['a range', ['--range', 'a..b'], { kind: 'range', range: 'a..b' }],
    ['a stage of a range', ['stage', 'collect', '--run', 'x', '--staged'], { kind: 'staged' }],
  ])('%s', (_name, words, target) => {
    expect(read(words)).toEqual(target);
  });

  const one = 'choose one of a pull request, --range, --base/--head, --commit, --staged and --dirty';
  const how = 'write its number, owner/name#12, or its address: https://github.com/owner/name/pull/12';
  test.each<[string[], string, string]>([
    ...['--range=a..b', '--base=a', '--head=b', '--commit=c', '--staged', '--dirty'].map(
      (flag): [string[], string, string] => [['12', flag], 'more than one target is given', one],
    ),
    [
      ['--range', 'a..b', '--repo', 'o/r'],
      '--repo has no effect without the number of a pull request',
      'write for example: deep-review 12 --repo owner/name',
    ],
    [['12', '--repo', 'r'], '--repo "r" is not OWNER/NAME', 'for example: --repo octocat/hello-world'],
    [['o/r#12', '--repo', 'o/other'], '--repo o/other contradicts o/r#12', 'leave out --repo'],
    [['0'], '"0" names no pull request', how],
    [['99999999999'], '"99999999999" names no pull request', how],
    [['o/r#0'], '"o/r#0" names no pull request', how],
    [['../r#1'], '"../r#1" names no pull request', how],
    [
      ['https://me:secret@github.com/o/r/issues/12'],
      '"https://github.com/o/r/issues/12" names no pull request',
      how,
    ],
    [
      ['https://gitlab.com/o/r/-/merge_requests/12'],
      '"https://gitlab.com/o/r/-/merge_requests/12" names no pull request',
      how,
    ],
    [
      ['reveiw'],
      '"reveiw" is neither a command nor a target',
      'see "deep-review --help"; for a range write --range A..B',
    ],
    [
      ['--replay', 'run', '12'],
      '--replay repeats a recorded run: "12" has no effect on it',
      'leave it out, or start a new review without --replay',
    ],
    [
      ['--replay', 'run', '--repo', 'o/r'],
      '--replay repeats a recorded run: --repo has no effect on it',
      'leave out --repo, or start a new review without --replay',
    ],
    [
      ['stage', 'render', '12', '--run', 'x'],
      'only stage collect takes a target, and "12" would be one',
      'the other stages go by the run directory: leave it out',
    ],
  ])('is refused: %j', (words, message, hint) => {
    expect(refusal(() => read(words))).toEqual({ message, hint });
  });
});

function refusal(call: () => unknown): { message: string; hint: string | undefined } | null {
  try {
    call();
    return null;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { message: error.message, hint: error.hint };
  }
}
