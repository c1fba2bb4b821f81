import type { Change } from '../domain/change.ts';
import type { Clusters } from '../domain/cluster.ts';
import { findingKey } from '../domain/finding.ts';
import type { Location } from '../domain/location.ts';
import type { Review } from '../domain/review.ts';
import { enclosingSymbol } from '../evidence/enclosing-symbol.ts';
import { languageForPath } from '../evidence/languages.ts';
import type { ObjectRepository } from '../git/object-repository.ts';

export interface FindSymbolsInput {
  repository: ObjectRepository;
  change: Change;
  reviews: readonly Review[];
  clusters: Clusters;
}

/** The function or type around each cluster's first place, by cluster id: a part of its fingerprint. */
export async function findSymbols(input: FindSymbolsInput): Promise<Map<string, string>> {
  const placeOf = new Map<string, Location | undefined>(
    input.reviews.flatMap((review) =>
      review.findings.map((finding) => [findingKey(finding), finding.locations[0]]),
    ),
  );
  const symbols = new Map<string, string>();
  for (const { id, members } of input.clusters.clusters) {
    const location = placeOf.get(members[0] ?? '');
    if (location === undefined) continue;
    const symbol = await findSymbol(input, location);
    if (symbol !== '') symbols.set(id, symbol);
  }
  return symbols;
}

async function findSymbol(input: FindSymbolsInput, location: Location): Promise<string> {
  const { change, repository } = input;
  const commit = location.side === 'head' ? change.head.sha : change.mergeBase;
  const file = await repository.readFile(commit, location.path, { maxBytes: 2 ** 20 });
  if (file.outcome !== 'found') return '';
  const text = file.bytes.toString('utf8');
  const language = languageForPath(location.path, text.slice(0, 200).split('\n')[0]);
  if (language === null) return '';
  return enclosingSymbol({ language, text, line: location.startLine });
}
