import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { UsageError } from '../errors.ts';

/** What an event tells of a pull request. All texts are of others. */
export interface PullRequestFacts {
  number: number;
  title: string;
  isDraft: boolean;
  isOpen: boolean;
  labels: readonly string[];
  author: { login: string; isBot: boolean; association: string };
  /** null where the event does not say, as one about a comment. */
  commits: { head: string; base: string; isFork: boolean } | null;
}

/** Why the step runs. */
export interface Occasion {
  /** `pull_request`, `issue_comment` … */
  event: string;
  /** `opened`, `created` …; empty for none. */
  action: string;
  /** The run has secrets and a writing token although a stranger may have caused it. */
  isPrivileged: boolean;
  /** null: the event is about none, or tells only its number. */
  facts: PullRequestFacts | null;
  /** null: the event is about none. */
  number: number | null;
  /** Only of a comment. */
  comment: { id: number; body: string; login: string; isBot: boolean; association: string } | null;
  /** Head of a fork's branch that another workflow ran on, which caused this run; null for none. */
  forkHead: string | null;
  /** The commit that the event is about, which a checkout without `ref` gets; null when the runner did not say. */
  commit: string | null;
}

const Account = z.object({ login: z.string(), type: z.string().optional() }).nullable().optional();
const Labels = z.array(z.object({ name: z.string() })).optional();
const Repository = z.object({ full_name: z.string() }).nullable().optional();
const Numbered = z.object({ number: z.int().min(1) });

const PullRequest = Numbered.extend({
  title: z.string(),
  draft: z.boolean().nullable().optional(),
  state: z.string(),
  author_association: z.string().optional(),
  labels: Labels,
  user: Account,
  head: z.object({ sha: z.string(), repo: Repository }),
  base: z.object({ sha: z.string(), repo: Repository }),
});

const Issue = Numbered.extend({
  title: z.string(),
  draft: z.boolean().nullable().optional(),
  state: z.string(),
  author_association: z.string().optional(),
  labels: Labels,
  user: Account,
  pull_request: z.object({}).nullable().optional(),
});

const Comment = z.object({
  id: z.int(),
  body: z.string(),
  user: Account,
  author_association: z.string().optional(),
});

const Payload = z.object({
  action: z.string().optional(),
  pull_request: PullRequest.nullable().optional(),
  issue: Issue.nullable().optional(),
  comment: Comment.nullable().optional(),
  /** What a person filled in who started the workflow by hand. */
  inputs: z.record(z.string(), z.unknown()).nullable().optional(),
  workflow_run: z
    .object({
      pull_requests: z.array(Numbered).optional(),
      head_sha: z.string().optional(),
      head_repository: Repository,
      repository: Repository,
    })
    .nullable()
    .optional(),
});
type Payload = z.infer<typeof Payload>;

/** Events that run on the default branch with all its secrets, and that somebody without any rights can bring about. */
const privileged = [
  ...['pull_request_target', 'issue_comment', 'workflow_run', 'check_run', 'check_suite', 'status'],
  ...['issues', 'discussion', 'discussion_comment'],
];

/** The event of this step, from the runner's variables. Throws `UsageError` when its file is no event. */
export async function readOccasion(variable: (name: string) => string | null): Promise<Occasion> {
  const event = variable('GITHUB_EVENT_NAME') ?? '';
  const payload = await readPayload(variable('GITHUB_EVENT_PATH'), event);
  const facts = toFacts(payload);
  const { comment } = payload;
  return {
    event,
    action: payload.action ?? '',
    isPrivileged: privileged.includes(event),
    facts,
    number: facts?.number ?? findNumber(payload),
    comment: comment == null ? null : { id: comment.id, body: comment.body, ...toPerson(comment) },
    forkHead: findForkHead(payload),
    commit: variable('GITHUB_SHA'),
  };
}

/** Of a workflow's run that was about one pull request, or of the input of one that was started by hand. */
function findNumber({ workflow_run: run, inputs }: Payload): number | null {
  const [first, ...more] = run?.pull_requests ?? [];
  if (first !== undefined && more.length === 0) return first.number;
  const input = inputs?.['pull-request'];
  const given = typeof input === 'string' || typeof input === 'number' ? `${input}`.trim() : '';
  return /^#?[1-9]\d{0,9}$/.test(given) ? Number(given.replace('#', '')) : null;
}

async function readPayload(path: string | null, event: string): Promise<Payload> {
  if (path === null) return {};
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new UsageError(`the event ${event} cannot be read from ${path}`, {
      hint: 'GITHUB_EVENT_PATH names a JSON file that the runner writes',
      cause,
    });
  }
  const parsed = Payload.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(
    `the event ${event} is not as GitHub writes it: ${issue?.path.join('.')}: ${issue?.message}`,
    {
      hint: 'name the pull request by the input pull-request',
    },
  );
}

/** Such an event names no pull request of a fork, but the commit. */
function findForkHead({ workflow_run: run }: Payload): string | null {
  const [head, own] = [run?.head_repository?.full_name, run?.repository?.full_name];
  return head?.toLowerCase() === own?.toLowerCase() ? null : (run?.head_sha ?? null);
}

function toFacts({ pull_request: pull, issue }: Payload): PullRequestFacts | null {
  if (pull != null) {
    const [head, base] = [pull.head.repo?.full_name, pull.base.repo?.full_name];
    // A fork that was deleted has no repository any more.
    const isFork = head === undefined || head.toLowerCase() !== base?.toLowerCase();
    return { ...toCommonFacts(pull), commits: { head: pull.head.sha, base: pull.base.sha, isFork } };
  }
  return issue?.pull_request == null ? null : { ...toCommonFacts(issue), commits: null };
}

function toCommonFacts(one: z.infer<typeof Issue> | z.infer<typeof PullRequest>) {
  return {
    number: one.number,
    title: one.title,
    isDraft: one.draft === true,
    isOpen: one.state === 'open',
    labels: (one.labels ?? []).map(({ name }) => name),
    author: toPerson(one),
  };
}

function toPerson(of: { user?: z.infer<typeof Account>; author_association?: string | undefined }) {
  const login = of.user?.login ?? '';
  const isBot = of.user?.type === 'Bot' || login.endsWith('[bot]');
  return { login, isBot, association: of.author_association ?? 'NONE' };
}
