import type { Octokit } from 'octokit';
import type { Needs } from '../access.ts';
import { findCommit, git } from '../code/git.ts';
import { page } from '../paginate.ts';
import { notFound, Refusal } from '../refusal.ts';
import { ok, type RepositoryCall, type Route, repositoryRoute } from '../route.ts';
import type { DataOf } from '../shapes.ts';
import { nodeId, type Repository } from '../world.ts';
import { fileShapes } from './files.ts';

const readContents: Needs = { level: 'read', kinds: ['contents'] };
const maxComparedFiles = 300;
type CommitShape = DataOf<Octokit['rest']['pulls']['listCommits']>[number];

export const commitRoutes: readonly Route[] = [
  repositoryRoute('GET /commits/:ref', 'repos/get-commit', readContents, async (call) => {
    const id = await commitIn(call, call.parameters.ref ?? '');
    const [commit] = await readCommits(call.repository, '-1', id);
    return ok(commit === undefined ? null : commitShape(call, commit));
  }),
  repositoryRoute('GET /compare/:between*', 'repos/compare-commits', readContents, async (call) => {
    const [from = '', to = ''] = decodeURIComponent(call.parameters.between ?? '').split('...');
    const base = await commitIn(call, from);
    const head = await commitIn(call, to);
    const difference = await call.world.readDifference(directoryOf(call.repository), base, head);
    if (difference === null) throw new Refusal(404, `No common ancestor between ${from} and ${to}.`);
    const { mergeBase } = difference;
    const [ahead, behind] = await Promise.all([
      readCommits(call.repository, '--reverse', '--topo-order', `${mergeBase}..${head}`),
      readCommits(call.repository, `${mergeBase}..${base}`),
    ]);
    const [baseCommit, mergeCommit] = await Promise.all(
      [base, mergeBase].map(
        async (id) => (await readCommits(call.repository, '-1', id)).map((one) => commitShape(call, one))[0],
      ),
    );
    const url = `${call.addresses.api}/repos/${call.repository.fullName}/compare/${base}...${head}`;
    return page(
      call,
      ahead,
      (commit) => commitShape(call, commit),
      (commits) => ({
        url,
        html_url: url,
        permalink_url: url,
        diff_url: `${url}.diff`,
        patch_url: `${url}.patch`,
        base_commit: baseCommit,
        merge_base_commit: mergeCommit,
        status:
          ahead.length === 0
            ? behind.length === 0
              ? 'identical'
              : 'behind'
            : behind.length === 0
              ? 'ahead'
              : 'diverged',
        ahead_by: ahead.length,
        behind_by: behind.length,
        total_commits: ahead.length,
        commits,
        files:
          (call.query.get('page') ?? '1') === '1'
            ? fileShapes(call, difference.files, head).slice(0, maxComparedFiles)
            : [],
      }),
    );
  }),
];

export function directoryOf(repository: Repository): string {
  if (repository.directory === null) throw new Refusal(409, 'Git Repository is empty.');
  return repository.directory;
}

/** The commit of a branch, a full id or `pull/N/head`. */
export async function commitIn(call: RepositoryCall, name: string): Promise<string> {
  const directory = directoryOf(call.repository);
  const decoded = decodeURIComponent(name);
  const found = await findCommit(directory, decoded.replace(/^(refs\/)?heads\//, ''));
  if (found === null)
    throw decoded === name ? new Refusal(422, `No commit found for SHA: ${decoded}`) : notFound();
  return found;
}

export interface CommitFacts {
  id: string;
  tree: string;
  parents: readonly string[];
  author: { name: string; email: string; date: string };
  committer: { name: string; email: string; date: string };
  message: string;
}

/** What `git log` with these words tells. */
export async function readCommits(repository: Repository, ...words: string[]): Promise<CommitFacts[]> {
  const format = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x00');
  const text = await git(directoryOf(repository), 'log', `--format=${format}%x01`, ...words, '--');
  return text
    .split('\x01')
    .map((one) => one.replace(/^\n/, '').split('\0'))
    .filter((fields) => fields.length === 10)
    .map(
      ([
        id = '',
        tree = '',
        parents = '',
        an = '',
        ae = '',
        ad = '',
        cn = '',
        ce = '',
        cd = '',
        message = '',
      ]) => ({
        id,
        tree,
        parents: parents.split(' ').filter((parent) => parent !== ''),
        author: { name: an, email: ae, date: utc(ad) },
        committer: { name: cn, email: ce, date: utc(cd) },
        message: message.trimEnd(),
      }),
    );
}

const utc = (date: string) => `${new Date(date).toISOString().slice(0, 19)}Z`;

export function commitShape(call: RepositoryCall, commit: CommitFacts): CommitShape {
  const url = `${call.addresses.api}/repos/${call.repository.fullName}`;
  const html = `${call.addresses.html}/${call.repository.fullName}/commit`;
  return {
    sha: commit.id,
    node_id: nodeId('C', Number.parseInt(commit.id.slice(0, 12), 16)),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      url: `${url}/git/commits/${commit.id}`,
      comment_count: 0,
      verification: {
        verified: false,
        reason: 'unsigned',
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    url: `${url}/commits/${commit.id}`,
    html_url: `${html}/${commit.id}`,
    comments_url: `${url}/commits/${commit.id}/comments`,
    author: null,
    committer: null,
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: `${html}/${sha}` })),
  };
}
