import type { Change } from '../domain/change.ts';
import type { ClaimedLocation } from '../domain/finding.ts';
import type { ObjectRepository } from '../git/object-repository.ts';
import type { SarifArtifact, SarifPlace, SarifRegion, SarifRun } from './sarif-file.ts';

/** Finds the places that SARIF names in the head under review. */
export interface SarifPlaces {
  /** The file of an address: a path of the head, or, when there is none like it, the address itself. */
  pathOf(artifact: SarifArtifact | undefined): string;
  claim(place: SarifPlace): ClaimedLocation;
  /** The lines of a claimed place, at most 20; what the tool itself quoted, or says of it, where there are none. */
  quote(location: ClaimedLocation, region: SarifRegion | undefined): Promise<string>;
  /** Whole text of a file; null where the head has none. */
  textOf(path: string): Promise<string | null>;
}

const longestQuote = 20;

export async function createSarifPlaces(input: {
  run: SarifRun;
  repository: ObjectRepository;
  change: Change;
}): Promise<SarifPlaces> {
  const { run, repository, change } = input;
  const known = new Set((await repository.listFiles(change.head.sha)).map(({ path }) => path));
  const texts = new Map<string, Promise<string | null>>();
  const textOf = (path: string): Promise<string | null> => {
    const cached = texts.get(path) ?? readText(repository, change.head.sha, path);
    texts.set(path, cached);
    return cached;
  };
  const pathOf = (artifact: SarifArtifact | undefined) => findPath(addressOf(run, artifact), known);
  return {
    pathOf,
    textOf,
    claim({ physicalLocation }) {
      const { startLine = 1, endLine = startLine, endColumn } = physicalLocation?.region ?? {};
      const last = endColumn === 1 && endLine > startLine ? endLine - 1 : endLine;
      return { path: pathOf(physicalLocation?.artifactLocation), startLine, endLine: last, side: 'head' };
    },
    async quote(location, region) {
      const lines = (await textOf(location.path))?.split('\n') ?? [];
      const last = Math.min(location.endLine, location.startLine + longestQuote - 1);
      const quoted = lines.slice(location.startLine - 1, last);
      if (quoted.some((line) => line.trim() !== '')) return quoted.join('\n');
      const next = lines.slice(location.startLine - 1).find((line) => line.trim() !== '');
      return next ?? region?.snippet?.text ?? `line ${location.startLine}, of which the tool quotes nothing`;
    },
  };
}

/** The address with its base in front, percent-encoding and `file:` undone. */
function addressOf(run: SarifRun, artifact: SarifArtifact | undefined): string {
  let address = artifact?.uri ?? '';
  let baseId = artifact?.uriBaseId;
  for (let depth = 0; depth < 5 && baseId !== undefined; depth += 1) {
    const base: SarifArtifact | undefined = Object.hasOwn(run.originalUriBaseIds ?? {}, baseId)
      ? run.originalUriBaseIds?.[baseId]
      : undefined;
    if (base?.uri !== undefined && !/^[a-z][a-z0-9+.-]*:|^\//i.test(address))
      address = `${base.uri.replace(/\/?$/, '/')}${address}`;
    baseId = base?.uriBaseId;
  }
  const bare = address.replace(/^file:\/\/[^/]*/i, '').replaceAll('\\', '/');
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare;
  }
}

/** The longest end of the address that is a file of the head; else the address as it is, for the gate to refuse. */
function findPath(address: string, known: ReadonlySet<string>): string {
  const segments = address.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) return address;
  for (let from = 0; from < segments.length; from += 1) {
    const path = segments.slice(from).join('/');
    if (known.has(path)) return path;
    const isAbsolute = address.startsWith('/') || /^[A-Za-z]:\//.test(address);
    if (!isAbsolute) break;
  }
  return address;
}

async function readText(repository: ObjectRepository, commit: string, path: string): Promise<string | null> {
  const file = await repository.readFile(commit, path, { maxBytes: 8 * 2 ** 20 });
  return file.outcome === 'found' ? file.bytes.toString('utf8') : null;
}
