import type { ChildProcess } from 'node:child_process';
import { GitError } from '../errors.ts';
import { killGroup } from './process-group.ts';
import { explainStartFailure, type GitCall, startGit } from './run-git.ts';

/** One answer of `git cat-file`; null: git has no such object. `bytes` is empty in a check. */
export type BatchAnswer = { oid: string; type: string; size: number; bytes: Buffer } | null;

interface Request {
  line: string;
  resolve: (answer: BatchAnswer) => void;
  reject: (cause: unknown) => void;
}

export interface BatchOptions extends Omit<GitCall, 'argv' | 'timeout'> {
  /** `contents` reads whole objects, `check` only their type and size. */
  mode: 'contents' | 'check';
  /** Milliseconds without a byte from git while it owes an answer; then it counts as hung. */
  patience: number;
}

export const window = 64;
/** Longest header that is one, in bytes: an id, a type and a size. */
const longestHeader = 200;
/** Far over what anybody asks for, in bytes; a process that promises more is not believed. */
const largestObject = 256 * 2 ** 20;

/**
 * A long-lived `git cat-file --batch` (or `--batch-check`), started at the first request, with up to 64 requests
 * in flight. When it dies, hangs or is aborted, every request waiting for it rejects and the next one starts
 * another; nothing is asked twice.
 */
export class BatchProcess {
  private readonly options: BatchOptions;
  private child: ChildProcess | null = null;
  private ended: Promise<void> = Promise.resolve();
  private readonly sent: Request[] = [];
  private readonly waiting: Request[] = [];
  /** Requests of `waiting` before this one were sent. */
  private next = 0;
  private chunks: Buffer[] = [];
  private buffered = 0;
  /** Header of the object whose bytes are on their way. */
  private header: { oid: string; type: string; size: number } | null = null;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(options: BatchOptions) {
    this.options = options;
  }

  /** `line` is an object id, or one with a suffix such as `^{tree}`; nothing else, and no line feed. */
  request(line: string): Promise<BatchAnswer> {
    if (!/^[0-9a-f]{40,64}(?:\^\{[a-z]+\})?$/.test(line))
      return Promise.reject(new GitError(`not an object id: ${JSON.stringify(line)}`));
    if (this.closed) return Promise.reject(new GitError('the repository was closed'));
    if (this.options.signal?.aborted === true) return Promise.reject(this.options.signal.reason);
    return new Promise((resolve, reject) => {
      this.waiting.push({ line, resolve, reject });
      if (this.waiting.length === this.next + 1) queueMicrotask(() => this.pump());
    });
  }

  /** Requests without an answer yet. */
  get pending(): number {
    return this.sent.length + this.waiting.length - this.next;
  }

  /** Ends the process and waits until it is gone; what still waits rejects. */
  async close(): Promise<void> {
    this.closed = true;
    this.fail(new GitError('the repository was closed'));
    await this.ended;
  }

  private pump(): void {
    let lines = '';
    while (this.sent.length < window) {
      const request = this.waiting[this.next];
      if (request === undefined) break;
      this.next += 1;
      this.sent.push(request);
      lines += `${request.line}\n`;
    }
    if (this.next === this.waiting.length) this.forget();
    if (lines === '') return;
    this.child ??= this.start();
    this.child.stdin?.write(lines);
    this.watch();
  }

  private start(): ChildProcess {
    const flag = this.options.mode === 'contents' ? '--batch' : '--batch-check';
    const child = startGit({ ...this.options, argv: ['cat-file', flag] });
    const onAbort = () => this.fail(this.options.signal?.reason, child);
    const complaints: Buffer[] = [];
    this.options.signal?.addEventListener('abort', onAbort, { once: true });
    const ended = new Promise<void>((resolve) => {
      child.once('error', (cause) => {
        this.fail(explainStartFailure(cause), child);
        resolve();
      });
      child.once('close', (code, killedBy) => {
        this.options.signal?.removeEventListener('abort', onAbort);
        const said = Buffer.concat(complaints).toString('utf8').trim().slice(0, 600);
        const how = code === null ? `was ended by ${killedBy ?? 'a signal'}` : `ended with code ${code}`;
        this.fail(
          new GitError(`git cat-file ${how} before it had answered: ${said || 'it said nothing'}`),
          child,
        );
        resolve();
      });
    });
    const earlier = this.ended;
    this.ended = ended.then(() => earlier);
    child.stdout?.on('data', (chunk: Buffer) => this.receive(chunk, child));
    child.stderr?.on('data', (chunk: Buffer) => {
      if (complaints.length < 16) complaints.push(chunk);
    });
    /** A broken pipe is followed by `close`, which says why. */
    child.stdin?.on('error', () => undefined);
    return child;
  }

  private receive(chunk: Buffer, child: ChildProcess): void {
    if (child !== this.child) return;
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    this.watch();
    while (this.header === null ? this.takeHeader(child) : this.takeContents(this.header)) {
      if (child !== this.child) return;
    }
    this.pump();
    this.watch();
  }

  private takeHeader(child: ChildProcess): boolean {
    if (this.sent.length === 0 && this.buffered > 0) {
      this.fail(new GitError('git cat-file printed what nobody asked for'), child);
      return false;
    }
    const bytes = this.join();
    const end = bytes.subarray(0, longestHeader).indexOf(10);
    if (end < 0 && bytes.length < longestHeader) return false;
    if (end < 0) {
      this.fail(new GitError('git cat-file gave an answer that is none: a line without an end'), child);
      return false;
    }
    const line = bytes.toString('latin1', 0, end);
    this.keep(bytes.subarray(end + 1));
    const match = /^([0-9a-f]{40,64}) ([a-z]+) (\d+)$/.exec(line);
    if (match !== null) {
      const header = { oid: match[1] ?? '', type: match[2] ?? '', size: Number(match[3]) };
      if (this.options.mode === 'contents' && header.size > largestObject) {
        this.fail(new GitError(`git cat-file gave ${header.size} bytes where less was asked for`), child);
        return false;
      }
      if (this.options.mode === 'contents') this.header = header;
      else this.answer({ ...header, bytes: Buffer.alloc(0) });
    } else if (line === `${this.sent[0]?.line} missing`) {
      this.answer(null);
    } else {
      this.fail(new GitError(`git cat-file gave an answer that is none: ${line.slice(0, 200)}`), child);
      return false;
    }
    return true;
  }

  private takeContents(header: { oid: string; type: string; size: number }): boolean {
    if (this.buffered < header.size + 1) return false;
    const bytes = this.join();
    this.header = null;
    this.keep(bytes.subarray(header.size + 1));
    this.answer({ ...header, bytes: bytes.subarray(0, header.size) });
    return true;
  }

  private join(): Buffer {
    const [only] = this.chunks;
    const bytes = this.chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.chunks);
    this.keep(bytes);
    return bytes;
  }

  private keep(bytes: Buffer): void {
    this.chunks = bytes.length === 0 ? [] : [bytes];
    this.buffered = bytes.length;
  }

  private answer(answer: BatchAnswer): void {
    this.sent.shift()?.resolve(answer);
  }

  private watch(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.sent.length === 0) return;
    const seconds = this.options.patience / 1000;
    this.timer = setTimeout(
      () => this.fail(new GitError(`git cat-file gave no sign of life for ${seconds} seconds`)),
      this.options.patience,
    );
  }

  private forget(): void {
    this.waiting.length = 0;
    this.next = 0;
  }

  /** Drops the process (or ignores one that was dropped before) and rejects everything that waits. */
  private fail(cause: unknown, from: ChildProcess | null = this.child): void {
    if (from !== this.child) return;
    if (this.child !== null) killGroup(this.child);
    this.child = null;
    this.header = null;
    this.keep(Buffer.alloc(0));
    const orphans = [...this.sent.splice(0), ...this.waiting.slice(this.next)];
    this.forget();
    this.watch();
    for (const request of orphans) request.reject(cause);
  }
}
