import type { ProseLinks } from '../text/prose-tokens.ts';
import type { ViewContext } from './view-context.ts';

/** Addresses a reviewer's text may point to: places that exist, and code and commits of the repository. */
export function createProseLinks({ links, references }: ViewContext): ProseLinks {
  const own =
    links.repository === null ? [] : ['blob', 'commit', 'tree'].map((kind) => `${links.repository}/${kind}/`);
  return {
    reference: (text) => {
      const place = references.find(text);
      return place === null ? null : links.location(place);
    },
    isOwn: (address) => own.some((prefix) => address.startsWith(prefix)),
  };
}
