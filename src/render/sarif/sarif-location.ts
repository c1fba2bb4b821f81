import type { Location } from '../../domain/location.ts';
import { encodePathSegments } from '../source/permalink.ts';
import type { SarifArtifactLocation, SarifLocation } from './sarif-log.ts';

/** What relative addresses are relative to: the root of the repository at the head, or at the merge base. */
export const uriBases = { head: '%SRCROOT%', base: 'MERGE_BASE' } as const;

/** null for a path that is not plainly inside of a repository: no address is made of it. */
export function toArtifactLocation({
  path,
  side,
}: Pick<Location, 'path' | 'side'>): SarifArtifactLocation | null {
  const isInside = path.split('/').every((segment) => !['', '.', '..'].includes(segment));
  return isInside ? { uri: encodePathSegments(path), uriBaseId: uriBases[side] } : null;
}

/** null as above, and for lines that are none. */
export function toSarifLocation(location: Location): SarifLocation | null {
  const artifactLocation = toArtifactLocation(location);
  const { startLine, endLine } = location;
  if (artifactLocation === null || endLine < startLine || endLine > mostLines) return null;
  return { physicalLocation: { artifactLocation, region: { startLine, endLine } } };
}

/** Readers keep line numbers in 32 bits. */
const mostLines = 2 ** 31 - 1;
