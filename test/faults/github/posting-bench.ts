import { summaryMarker } from '../../../src/domain/hidden-block.ts';
import type { PostTarget, Publication, PublishReceipt } from '../../../src/domain/publication.ts';
import { createGithubClient } from '../../../src/forge/github/github-client.ts';
import { createGithubPublisher } from '../../../src/forge/github/github-publisher.ts';
import { readGithubToken } from '../../../src/forge/github/github-token.ts';
import type { ReportPublisher } from '../../../src/forge/report-publisher.ts';
import { publish } from '../../../src/publish/publish.ts';
import { type GithubServer, startGithubServer } from '../../servers/github/github-server.ts';
import type { FaultRule, ScenarioPullRequest, ScenarioToken } from '../../servers/github/scenario.ts';
import { createGitFixture, type GitFixture } from '../../support/git-fixture.ts';
import { type SamplePublication, samplePublication } from './sample-publication.ts';

export interface BenchInput {
  pullRequest?: Partial<ScenarioPullRequest>;
  tokens?: Readonly<Record<string, ScenarioToken>>;
  faults?: readonly FaultRule[];
}

export interface PostOptions {
  /** Default `workflow`. */
  token?: string;
  sample?: Partial<SamplePublication>;
  /** In place of a sample. */
  publication?: Publication;
  /** Default: all three. */
  parts?: readonly PostTarget[];
  earlier?: PublishReceipt | null;
  /** What somebody else does just before our first edit of a comment. */
  beforeEdit?: () => Promise<void>;
}

/** A pull request on a strict GitHub, and the real client, publisher and decisions against it. */
export interface PostingBench {
  server: GithubServer;
  repository: GitFixture;
  head: string;
  /** Milliseconds that were waited; nobody really waits. */
  waitedMs(): number;
  publisher(token?: string): ReportPublisher;
  post(options?: PostOptions): Promise<PublishReceipt>;
  /** What stands there now, without what is folded away but for the summaries: `1 summary, 0 folded away, 2 beside the code, 1 check`. */
  standing(): Promise<string>;
}

export const target = { repository: 'acme/shop', number: 7 };
const owner = 'acme';
const name = 'shop';

const tokens: Readonly<Record<string, ScenarioToken>> = {
  workflow: {
    kind: 'actions',
    repository: target.repository,
    permissions: { contents: 'read', pull_requests: 'write', issues: 'write', checks: 'write' },
  },
  readonly: {
    kind: 'actions',
    repository: target.repository,
    permissions: { contents: 'read', pull_requests: 'read', checks: 'read' },
  },
};

/** Runs a row's work on a bench of its own, and tells if the program tried what it must never do. */
export async function withBench(
  input: BenchInput,
  work: (bench: PostingBench) => Promise<string>,
): Promise<string> {
  const repository = createGitFixture({ name });
  const lines = Array.from({ length: 40 }, (_, at) => `export const n${at + 1} = ${at + 1};`);
  repository.commit({ 'README.md': 'A store.\n', 'far.ts': `${lines.join('\n')}\n` }, 'Begin');
  repository.git('checkout', '--quiet', '-b', 'feature');
  const head = repository.commit({ 'store.ts': `${lines.join('\n')}\n` }, 'Keep things');
  const server = await startGithubServer({
    scenario: {
      tokens: { ...tokens, ...input.tokens },
      repositories: [
        {
          name: target.repository,
          git: repository.directory,
          pullRequests: [{ number: 7, title: 'Keep things', head: 'feature', ...input.pullRequest }],
        },
      ],
      faults: input.faults ?? [],
    },
  });
  try {
    const said = await work(createBench({ server, repository, head }));
    const tried = server.journal.forbidden().map(({ forbidden }) => forbidden);
    return tried.length === 0 ? said : `${said}; tried ${tried.join(', ')}`;
  } finally {
    await server.close();
    repository.remove();
  }
}

function createBench(parts: Pick<PostingBench, 'server' | 'repository' | 'head'>): PostingBench {
  const { server, head } = parts;
  let aheadMs = 0;
  const clock = {
    now: () => performance.now() + aheadMs,
    date: () => new Date(Date.UTC(2026, 11, 1) + aheadMs),
    sleep: async (milliseconds: number, signal: AbortSignal) => {
      signal.throwIfAborted();
      aheadMs += milliseconds;
    },
    random: () => 0.5,
  };
  const publisher = (token = 'workflow') =>
    createGithubPublisher({
      client: createGithubClient({
        site: { server: server.url, api: server.url },
        token: readGithubToken(token, 'GITHUB_TOKEN'),
        version: '0.0.0',
        onNotice: () => {},
        limits: { answerMs: 5_000, totalMs: 20_000 },
        clock,
      }),
      repository: { owner, name },
      pullRequest: target.number,
      assumedLogin: 'github-actions[bot]',
    });
  return {
    ...parts,
    waitedMs: () => aheadMs,
    publisher,
    post: ({ token, sample, publication, parts: wanted, earlier = null, beforeEdit } = {}) =>
      publish(
        {
          publication: only(publication ?? samplePublication({ head, ...sample }), wanted),
          pullRequest: target,
          earlierReceipt: earlier,
        },
        {
          publisher: interrupted(publisher(token), beforeEdit),
          signal: new AbortController().signal,
          clock,
          emit: () => {},
          writeReceipt: async () => {},
        },
      ),
    standing: () => countStanding(server, head),
  };
}

function interrupted(publisher: ReportPublisher, beforeEdit: PostOptions['beforeEdit']): ReportPublisher {
  let waiting = beforeEdit;
  const edit = publisher.updateComment.bind(publisher);
  publisher.updateComment = async (...given) => {
    const now = waiting;
    waiting = undefined;
    await now?.();
    return edit(...given);
  };
  return publisher;
}

function only(publication: Publication, parts: readonly PostTarget[] | undefined): Publication {
  if (parts === undefined) return publication;
  const { summary, inline, check } = publication;
  return {
    ...publication,
    summary: parts.includes('summary') ? summary : null,
    inline: parts.includes('inline') ? inline : null,
    check: parts.includes('check') ? check : null,
  };
}

async function countStanding(server: GithubServer, head: string): Promise<string> {
  await server.control.setFaults([]);
  await server.control.setToken({
    name: 'inspector',
    token: { kind: 'classic', user: owner, scopes: ['repo'] },
  });
  const read = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${server.url}/repos/${target.repository}${path}?per_page=100`, {
      headers: { 'user-agent': 'inspector', authorization: 'Bearer inspector' },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return (await answer.json()) as T;
  };
  const comments = (await server.control.comments(target)).filter(({ body }) =>
    body.startsWith(summaryMarker),
  );
  const folded = comments.filter(({ minimized }) => minimized !== null).length;
  const beside = await read<unknown[]>(`/pulls/${target.number}/comments`);
  const foldedBeside =
    server.journal.writes().filter(({ operation }) => operation === 'graphql/minimizeComment').length -
    folded;
  const checks = await read<{ check_runs: unknown[] }>(`/commits/${head}/check-runs`);
  const count = (amount: number, word: string) => `${amount} ${word}${amount === 1 ? '' : 's'}`;
  return [
    amountOf(comments.length - folded),
    `${folded} folded away`,
    `${beside.length - foldedBeside} beside the code`,
    count(checks.check_runs.length, 'check'),
  ].join(', ');
}

function amountOf(summaries: number): string {
  return summaries === 1 ? '1 summary' : `${summaries} summaries`;
}

/** `check created, inline created, summary failed (unreachable)` */
export function wordReceipt({ parts }: PublishReceipt): string {
  return parts
    .map(({ part, outcome, cause }) => `${part} ${outcome}${cause === null ? '' : ` (${cause.code})`}`)
    .join(', ');
}
