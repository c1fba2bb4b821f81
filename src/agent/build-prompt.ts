import type { Change } from '../domain/change.ts';
import type { SystemBlock } from '../provider/language-model.ts';
import type { Background } from './gather-background.ts';
import { fillText } from './load-texts.ts';
import type { FilePatchView } from './patch-view.ts';
import { chooseDimensions } from './prompt/choose-dimensions.ts';
import { describeChecks, describeHistories, describeRounds } from './prompt/describe-background.ts';
import { describeFocus } from './prompt/describe-focus.ts';
import { encloseText, markFor } from './prompt/enclose-text.ts';
import { describeFacts, describePurpose, listCommits, listDiscussion } from './prompt/first-message.ts';
import { measureParts, type PromptPart } from './prompt/prompt-part.ts';
import type { RepositoryNote } from './prompt/repository-notes.ts';
import type { ReviewContext } from './prompt/review-context.ts';
import { type PromptLimits, promptLimits, showFiles } from './prompt/show-files.ts';
import { show } from './tools/path-text.ts';

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
  /** Changed files that people wrote and whose whole patch stands in the first message. */
  given: string[];
  /** All changed files of whose lines it shows every one that changed. */
  inlined: string[];
  /** What the above is made of; the sizes add up to all of it. */
  parts: PromptPart[];
}

/** What a reviewer is told at the start. The same input gives the same bytes. */
export function buildPrompt(input: BuildPromptInput): Prompt {
  const { change, context, background } = input;
  const { instructions } = context;
  const shown = showFiles(change, input.patch, input.limits ?? promptLimits);
  const data = {
    facts: describeFacts(change),
    description: describePurpose(change),
    commits: listCommits(change),
    discussion: listDiscussion(change),
    rounds: describeRounds(change),
    ...(change.focus === undefined ? {} : { since: describeFocus(change.focus) }),
    checks: describeChecks(change),
    before: describeHistories(background.histories),
    files: shown.overview,
    diff: shown.diff,
  };
  const mark = markFor(Object.values(data));
  const enclosed = enclose(data, mark);
  const since =
    change.focus === undefined ? '' : `\n\n${fillText(instructions, 'since-last-review', enclosed)}`;
  const firstMessage = fillText(instructions, 'first-message', { mark, ...enclosed, since });
  const blocks = systemBlocks(input);
  const system = blocks.map(({ text }, index) => ({ text, endsStablePrefix: index === blocks.length - 1 }));
  const sections = Object.entries(data).map(([name, text]) => ({ name, text }));
  return {
    system,
    firstMessage,
    given: shown.given,
    inlined: shown.inlined,
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

function systemBlocks({ change, patch, context, background }: BuildPromptInput): Block[] {
  const { instructions } = context;
  const review = fillText(instructions, 'review');
  const dimensions = chooseDimensions({ dimensions: context.dimensions, change, patch }).map(
    ({ name, title, text }) => ({ name: `dimensions/${name}`, text: `## ${title}\n\n${text}` }),
  );
  const notes = background.notes.map((note) => ({ name: headingOf(note), text: note.text }));
  const mark = markFor(notes.map(({ name, text }) => `${name}\n${text}`));
  // A path and a glob are of others' making too: outside there is only a number.
  const enclosed = notes.map(
    ({ name, text }, index) => `## ${index + 1}\n\n${encloseText(`${name}\n\n${text}`, mark)}`,
  );
  return [
    { text: review, pieces: [{ name: 'instructions/review', text: review }] },
    ...(dimensions.length === 0
      ? []
      : [
          {
            text: fillText(instructions, 'dimensions', {
              dimensions: dimensions.map(({ text }) => text).join('\n\n'),
            }),
            pieces: dimensions,
          },
        ]),
    ...(notes.length === 0
      ? []
      : [
          {
            text: fillText(instructions, 'repository', { mark, notes: enclosed.join('\n\n') }),
            pieces: notes,
          },
        ]),
  ];
}

function headingOf({ path, scope }: RepositoryNote): string {
  return scope === '' ? show(path) : `${show(path)}, for ${show(scope)}`;
}

function enclose(data: Record<string, string>, mark: string): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([name, text]) => [name, encloseText(text, mark)]));
}
