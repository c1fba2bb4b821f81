import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { toReviewOptions } from '../../src/cli/review-options.ts';
import { UsageError } from '../../src/errors.ts';

const read = (words: readonly string[]) => toReviewOptions(parseArguments(words), '/work').post;

describe('what is to be posted', () => {
  test.each<[string, string[], string[]]>([
    ['nothing, unless told so', ['12'], []],
    [
      'each once, in the order in which it is posted',
      ['12', '--post', 'check, summary,check'],
      ['summary', 'check'],
    ],
    ['all three', ['o/r#12', '--post=summary,inline,check'], ['summary', 'inline', 'check']],
    ['of a run that is there', ['stage', 'publish', '--run', 'x', '--post', 'inline'], ['inline']],
    ['of the newest report', ['12', '--from', 'publish', '--post', 'summary'], ['summary']],
  ])('%s', (_name, words, parts) => {
    expect(read(words)).toEqual(parts);
  });

  const example = 'for example: --post summary,inline,check';
  const known = 'what can be posted: summary, inline, check';
  test.each<[string[], string, string]>([
    [['12', '--post', 'sumary'], '--post cannot post "sumary"', 'did you mean "summary"?'],
    [['12', '--post', 'everything'], '--post cannot post "everything"', known],
    [['12', '--post', 'summary,,check'], '--post cannot post ""', known],
    [['12', '--post', ''], '--post is empty', 'give it a value, or leave it out'],
    [
      ['--range', 'a..b', '--post', 'summary'],
      '--post needs a pull request to post to',
      'name it, for example: deep-review 12 --repo owner/name --post summary',
    ],
    [['stage', 'publish', '--run', 'x'], 'stage publish needs --post', example],
    [['12', '--from', 'publish'], '--from publish needs --post', example],
    [
      ['stage', 'render', '--run', 'x', '--post', 'summary'],
      '--post has no effect on stage render',
      'give it to stage publish',
    ],
    [
      ['--replay', 'x', '--post', 'summary'],
      '--replay repeats a recorded run: --post has no effect on it',
      'leave out --post, or start a new review without --replay',
    ],
  ])('%j is refused', (words, message, hint) => {
    let thrown: unknown;
    try {
      read(words);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UsageError);
    expect(thrown).toMatchObject({ message, hint });
  });
});
