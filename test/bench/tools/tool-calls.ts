import { RandomSource } from '../../git/patch/random-source.ts';
import { busyPath, fileCount, pathAt } from './big-repository.ts';

export interface MeasuredCall {
  tool: string;
  arguments: Record<string, unknown>;
  /** What plain git does for it. */
  git: string[];
}

/** What a reviewer asks in a long session, over 400 calls in a mixed order. */
export function toolCalls(input: {
  base: string;
  head: string;
  commits: readonly string[];
  changed: readonly string[];
}): MeasuredCall[] {
  const random = new RandomSource(31);
  const { base, head, commits, changed } = input;
  const anyPath = () =>
    random.below(3) === 0 ? busyPath(random.below(1_000)) : pathAt(random.below(fileCount));
  const kinds: Record<string, { calls: number; make: () => Omit<MeasuredCall, 'tool'> }> = {
    read_file: {
      calls: 120,
      make: () => {
        const [path, isBase] = [anyPath(), random.below(5) === 0];
        const range = random.below(3) === 0 ? { startLine: 10, endLine: 19 } : {};
        return {
          arguments: { path, commit: isBase ? 'base' : 'head', ...range },
          git: ['cat-file', 'blob', `${isBase ? base : head}:${path}`],
        };
      },
    },
    list_files: {
      calls: 60,
      make: () => {
        const area = `services/area${random.below(40)}`;
        if (random.below(2) === 0) return { arguments: { path: area }, git: ['ls-tree', head, `${area}/`] };
        const glob = `${area}/**/*.{go,ts}`;
        return { arguments: { glob }, git: ['ls-files', `--with-tree=${head}`, `:(glob)${area}/**/*.go`] };
      },
    },
    diff: {
      calls: 60,
      make: () => {
        const path = random.pick(changed);
        return { arguments: { path }, git: ['diff', base, head, '--', path] };
      },
    },
    git_log: {
      calls: 60,
      make: () => {
        const [path, limit] = [busyPath(random.below(1_000)), 1 + random.below(30)];
        if (random.below(4) === 0)
          return { arguments: { limit }, git: ['log', `-${limit}`, '--format=%H %s', head] };
        const git = ['log', `-${limit}`, '--format=%H %s', head, '--', path];
        return { arguments: { path, limit }, git };
      },
    },
    git_blame: {
      calls: 60,
      make: () => {
        const path = busyPath(random.below(1_000));
        const [startLine, endLine] = random.below(4) === 0 ? [1, 20] : [5, 15];
        return {
          arguments: { path, startLine, endLine },
          git: ['blame', `-L${startLine},${endLine}`, head, '--', path],
        };
      },
    },
    git_show: {
      calls: 60,
      make: () => {
        const commit = commits[1 + random.below(commits.length - 2)] ?? head;
        return { arguments: { commit }, git: ['show', commit] };
      },
    },
    'search with a glob': {
      calls: 60,
      make: () => {
        const glob = `services/area${random.below(40)}/**/*.go`;
        const pattern = random.pick(['lease', 'Errorf\\("queue', 'return (nil|err)', 'store\\d+ :=']);
        return {
          arguments: { pattern, glob },
          git: ['grep', '-n', '-E', pattern.replace('\\d', '[0-9]'), head, '--', `:(glob)${glob}`],
        };
      },
    },
  };
  const calls = Object.entries(kinds).flatMap(([tool, { calls: wanted, make }]) =>
    Array.from({ length: wanted }, (): MeasuredCall => ({ tool, ...make() })),
  );
  return shuffle(random, calls);
}

/** Over all files; how plain git says the same. */
export function wholeSearches(head: string): MeasuredCall[] {
  const search = (tool: string, pattern: string, ...flags: string[]): MeasuredCall => ({
    tool,
    arguments: { pattern },
    git: ['grep', '-n', ...flags, '-e', pattern.replace('(?i)', ''), head],
  });
  return [
    search('literal', 'kept until its lease 7 is gone', '-F'),
    search('alternation', 'lease1[0-9]? is gone|worker1[0-9]? is gone', '-E'),
    search('alternation of texts', 'queue lock 10:|shard packet 11:', '-E'),
    search('ignoring case', '(?i)of the packet is kept until its lease 7', '-i'),
    search('(a+)+$', '(a+)+$', '-E'),
    search('no match', 'zzyzx_nowhere', '-F'),
  ];
}

function shuffle<Item>(random: RandomSource, items: Item[]): Item[] {
  for (let at = items.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1);
    const [a, b] = [items[at], items[other]];
    if (a !== undefined && b !== undefined) [items[at], items[other]] = [b, a];
  }
  return items;
}
