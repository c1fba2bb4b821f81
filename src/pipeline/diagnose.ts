import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, findPackageDirectory, type ReviewerAccess } from '../config.ts';
import type { EgressRule } from '../domain/egress.ts';
import type { ModelReviewer } from '../domain/reviewer.ts';
import { makeVisibleLine } from '../domain/visible-text.ts';
import { grammarsProblem } from '../evidence/languages.ts';
import { requireGitVersion } from '../git/git-version.ts';
import { type ModelFacts, readModelCatalog } from '../provider/model-data.ts';
import { priceOn } from '../provider/price.ts';
import { type EndpointProbe, probeEndpoint } from '../provider/probe-endpoint.ts';
import { findBubblewrap } from '../sandbox/find-bubblewrap.ts';
import { diagnoseGithub } from './diagnose-github.ts';
import { type DiagnoseDependencies, type DiagnoseOptions, diagnoseReview } from './diagnose-review.ts';
import { check, type DiagnosisLine } from './diagnosis-line.ts';
import { makeCacheFolder } from './open-repository.ts';

export interface Diagnosis {
  /** Whether a review without flags would start here. */
  ready: boolean;
  lines: DiagnosisLine[];
}

/** Looks at everything a review needs. Prints no key, asks each endpoint that has one
 * for its list of models, and changes nothing but makes the cache folder. */
export async function diagnose(
  options: DiagnoseOptions,
  dependencies: DiagnoseDependencies,
): Promise<Diagnosis> {
  const { environment, signal } = dependencies;
  const git = await check('git', async () => {
    const searchPath = environment.variable('PATH') ?? undefined;
    await requireGitVersion({ searchPath, signal });
    return { detail: 'new enough', value: null };
  });
  const cache = await check('cache folder', () => checkCache(dependencies));
  const review = await diagnoseReview(options, dependencies);
  const needed = [git.line, cache.line, ...review.lines];
  const reviewers = review.config === null ? [] : await describeReviewers(review.config, dependencies);
  const sandbox = await describeSandbox(dependencies);
  const resolveThreads = review.config?.publish.resolveThreads === true;
  const github = await diagnoseGithub(
    { ...options, repo: options.repo ?? null, resolveThreads },
    dependencies,
  );
  return {
    ready: needed.every((line) => line.state === 'ok'),
    lines: [...needed, sandbox, ...reviewers, await describeChecks(), ...github],
  };
}

async function describeChecks(): Promise<DiagnosisLine> {
  const subject = 'reviewer checks';
  const problem = await grammarsProblem();
  if (problem === null) return { subject, state: 'ok', detail: 'needs no key and no network', advice: null };
  return {
    subject,
    state: 'missing',
    detail: `syntax trees cannot be read on this machine (${makeVisibleLine(problem)})`,
    advice: 'models review all the same; for checks install for this machine, with optional packages',
  };
}

/** Tries it out. Without it nothing is run on the user's behalf; reviews don't need it. */
async function describeSandbox({ environment, signal }: DiagnoseDependencies): Promise<DiagnosisLine> {
  const found = await findBubblewrap(environment.variable('PATH') ?? '', signal);
  if (found.outcome === 'ready') {
    const { program, weakness } = found;
    const detail = `${program} works: tried out${weakness === null ? '' : `; ${weakness}`}`;
    return { subject: 'sandbox', state: 'ok', detail, advice: null };
  }
  return {
    subject: 'sandbox',
    state: 'missing',
    detail: `${found.reason}; commands are not offered to reviewers`,
    advice: found.advice,
  };
}

async function checkCache(dependencies: DiagnoseDependencies): Promise<{ detail: string; value: null }> {
  const { cacheDirectory } = dependencies.environment;
  await makeCacheFolder(dependencies);
  await access(cacheDirectory, constants.W_OK);
  return { detail: cacheDirectory, value: null };
}

/** A model reviewer is missing without its key, which is fine as long as one is left. */
async function describeReviewers(
  config: Config,
  { signal, clock }: DiagnoseDependencies,
): Promise<DiagnosisLine[]> {
  const catalog = await readModelCatalog(join(findPackageDirectory(), 'context', 'models'));
  const models = await Promise.all(
    config.reviewers.map(async (reviewer): Promise<DiagnosisLine[]> => {
      const access = config.access.get(reviewer.id);
      if (reviewer.type !== 'model' || access === undefined) return [];
      const facts = catalog.facts(reviewer.provider, reviewer.model);
      const maxTokens = config.maxTokens.get(reviewer.id) ?? null;
      return describeReviewer({ reviewer, access, facts, maxTokens, date: clock.date(), signal });
    }),
  );
  return [...models.flat(), ...describeEgress(config.egress)];
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
  /** Its cap; null for none. */
  maxTokens: number | null;
  date: Date;
  signal: AbortSignal;
}

async function describeReviewer(question: ReviewerQuestion): Promise<DiagnosisLine[]> {
  const { reviewer, access, facts, maxTokens, date, signal } = question;
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
  const priced = priceOn(facts.prices, date) !== null;
  const efforts =
    facts.efforts.length === 0 ? 'it is sent any effort that is set' : `efforts: ${facts.efforts.join(', ')}`;
  return [
    {
      subject,
      state: 'ok',
      detail: `${model}: ${access.apiKey === '' ? 'needs no key' : 'key present'}`,
      advice: null,
    },
    { subject: '  endpoint', ...describeProbe(probe, access) },
    {
      subject: '  model',
      state: facts.known ? 'ok' : 'unknown',
      detail: `${facts.known ? `known, figures of ${facts.published}` : 'nothing is known of its limits'}; ${efforts}`,
      advice: facts.known ? null : 'check its name; unknown models run with careful limits',
    },
    {
      subject: '  price',
      state: priced ? 'ok' : 'unknown',
      detail: priced ? 'known' : 'not known: its cost is printed as unknown',
      advice: priced || maxTokens !== null ? null : `set maxTokens for ${reviewer.id} in your config.yml`,
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
