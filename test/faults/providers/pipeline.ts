import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../../src/config.ts';
import { Consolidation } from '../../../src/domain/consolidation.ts';
import { Duplicates } from '../../../src/domain/duplicates.ts';
import type { HeldSession } from '../../../src/domain/held-session.ts';
import { Report } from '../../../src/domain/report.ts';
import { Verdicts } from '../../../src/domain/verdict.ts';
import { type ReviewOutcome, runReview } from '../../../src/pipeline.ts';
import type { VendorCase } from '../../contract/vendor-cases.ts';
import { baseUrlFor, startModelServer } from '../../servers/model/model-server.ts';
import type { ScriptTurn } from '../../servers/model/script.ts';
import { requireSoundRetroIn } from '../../support/check-retro.ts';
import { openBench } from './bench.ts';

/** Tools that end sessions which are no reviews. */
export const laterTools = ['submit_duplicates', 'submit_verdicts', 'submit_consolidation'] as const;
export type LaterTool = (typeof laterTools)[number];

/** A reviewer of a whole run, and how its model behaves. */
export interface PipelineReviewer {
  vendor: VendorCase;
  turns: readonly ScriptTurn[];
  /** What it says in sessions that are no reviews, by the tool that ends them; those left out have no script. */
  later?: Partial<Record<LaterTool, readonly ScriptTurn[]>>;
  /** Milliseconds of one request, over what is published for the model. */
  limits?: Record<string, number>;
  /** Default: the server's; one where nobody listens, say. */
  baseUrl?: string;
  key?: string;
}

export interface PipelineResult {
  outcome: ReviewOutcome;
  report: Report;
  /** `review/<id>.json`, as text. */
  reviewFile(id: string): string;
  /** Those that were no reviews, by the tool that ends them. */
  later: Record<LaterTool, LaterSession[]>;
  /** Texts for the report that were handed in and not taken. */
  refusedTexts: number;
  html: string;
  markdown: string;
  summary: string;
}

export type LaterSession = Pick<HeldSession, 'status' | 'cause'> & { asked: string };

/** Two commits of a repository. */
export interface ReviewedRange {
  directory: string;
  base: string;
  head: string;
}

async function benchRange(): Promise<ReviewedRange> {
  const { git, change } = await openBench();
  return { directory: git.directory, base: change.base.sha, head: change.head.sha };
}

const ids: Record<string, string> = {
  anthropic: 'claude',
  openai: 'codex',
  google: 'gemini',
  'openai-compatible': 'local',
};

export function reviewerId(vendor: VendorCase): string {
  return ids[vendor.provider] ?? vendor.provider;
}

/** A whole run of the pipeline, from its configuration file to its renderings, in this process. */
export async function runPipeline(
  reviewers: readonly PipelineReviewer[],
  signal: AbortSignal,
  range?: ReviewedRange,
): Promise<PipelineResult> {
  const { directory, base, head } = range ?? (await benchRange());
  const folder = mkdtempSync(join(tmpdir(), 'deep-review-fault-'));
  const server = await startModelServer({
    script: {
      sessions: reviewers.flatMap(({ vendor, turns, later = {} }) => [
        { match: { model: vendor.modelId }, turns },
        ...laterTools.flatMap((tool) => {
          const said = later[tool];
          return said === undefined ? [] : [{ match: { model: vendor.modelId, tool }, turns: said }];
        }),
      ]),
      // Room for whatever a row says.
      models: Object.fromEntries(
        reviewers.map(({ vendor }) => [vendor.modelId, { contextTokens: 20_000_000 }]),
      ),
    },
  });
  try {
    const configPath = join(folder, 'config.yml');
    // Every JSON text is YAML, too.
    const entries = reviewers.map(({ vendor, baseUrl, limits }) => ({
      id: reviewerId(vendor),
      provider: vendor.provider,
      model: vendor.modelId,
      maxTokens: 50_000_000,
      apiKeyVariable: keyVariable(vendor),
      baseUrl: baseUrl ?? baseUrlFor(server.url, vendor.vendor),
      ...(limits === undefined ? {} : { limits }),
    }));
    writeFileSync(
      configPath,
      JSON.stringify({ reviewers: entries, failOn: 'never', budget: { usd: 1_000 } }),
    );
    const keys = reviewers.map(({ vendor, key }) => [keyVariable(vendor), key ?? 'test-key']);
    const outcome = await runReview(
      {
        workingDirectory: directory,
        target: { kind: 'range', range: `${base}..${head}` },
        flags: { reviewers: null, models: new Map(), efforts: new Map(), failOn: null },
        configPath,
        withoutConfig: false,
        sarif: [],
        out: join(folder, 'reports'),
        fresh: true,
        from: null,
        replay: null,
        notices: [],
      },
      {
        environment: readEnvironment({
          HOME: folder,
          XDG_CACHE_HOME: join(folder, 'cache'),
          ...Object.fromEntries(keys),
        }),
        emit: () => {},
        signal,
        clock: { now: () => performance.now(), date: () => new Date() },
      },
    );
    const files = outcome.files;
    requireSoundRetroIn(outcome.runDir);
    return {
      outcome,
      report: Report.parse(JSON.parse(readFileSync(files.json, 'utf8'))),
      reviewFile: fileReader(outcome.runDir, reviewers),
      ...readLater(outcome.runDir),
      html: readFileSync(files.html, 'utf8'),
      markdown: readFileSync(files.markdown, 'utf8'),
      summary: readFileSync(files.summary, 'utf8'),
    };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readLater(runDir: string): Pick<PipelineResult, 'later' | 'refusedTexts'> {
  const read = (...file: string[]) => JSON.parse(readFileSync(join(runDir, ...file), 'utf8'));
  const { batches } = Duplicates.parse(read('reconcile', 'duplicates.json'));
  const { sessions = [] } = Verdicts.parse(read('verify', 'verdicts.json'));
  const consolidation = existsSync(join(runDir, 'reconcile', 'consolidation.json'))
    ? Consolidation.parse(read('reconcile', 'consolidation.json'))
    : null;
  const writers =
    consolidation === null
      ? []
      : [
          ...consolidation.tried.map(({ writer, cause }) => ({
            asked: writer,
            status: 'failed' as const,
            cause,
          })),
          { asked: consolidation.writer, ...consolidation.session },
        ];
  return {
    later: {
      submit_duplicates: batches.map(({ session }) => session),
      submit_verdicts: sessions.map((session) => ({ ...session, asked: session.examiner })),
      submit_consolidation: writers,
    },
    refusedTexts: consolidation?.refused.length ?? 0,
  };
}

function keyVariable(vendor: VendorCase): string {
  return `KEY_OF_${reviewerId(vendor).toUpperCase()}`;
}

/** Reads now, because the folder is gone later. */
function fileReader(runDir: string, reviewers: readonly PipelineReviewer[]): (id: string) => string {
  const texts = new Map(
    reviewers.map(({ vendor }) => {
      const id = reviewerId(vendor);
      return [id, readFileSync(join(runDir, 'review', `${id}.json`), 'utf8')];
    }),
  );
  return (id) => texts.get(id) ?? '';
}
