import type { Report } from '../../domain/report.ts';
import type { Permalinks } from '../source/permalink.ts';
import type { Mention } from '../text/mentions.ts';
import { shorten } from '../text/words.ts';

const longestTitle = 200;

/**
 * Looks up `#12` and ids of commits: the change's own pull request, the issues it speaks of and its commits with what
 * they are called, other numbers as the repository's. Ids that the change does not know stay text, and so does all of it without an address.
 */
export function createMentions(
  change: Report['change'],
  links: Permalinks,
): (text: string) => Mention | null {
  const { repository } = links;
  if (repository === null) return () => null;
  return (text) => {
    if (text.startsWith('#')) return findNumber(Number(text.slice(1)), change, repository);
    const known = change.commits.filter(({ sha }) => sha.startsWith(text));
    const [commit] = known;
    const url = commit === undefined || known.length > 1 ? null : links.commit(commit.sha);
    return url === null ? null : { url, title: shorten(commit?.subject ?? '', longestTitle) };
  };
}

function findNumber(
  number: number,
  { pullRequest: own, linked }: Report['change'],
  repository: string,
): Mention | null {
  if (number < 1) return null;
  const other = linked?.find((issue) => issue.number === number);
  if (other !== undefined) {
    const page = other.kind === 'issue' ? 'issues' : 'pull';
    return {
      url: `${repository}/${page}/${number}`,
      title: `${other.state}: ${shorten(other.title, longestTitle)}`,
    };
  }
  if (own?.number !== number) return { url: `${repository}/issues/${number}`, title: '' };
  return { url: `${repository}/pull/${number}`, title: `${own.state}: ${shorten(own.title, longestTitle)}` };
}
