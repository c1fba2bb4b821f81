import type { Change, ObjectId } from '../../domain/change.ts';
import type { Side } from '../../domain/location.ts';
import { makeVisibleLine } from '../../domain/visible-text.ts';
import type { ObjectRepository } from '../../git/object-repository.ts';
import { isReachable } from '../../git/read-history.ts';

export interface NamedCommit {
  sha: ObjectId;
  /** `head`, `base`, or the first digits of the id. */
  label: string;
  /** Set when it is one of the change's two ends. */
  side: Side | null;
}

export type CommitResolution =
  | { outcome: 'found'; commit: NamedCommit }
  | { outcome: 'refused'; message: string };

const howToName =
  'Name a commit as "head", "base" (the merge base), or by its id as git_log prints it. Other names of git, such as HEAD~1 or branches, are not understood.';

/**
 * What a model may call a commit: the change's two ends, or an id in their history, which may be cut short when it
 * was shown before. Nothing of it ever reaches git but whole ids.
 */
export class CommitNames {
  private readonly input: { repository: ObjectRepository; change: Change };
  private readonly known = new Set<ObjectId>();

  constructor(input: { repository: ObjectRepository; change: Change }) {
    this.input = input;
    const { head, base, mergeBase, commits } = input.change;
    for (const sha of [head.sha, mergeBase, base.sha, ...commits.map((commit) => commit.sha)])
      this.learn(sha);
  }

  /** The id was shown to the model: its first digits name it from now on. */
  learn(sha: ObjectId): void {
    this.known.add(sha);
  }

  async resolve(text: string | undefined, signal: AbortSignal): Promise<CommitResolution> {
    const { change } = this.input;
    const name = (text ?? 'head').trim().toLowerCase();
    if (name === 'head' || name === change.head.sha) return found(change.head.sha, 'head', 'head');
    if (name === 'base' || name === change.mergeBase) return found(change.mergeBase, 'base', 'base');
    if (!/^[0-9a-f]{7,64}$/.test(name)) return refuse(`"${show(text)}" does not name a commit. ${howToName}`);
    const matches = [...this.known].filter((sha) => sha.startsWith(name));
    const [only] = matches;
    if (matches.length > 1) return refuse(`"${show(text)}" begins several ids; give more digits.`);
    if (only !== undefined) return this.endOr(only);
    if (name.length !== change.head.sha.length)
      return refuse(`no commit shown so far begins with "${show(text)}". ${howToName}`);
    if (await this.isInHistory(name, signal)) {
      this.learn(name);
      return found(name, shortId(name), null);
    }
    return refuse(`there is no commit ${name} in the history of the head or the base.`);
  }

  private endOr(sha: ObjectId): CommitResolution {
    const { change } = this.input;
    if (sha === change.head.sha) return found(sha, 'head', 'head');
    return sha === change.mergeBase ? found(sha, 'base', 'base') : found(sha, shortId(sha), null);
  }

  private isInHistory(commit: ObjectId, signal: AbortSignal): Promise<boolean> {
    const { repository, change } = this.input;
    return isReachable(repository, { commit, tips: [change.head.sha, change.base.sha], signal });
  }
}

/** Twelve digits: enough for any repository, and understood when they come back. */
export function shortId(sha: ObjectId): string {
  return sha.slice(0, 12);
}

function found(sha: ObjectId, label: string, side: Side | null): CommitResolution {
  return { outcome: 'found', commit: { sha, label, side } };
}

function refuse(message: string): CommitResolution {
  return { outcome: 'refused', message };
}

function show(text: string | undefined): string {
  return makeVisibleLine((text ?? '').slice(0, 80));
}
