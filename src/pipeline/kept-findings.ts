import type { Egress } from '../agent/egress.ts';
import { type KeptFile, KeptText } from '../agent/kept-text.ts';
import type { Change } from '../domain/change.ts';
import type { EgressRule } from '../domain/egress.ts';
import type { RawFinding } from '../domain/finding.ts';
import type { ProviderId } from '../domain/reviewer.ts';
import { DeepReviewError } from '../errors.ts';
import type { ObjectRepository, TreeEntry } from '../git/object-repository.ts';

/** Whether an egress rule keeps what any of the findings says from a vendor. */
export type KeptFindings = (
  vendor: ProviderId,
  findings: readonly Pick<RawFinding, 'locations' | 'claim'>[],
) => Promise<boolean>;

export interface KeptFindingsInput {
  rules: readonly EgressRule[];
  /** What each vendor may be sent. */
  egress: (vendor: ProviderId) => Promise<Egress>;
  repository: ObjectRepository;
  change: Change;
  signal: AbortSignal;
}

/** Kept content that is looked for in findings: of one file, and in all, in bytes; changed files come first. */
const limits = { fileBytes: 2 ** 20, allBytes: 2 ** 22 };

/**
 * A finding is kept from a vendor when one of its places is in a file that is, or when its text names such a file or
 * repeats lines of it, whoever wrote it. A rule that cannot be applied sends nothing. Rejects when the signal aborts.
 */
export function createKeptFindings(input: KeptFindingsInput): KeptFindings {
  const texts = new Map<ProviderId, Promise<KeptText>>();
  return async (vendor, findings) => {
    if (input.rules.length === 0) return false;
    try {
      const { repository } = await input.egress(vendor);
      if (await standsInKeptFile(repository, input.change, findings)) return true;
      const text = texts.get(vendor) ?? readKeptText(input, repository);
      texts.set(vendor, text);
      const kept = await text;
      return findings.some(({ claim }) => {
        const { title, explanation, scenario, quote } = claim;
        return kept.isIn([title, explanation, scenario].join('\n'), quote);
      });
    } catch (cause) {
      input.signal.throwIfAborted();
      if (cause instanceof DeepReviewError) return true;
      throw cause;
    }
  };
}

/** Whether any of the findings points at a file whose content this repository withholds. */
async function standsInKeptFile(
  repository: ObjectRepository,
  change: Change,
  findings: readonly Pick<RawFinding, 'locations' | 'claim'>[],
): Promise<boolean> {
  const places = findings.flatMap(({ locations, claim }) => [...locations, ...claim.locations]);
  for (const { path, side } of places) {
    const commit = side === 'head' ? change.head.sha : change.mergeBase;
    const entry = await repository.findEntry(commit, path);
    if (repository.withholds?.({ path, oid: entry?.oid ?? null }) === true) return true;
  }
  return false;
}

async function readKeptText(input: KeptFindingsInput, restricted: ObjectRepository): Promise<KeptText> {
  const { change, repository } = input;
  const changed = new Set(change.files.flatMap(({ path, oldPath }) => [path, oldPath ?? path]));
  const seen = new Set<string>();
  const kept: (TreeEntry & { commit: string })[] = [];
  const openPaths: string[] = [];
  for (const commit of [change.head.sha, change.mergeBase])
    for (const entry of await repository.listFiles(commit)) {
      if (restricted.withholds?.(entry) !== true) openPaths.push(entry.path);
      else if (!seen.has(`${entry.oid} ${entry.path}`)) kept.push({ ...entry, commit });
      seen.add(`${entry.oid} ${entry.path}`);
    }
  kept.sort((a, b) => Number(changed.has(b.path)) - Number(changed.has(a.path)));
  const files: KeptFile[] = [];
  let left = limits.allBytes;
  for (const { path, commit } of kept) {
    input.signal.throwIfAborted();
    const maxBytes = Math.min(left, limits.fileBytes);
    const file = maxBytes === 0 ? null : await repository.readFile(commit, path, { maxBytes });
    const bytes = file?.outcome === 'found' && !file.bytes.includes(0) ? file.bytes : null;
    left -= bytes?.length ?? 0;
    files.push({ path, text: bytes?.toString('utf8') ?? null });
  }
  return new KeptText({ kept: files, openPaths });
}
