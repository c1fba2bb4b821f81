import type { ObjectId } from '../domain/change.ts';
import { GitError } from '../errors.ts';
import { type BatchAnswer, type BatchOptions, BatchProcess, window } from './batch-process.ts';

export interface ObjectHeader {
  oid: ObjectId;
  /** `blob`, `tree`, `commit` or `tag`. */
  type: string;
  /** Bytes. */
  size: number;
}

/** Largest object that is ever read whole, unless a caller asks for less. */
export const defaultMaxBytes = 64 * 2 ** 20;

/**
 * Reads objects by id through long-lived processes: one for sizes, and for contents one, or two when much is asked for
 * at once. An object's size is known before its content is asked for.
 */
export class ObjectReader {
  private readonly checks: BatchProcess;
  private readonly contents: BatchProcess;
  private readonly moreContents: BatchProcess;

  constructor(options: Omit<BatchOptions, 'mode'>) {
    this.checks = new BatchProcess({ ...options, mode: 'check' });
    this.contents = new BatchProcess({ ...options, mode: 'contents' });
    this.moreContents = new BatchProcess({ ...options, mode: 'contents' });
  }

  /** null: the object is not there. `peelTo` follows tags and commits first. */
  async header(oid: ObjectId, peelTo?: 'commit' | 'tree'): Promise<ObjectHeader | null> {
    const answer = await this.checks.request(peelTo === undefined ? oid : `${oid}^{${peelTo}}`);
    return answer === null ? null : { oid: answer.oid, type: answer.type, size: answer.size };
  }

  /** The content of an object of that type. `GitError` when it is missing, of another type, or over the limit. */
  async read(oid: ObjectId, type: string, maxBytes: number = defaultMaxBytes): Promise<Buffer> {
    const header = await this.header(oid);
    if (header === null) throw missingObject(oid);
    if (header.type !== type) throw new GitError(`object ${oid} is a ${header.type}, not a ${type}`);
    if (header.size > maxBytes)
      throw new GitError(`${type} ${oid} has ${header.size} bytes, over the limit of ${maxBytes}`);
    return this.readChecked(header);
  }

  /** Content of an object whose header was read and found small enough. */
  async readChecked(header: ObjectHeader): Promise<Buffer> {
    const answer: BatchAnswer = await this.leastBusy().request(header.oid);
    if (answer === null) throw missingObject(header.oid);
    if (answer.size !== header.size || answer.type !== header.type)
      throw new GitError(`object ${header.oid} changed while it was read`);
    return answer.bytes;
  }

  async close(): Promise<void> {
    await Promise.all([this.checks.close(), this.contents.close(), this.moreContents.close()]);
  }

  private leastBusy(): BatchProcess {
    const { contents, moreContents } = this;
    return contents.pending < window || contents.pending <= moreContents.pending ? contents : moreContents;
  }
}

function missingObject(oid: ObjectId): GitError {
  return new GitError(`object ${oid} is not in the repository`, {
    hint: 'the clone is partial or damaged: fetch the missing objects (git fetch --refetch), or use a full clone',
  });
}
