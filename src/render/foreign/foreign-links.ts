import type { ForeignReport } from '../../domain/foreign-report.ts';
import { readPlace } from '../read/read-locations.ts';
import { encodePathSegments, lineAnchor, webAddress } from '../source/permalink.ts';
import type { ProseLinks } from '../text/prose-tokens.ts';

/**
 * Where places of a foreign report lead. The rows of its commits are in no known order, so that the head is certain only
 * where there is one; and of the places only those are linked whose whole path a finding names.
 */
export function createForeignLinks({ facts, findings }: ForeignReport): ProseLinks {
  const address = webAddress(facts.repository?.url ?? null);
  const repository = address === null ? null : `${address.origin}${address.pathname}`.replace(/\/+$/, '');
  const [head, ...others] = facts.commits;
  const known = new Set(findings.flatMap(({ locations }) => locations.map(({ path }) => path)));
  const sha = head !== undefined && others.length === 0 ? head.sha : null;
  return {
    reference(text) {
      if (repository === null || sha === null) return null;
      const [place, ...more] = readPlace(text, null) ?? [];
      if (place === undefined || more.length > 0 || !place.path.includes('/') || !known.has(place.path))
        return null;
      if (/^\/|(?:^|\/)\.\.?(?:\/|$)/.test(place.path)) return null;
      const { startLine: start, endLine: end } = place;
      const anchor = start === null || end === null ? '' : `#${lineAnchor({ start, end })}`;
      return `${repository}/blob/${sha}/${encodePathSegments(place.path)}${anchor}`;
    },
    isOwn: (target) => repository !== null && (target === repository || target.startsWith(`${repository}/`)),
  };
}
