import { nearestWord } from '../config/nearest-word.ts';
import { UsageError } from '../errors.ts';
import { type PostTarget, postTargets, type ReviewTargetRequest } from '../pipeline.ts';
import type { ParsedArguments } from './parse-arguments.ts';
import { isAboutRun } from './review-target.ts';

/** `--post summary,inline,check` → each once, in the order in which they are posted; none without it. Throws `UsageError`. */
export function parsePost(parsed: ParsedArguments, target: ReviewTargetRequest): readonly PostTarget[] {
  const text = parsed.values.get('post')?.[0];
  const stage = parsed.command.name === 'stage' ? (parsed.words[0] ?? '') : null;
  if (text === undefined) {
    if (stage === 'publish') throw new UsageError('stage publish needs --post', { hint: forExample });
    if (parsed.values.get('from')?.[0] === 'publish')
      throw new UsageError('--from publish needs --post', { hint: forExample });
    return [];
  }
  if (stage !== null && stage !== 'publish')
    throw new UsageError(`--post has no effect on stage ${stage}`, { hint: 'give it to stage publish' });
  if (stage === null && !isAboutRun(parsed.command.name) && target.kind !== 'pull-request')
    throw new UsageError('--post needs a pull request to post to', {
      hint: 'name it, for example: deep-review 12 --repo owner/name --post summary',
    });
  const words = text.split(',').map((word) => word.trim());
  for (const word of words) refuseUnknown(word);
  return postTargets.filter((part) => words.includes(part));
}

const forExample = 'for example: --post summary,inline,check';

function refuseUnknown(word: string): void {
  if (postTargets.some((part) => part === word)) return;
  const near = nearestWord(word, postTargets);
  throw new UsageError(`--post cannot post ${JSON.stringify(word)}`, {
    hint: near === null ? `what can be posted: ${postTargets.join(', ')}` : `did you mean "${near}"?`,
  });
}
