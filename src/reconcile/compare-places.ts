import type { Location } from '../domain/location.ts';

export type PlaceRelation = 'overlap' | 'near' | 'far' | 'other-file';

/** For the reasons that a report prints. */
export const placeTexts: Record<PlaceRelation, string> = {
  overlap: 'same lines',
  near: 'same file, near',
  far: 'same file, far apart',
  'other-file': 'other files',
};

/** Lines that still count as near. */
const nearLines = 100;

/** How the nearest two places of two findings stand to each other. */
export function comparePlaces(a: readonly Location[], b: readonly Location[]): PlaceRelation {
  let gap = Number.POSITIVE_INFINITY;
  for (const one of a) {
    for (const other of b) {
      if (one.path !== other.path || one.side !== other.side) continue;
      gap = Math.min(gap, Math.max(0, one.startLine - other.endLine, other.startLine - one.endLine));
    }
  }
  if (gap === Number.POSITIVE_INFINITY) return 'other-file';
  return gap === 0 ? 'overlap' : gap <= nearLines ? 'near' : 'far';
}
