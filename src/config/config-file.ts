import * as z from 'zod';
import { EgressRule } from '../domain/egress.ts';
import { isLoopback } from '../domain/is-loopback.ts';
import { ProviderId, ReviewerId } from '../domain/reviewer.ts';
import { Severity } from '../domain/vocabulary.ts';
import { CommandEntries, SandboxEntry } from './command-settings.ts';

/** `https`, or plain `http` to this very machine; nothing else is ever connected to. */
export const EndpointUrl = z.url({ protocol: /^https?$/ }).refine(isHttpsOrLoopback, {
  message: 'must be https (plain http only for localhost)',
});

export const AuthStyle = z.enum(['bearer', 'x-api-key']);
export type AuthStyle = z.infer<typeof AuthStyle>;

const Milliseconds = z.int().min(1);

/** How long to wait for a reviewer's model, in milliseconds; what is left out is as `context/models/` says. */
const Limits = z.strictObject({
  /** Until the connection stands. */
  connectMs: Milliseconds.optional(),
  /** From there until the first byte of the answer. */
  firstByteMs: Milliseconds.optional(),
  /** Between two pieces of the answer. */
  idleMs: Milliseconds.optional(),
  /** Between two pieces of content; keep-alives do not count. */
  progressMs: Milliseconds.optional(),
  /** For one request and all its retries. */
  deadlineMs: Milliseconds.optional(),
});

export const ReviewerEntry = z.strictObject({
  id: ReviewerId,
  provider: ProviderId,
  model: z.string().min(1),
  effort: z.string().min(1).optional(),
  /** Most tokens it may use in all; required for a model whose price is not known. */
  maxTokens: z.int().min(1).optional(),
  /** Environment variable that holds its key. User's own file only. */
  apiKeyVariable: z.string().min(1).optional(),
  /** User's own file only. */
  baseUrl: EndpointUrl.optional(),
  /** How a gateway wants the key. User's own file only. */
  authStyle: AuthStyle.optional(),
  /** User's own file only. */
  limits: Limits.optional(),
});
export type ReviewerEntry = z.infer<typeof ReviewerEntry>;

const Budget = z.strictObject({
  usd: z.number().positive().optional(),
  minutes: z.number().positive().optional(),
  reviewerMinutes: z.number().positive().optional(),
});

const Publish = z.strictObject({
  summary: z.boolean().optional(),
  inline: z.union([Severity, z.literal('never')]).optional(),
  inlineLimit: z.int().min(0).max(100).optional(),
  check: z.boolean().optional(),
  /** Whether threads on findings that are fixed are marked as resolved. */
  resolveThreads: z.boolean().optional(),
  /** Whether the check fails where the review did not come to its end. */
  blockOnOutage: z.boolean().optional(),
});

const PathEntry = z.strictObject({
  /** Glob over paths of the repository. */
  match: z.string().min(1).max(500),
  instructions: z.string().trim().min(1).max(8_000),
});

/** What a configuration file may say: `.deep-review.yml` of a repository, or the user's own `config.yml`. */
export const ConfigFile = z.strictObject({
  reviewers: z.array(ReviewerEntry).min(1).max(8).optional(),
  quorum: z.int().min(0).max(8).optional(),
  failOn: z.union([Severity, z.literal('never')]).optional(),
  budget: Budget.optional(),
  /** Globs of files that reviewers need not look at; they stay in the report, marked. */
  ignore: z.array(z.string().min(1)).max(1000).optional(),
  /** Instructions for reviewers of changes to some paths. */
  paths: z.array(PathEntry).max(100).optional(),
  /** Where content of some paths may be sent. Every rule of either file holds: a repository can only add to them. */
  egress: z.array(EgressRule).max(100).optional(),
  publish: Publish.optional(),
  /** Commands reviewers may run in the sandbox, by name. User's own file only. */
  commands: CommandEntries.optional(),
  /** What those commands may use and read. User's own file only. */
  sandbox: SandboxEntry.optional(),
  /** Folders with sources of dependencies, read-only. User's own file only. */
  dependencies: z.array(z.string()).optional(),
});
export type ConfigFile = z.infer<typeof ConfigFile>;

/** Keys that only flags, the environment and the user's own file may set, as paths; `*` stands for any item. */
export const userOnlyKeys: readonly (readonly string[])[] = [
  ['commands'],
  ['dependencies'],
  ['sandbox'],
  ['endpoints'],
  ['keys'],
  ['post'],
  ['reviewers', '*', 'apiKeyVariable'],
  ['reviewers', '*', 'baseUrl'],
  ['reviewers', '*', 'authStyle'],
  ['reviewers', '*', 'limits'],
];

function isHttpsOrLoopback(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return isLoopback(url.hostname);
}
