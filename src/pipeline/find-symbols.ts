import type { Change } from '../domain/change.ts';
import type { Clusters } from '../domain/cluster.ts';
import { findingKey } from '../domain/finding.ts';
import type { Location } from '../domain/location.ts';
import type { Review } from '../domain/review.ts';
import { enclosingSymbols } from '../evidence/enclosing-symbol.ts';
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
  const places = input.clusters.clusters.flatMap(({ id, members }) => {
    const location = placeOf.get(members[0] ?? '');
    return location === undefined ? [] : [{ id, location }];
  });
  const byFile = new Map<string, typeof places>();
  for (const place of places) {
    const key = `${place.location.side}:${place.location.path}`;
    const inFile = byFile.get(key) ?? [];
    inFile.push(place);
    byFile.set(key, inFile);
  }
  const symbols = new Map<string, string>();
  for (const inFile of byFile.values()) {
    const found = await findInFile(
      input,
      inFile.map(({ location }) => location),
    );
    for (const { id, location } of inFile) {
      const symbol = found.get(location.startLine) ?? '';
      if (symbol !== '') symbols.set(id, symbol);
    }
  }
  return symbols;
}

/** By first line; the places are all in one file at one side. */
async function findInFile(
  input: FindSymbolsInput,
  locations: readonly Location[],
): Promise<Map<number, string>> {
  const { change, repository } = input;
  const [first] = locations;
  if (first === undefined) return new Map();
  const commit = first.side === 'head' ? change.head.sha : change.mergeBase;
  const file = await repository.readFile(commit, first.path, { maxBytes: 2 ** 20 });
  if (file.outcome !== 'found') return new Map();
  const text = file.bytes.toString('utf8');
  const language = languageForPath(first.path, text.slice(0, 200).split('\n')[0]);
  if (language === null) return new Map();
  return enclosingSymbols({ language, text, lines: locations.map(({ startLine }) => startLine) });
}
