import { createHash } from 'node:crypto';
import type { Change } from '../domain/change.ts';
import type { SystemBlock } from '../provider/language-model.ts';
import { fillText } from './load-texts.ts';
import type { FilePatchView } from './patch-view.ts';
import { chooseDimensions } from './prompt/choose-dimensions.ts';
import {
  describeFacts,
  describePurpose,
  listCommits,
  listDiscussion,
  listFiles,
  type PromptLimits,
  promptLimits,
  showDiff,
} from './prompt/first-message.ts';
import type { RepositoryNote } from './prompt/repository-notes.ts';
import type { ReviewContext } from './prompt/review-context.ts';

export interface BuildPromptInput {
  change: Change;
  /** The change's patch, as `viewPatch` gives it. */
  patch: ReadonlyMap<string, FilePatchView>;
  context: ReviewContext;
  notes: readonly RepositoryNote[];
  limits?: PromptLimits;
}

export interface Prompt {
  /** The same for every change of a repository that touches the same sorts of files. */
  system: SystemBlock[];
  firstMessage: string;
  /** Changed files whose whole patch stands in the first message. */
  given: string[];
}

/** What a reviewer is told at the start. The same input gives the same bytes. */
export function buildPrompt(input: BuildPromptInput): Prompt {
  const { change, context } = input;
  const { instructions } = context;
  const diff = showDiff(change, input.patch, input.limits ?? promptLimits);
  const data = {
    facts: describeFacts(change),
    description: describePurpose(change),
    commits: listCommits(change),
    discussion: listDiscussion(change),
    files: listFiles(change),
    diff: diff.text,
  };
  const mark = markFor(Object.values(data));
  const firstMessage = fillText(instructions, 'first-message', { mark, ...enclose(data, mark) });
  return { system: systemBlocks(input), firstMessage, given: diff.given };
}

function systemBlocks({ change, context, notes }: BuildPromptInput): SystemBlock[] {
  const { instructions } = context;
  const dimensions = chooseDimensions(context.dimensions, change)
    .map(({ title, text }) => `## ${title}\n\n${text}`)
    .join('\n\n');
  const written = notes.map(({ path, text }) => `## ${path}\n\n${text}`).join('\n\n');
  const texts = [
    fillText(instructions, 'review'),
    ...(dimensions === '' ? [] : [fillText(instructions, 'dimensions', { dimensions })]),
    ...(written === '' ? [] : [fillText(instructions, 'repository', { notes: written })]),
  ];
  return texts.map((text, index) => ({ text, endsStablePrefix: index === texts.length - 1 }));
}

/** Nobody can write a text that ends its own enclosure: the mark is made of all that it encloses. */
function markFor(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
}

function enclose(data: Record<string, string>, mark: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([name, text]) => [name, `⟦data ${mark}⟧\n${text}\n⟦end ${mark}⟧`]),
  );
}
