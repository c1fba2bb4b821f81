import { createHash } from 'node:crypto';
import type { Change } from '../domain/change.ts';
import type { SystemBlock } from '../provider/language-model.ts';
import type { Background } from './gather-background.ts';
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
import { measureParts, type PromptPart } from './prompt/prompt-part.ts';
import type { ReviewContext } from './prompt/review-context.ts';

export interface BuildPromptInput {
  change: Change;
  /** The change's patch, as `viewPatch` gives it. */
  patch: ReadonlyMap<string, FilePatchView>;
  context: ReviewContext;
  background: Background;
  limits?: PromptLimits;
}

export interface Prompt {
  /** The same for every change of a repository that touches the same sorts of files. */
  system: SystemBlock[];
  firstMessage: string;
  /** Changed files whose whole patch stands in the first message. */
  given: string[];
  /** What the above is made of; the sizes add up to all of it. */
  parts: PromptPart[];
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
  const blocks = systemBlocks(input);
  const system = blocks.map(({ text }, index) => ({ text, endsStablePrefix: index === blocks.length - 1 }));
  const sections = Object.entries(data).map(([name, text]) => ({ name, text }));
  return {
    system,
    firstMessage,
    given: diff.given,
    parts: [
      ...blocks.flatMap(({ text, pieces }) => measureParts('system', text, pieces)),
      ...measureParts('first-message', firstMessage, sections),
    ],
  };
}

interface Block {
  text: string;
  pieces: { name: string; text: string }[];
}

function systemBlocks({ change, context, background }: BuildPromptInput): Block[] {
  const { instructions } = context;
  const review = fillText(instructions, 'review');
  const dimensions = chooseDimensions(context.dimensions, change).map(({ name, title, text }) => ({
    name: `dimensions/${name}`,
    text: `## ${title}\n\n${text}`,
  }));
  const notes = background.notes.map(({ path, text }) => ({ name: path, text: `## ${path}\n\n${text}` }));
  const list = (pieces: Block['pieces']) => pieces.map(({ text }) => text).join('\n\n');
  return [
    { text: review, pieces: [{ name: 'instructions/review', text: review }] },
    ...(dimensions.length === 0
      ? []
      : [
          {
            text: fillText(instructions, 'dimensions', { dimensions: list(dimensions) }),
            pieces: dimensions,
          },
        ]),
    ...(notes.length === 0
      ? []
      : [{ text: fillText(instructions, 'repository', { notes: list(notes) }), pieces: notes }]),
  ];
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
