import { createHash } from 'node:crypto';
import { createGitFixture, type FixtureContent, type GitFixture } from './git-fixture.ts';

export interface EgressRepository {
  git: GitFixture;
  base: string;
  head: string;
  /** Every commit, oldest first. */
  commits: string[];
  /** Paths under which planted lines stand or stood, anywhere. */
  paths: string[];
  /** One for each planted line: 20 characters that stand nowhere else. */
  tokens: string[];
}

/**
 * A repository in which every line of everything that is, was, comes from or goes to `secret/` holds a token: changed,
 * removed, moved out with and without a change, moved in, copied under another name, moved long ago, a link, notes.
 */
export function createEgressRepository(): EgressRepository {
  const git = createGitFixture();
  const tokens: string[] = [];
  const plant = (name: string, lines = 12) => {
    const planted = Array.from({ length: lines }, (_, index) =>
      createHash('sha256').update(`${name}:${index}`).digest('hex').slice(0, 20),
    );
    tokens.push(...planted);
    return planted.map((token, index) => `export const planted${index} = "${token}";\n`).join('');
  };
  const ordinary = (word: string) => `export function ${word}() {\n  return "${word}";\n}\n`;
  const commits: string[] = [];
  const commit = (files: Record<string, FixtureContent>, message: string) =>
    commits.push(git.commit(files, message));
  const [early, wasOlder, moves, edited, gone, inbound] = [
    plant('early'),
    plant('older'),
    plant('moves'),
    plant('edited', 30),
    plant('gone'),
    plant('inbound'),
  ];
  commit({ 'secret/early.ts': early, 'secret/a.ts': wasOlder, 'src/app.ts': ordinary('first') }, 'Begin');
  commit({ 'secret/early.ts': null, 'public/early.ts': early }, 'Move early out');
  const link = plant('link', 1).slice(25, 47);
  commit(
    {
      'secret/a.ts': plant('a before'),
      'secret/gone.ts': gone,
      'secret/moves.ts': moves,
      'secret/edited.ts': edited,
      'secret/AGENTS.md': plant('notes', 4),
      'secret/link': { link: link.replaceAll('"', '') },
      'public/inbound.ts': inbound,
      'src/app.ts': ordinary('second'),
    },
    'Prepare',
  );
  const base = commits.at(-1) ?? '';
  commit(
    {
      'secret/moves.ts': null,
      'public/moved.ts': moves,
      'secret/edited.ts': null,
      'public/edited.ts': edited,
      'secret/gone.ts': null,
      'public/inbound.ts': null,
      'secret/inbound.ts': inbound,
    },
    'Move',
  );
  const now = plant('a now');
  commit(
    {
      'secret/a.ts': now,
      'public/twin.ts': now,
      // So little of it is left that the whole change no longer shows it as moved.
      'public/edited.ts': `${edited.split('\n').slice(0, 8).join('\n')}\n${ordinary('other').repeat(12)}`,
      'src/app.ts': ordinary('third'),
    },
    'Change',
  );
  const head = commits.at(-1) ?? '';
  return {
    git,
    base,
    head,
    commits,
    paths: [
      'secret/a.ts',
      'secret/early.ts',
      'public/early.ts',
      'secret/gone.ts',
      'secret/moves.ts',
      'public/moved.ts',
      'secret/edited.ts',
      'public/edited.ts',
      'secret/AGENTS.md',
      'secret/link',
      'public/inbound.ts',
      'secret/inbound.ts',
      'public/twin.ts',
    ],
    tokens,
  };
}
