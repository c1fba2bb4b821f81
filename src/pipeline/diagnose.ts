import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Environment,
  findPackageDirectory,
  type ReviewerAccess,
  readUserConfig,
  resolveConfig,
} from '../config.ts';
import type { EgressRule } from '../domain/egress.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { DeepReviewError } from '../errors.ts';
import { requireGitVersion } from '../git/git-version.ts';
import { type ModelFacts, readModelCatalog } from '../provider/model-data.ts';
import { type EndpointProbe, probeEndpoint } from '../provider/probe-endpoint.ts';
import { findBubblewrap } from '../sandbox/find-bubblewrap.ts';
import { openRepository } from './open-repository.ts';

export interface DiagnosisLine {
  subject: string;
  /** `unknown`: it could not be found out, which is not the same as missing. */
  state: 'ok' | 'missing' | 'unknown';
  detail: string;
  /** What to do; null when nothing needs doing. */
  advice: string | null;
}

export interface Diagnosis {
  /** Whether a review could run here. */
  ready: boolean;
  lines: DiagnosisLine[];
}

export interface DiagnoseOptions {
  workingDirectory: string;
  configPath: string | null;
  withoutConfig: boolean;
}

interface Dependencies {
  environment: Environment;
  signal: AbortSignal;
}

/** Looks at everything a review needs. Prints no key, asks each endpoint that has one
 * for its list of models, and changes nothing but makes the cache folder. */
export async function diagnose(options: DiagnoseOptions, dependencies: Dependencies): Promise<Diagnosis> {
  const needed = [
    await check('git', async () => {
      await requireGitVersion({
        searchPath: dependencies.environment.variable('PATH') ?? undefined,
        signal: dependencies.signal,
      });
      return 'new enough';
    }),
    await check('repository', () => describeRepository(options, dependencies)),
    await check('cache folder', () => checkCache(dependencies.environment)),
    await check('configuration', async () => {
      await readUserConfig(options.configPath, dependencies.environment);
      return options.withoutConfig ? 'not read (--no-config)' : 'readable';
    }),
  ];
  const reviewers = needed[3]?.state === 'ok' ? await describeReviewers(options, dependencies) : [];
  const sandbox = await describeSandbox(dependencies);
  return { ready: needed.every((line) => line.state === 'ok'), lines: [...needed, sandbox, ...reviewers] };
}

/** Tries it out. Without it nothing is run on the user's behalf; reviews don't need it. */
async function describeSandbox({ environment, signal }: Dependencies): Promise<DiagnosisLine> {
  const found = await findBubblewrap(environment.variable('PATH') ?? '', signal);
  if (found.outcome === 'ready')
    return { subject: 'sandbox', state: 'ok', detail: `${found.program} works: tried out`, advice: null };
  return {
    subject: 'sandbox',
    state: 'missing',
    detail: `${found.reason}; commands are not offered to reviewers`,
    advice: found.advice,
  };
}

async function check(subject: string, look: () => Promise<string>): Promise<DiagnosisLine> {
  try {
    return { subject, state: 'ok', detail: await look(), advice: null };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const known = cause instanceof DeepReviewError && cause.exitCode === 2;
    const advice = cause instanceof DeepReviewError ? (cause.hint ?? null) : null;
    return { subject, state: known ? 'missing' : 'unknown', detail: message, advice };
  }
}

async function describeRepository(options: DiagnoseOptions, dependencies: Dependencies): Promise<string> {
  const repository = await openRepository(options.workingDirectory, dependencies);
  try {
    const branch = await repository.currentBranch();
    return `${repository.topDirectory}, ${branch === null ? 'no branch checked out' : `branch ${branch}`}`;
  } finally {
    await repository.close();
  }
}

async function checkCache(environment: Environment): Promise<string> {
  await mkdir(environment.cacheDirectory, { recursive: true });
  await access(environment.cacheDirectory, constants.W_OK);
  return environment.cacheDirectory;
}

/** `checks` is always there; a model reviewer is missing without its key, which is fine as long as one is left. */
async function describeReviewers(
  options: DiagnoseOptions,
  { environment, signal }: Dependencies,
): Promise<DiagnosisLine[]> {
  const user = options.withoutConfig ? {} : await readUserConfig(options.configPath, environment);
  const config = resolveConfig({
    flags: { reviewers: null, models: new Map(), efforts: new Map(), failOn: null },
    environment,
    user,
    repository: {},
  });
  const catalog = await readModelCatalog(join(findPackageDirectory(), 'context', 'models'));
  const models = await Promise.all(
    config.reviewers.map(async (reviewer): Promise<DiagnosisLine[]> => {
      const access = config.access.get(reviewer.id);
      if (reviewer.type !== 'model' || access === undefined) return [];
      const facts = catalog.facts(reviewer.provider, reviewer.model);
      return describeReviewer({ reviewer, access, facts, signal });
    }),
  );
  return [
    ...models.flat(),
    ...describeEgress(config.egress),
    { subject: 'reviewer checks', state: 'ok', detail: 'needs no key and no network', advice: null },
  ];
}

/** The user's own rules; a repository's are read with each change, at its base. */
function describeEgress(rules: readonly EgressRule[]): DiagnosisLine[] {
  return rules.map(({ paths, to }) => ({
    subject: 'egress',
    state: 'ok',
    detail: `${paths.map(makeVisibleLine).join(', ')}: content is sent ${to.length === 0 ? 'to nobody' : `only to ${to.join(', ')}`}`,
    advice: null,
  }));
}

interface ReviewerQuestion {
  reviewer: ModelReviewer;
  access: ReviewerAccess;
  facts: ModelFacts;
  signal: AbortSignal;
}

async function describeReviewer(question: ReviewerQuestion): Promise<DiagnosisLine[]> {
  const { reviewer, access, facts, signal } = question;
  const subject = `reviewer ${reviewer.id}`;
  const model = `${reviewer.provider} ${reviewer.model}`;
  if (access.apiKey === null)
    return [
      {
        subject,
        state: 'missing',
        detail: `${model}: no key`,
        advice: `set ${access.keyVariables.join(' or ')}, or leave it out with --reviewers`,
      },
    ];
  const probe = await probeEndpoint(
    { ...access, provider: reviewer.provider, modelId: reviewer.model },
    signal,
  );
  const priced = facts.prices.length > 0;
  return [
    { subject, state: 'ok', detail: `${model}: key present`, advice: null },
    { subject: '  endpoint', ...describeProbe(probe, access) },
    {
      subject: '  model',
      state: facts.known ? 'ok' : 'unknown',
      detail: facts.known ? `known, figures of ${facts.published}` : 'nothing is known of its limits',
      advice: facts.known ? null : 'check its name; unknown models run with careful limits',
    },
    {
      subject: '  price',
      state: priced ? 'ok' : 'unknown',
      detail: priced ? 'known' : 'not known: its cost is printed as unknown',
      advice: priced ? null : `set maxTokens for ${reviewer.id} in your config.yml`,
    },
  ];
}

function describeProbe(probe: EndpointProbe, access: ReviewerAccess): Omit<DiagnosisLine, 'subject'> {
  const place = access.baseUrl ?? 'the vendor’s own';
  if (probe.outcome === 'refuses-key')
    return {
      state: 'missing',
      detail: `${place} does not take the key (${probe.status})`,
      advice: `check ${access.keyVariables.join(' or ')}`,
    };
  if (probe.outcome === 'unknown')
    return {
      state: 'unknown',
      detail: `${place}: ${makeVisibleLine(probe.reason)}`,
      advice: 'check the network, or try again',
    };
  const listed = probe.modelListed === false ? '; it does not list this model' : '';
  return {
    state: probe.modelListed === false ? 'missing' : 'ok',
    detail: `${place} answers${listed}`,
    advice: probe.modelListed === false ? 'choose another model with --model' : null,
  };
}
