import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KilledFor } from '../domain/command.ts';
import { SandboxError } from '../errors.ts';
import { startMark } from './bubblewrap-arguments.ts';
import { CappedOutput, type OutputText } from './capped-output.ts';
import { closedDescriptors } from './closed-descriptors.ts';
import {
  identifyProcess,
  isAsleep,
  isGone,
  killProcess,
  lookAtUsage,
  type ProcessIdentity,
  sharedMemory,
} from './process-usage.ts';
import type { SandboxLimits } from './sandbox-limits.ts';
import { seccompFilter } from './seccomp-filter.ts';

export interface ContainedInput {
  /** Absolute path of bubblewrap. */
  program: string;
  argv: readonly string[];
  /** Milliseconds from the command's begin. */
  timeoutMs: number;
  limits: SandboxLimits;
  signal?: AbortSignal | undefined;
}

export interface ContainedEnd {
  /** null when a limit ended it. */
  exitCode: number | null;
  killedFor: KilledFor | null;
  output: OutputText;
  durationMs: number;
  /** Whether its processes were looked at at all: a short command may end before. */
  watched: boolean;
}

/**
 * For making the sandbox and the copy in it; for hearing of its first process, and for its end, once killed:
 * milliseconds.
 */
const patience = { start: 120_000, acquaintance: 2_000, end: 20_000 };
const watchMs = 100;
/** How often in a row its processes may be out of sight while it has not ended. */
const blindLooks = 20;
const outputBytes = 24 * 1024;

/**
 * Runs bubblewrap to its end and watches what goes on in it. Whatever the end is, no process is left. `SandboxError`
 * when the command was never begun or could not be watched; rejects with the signal's reason when aborted.
 */
export async function runContained(input: ContainedInput): Promise<ContainedEnd> {
  input.signal?.throwIfAborted();
  const run = new ContainedRun(input);
  const onAbort = () => run.kill();
  input.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await run.end();
  } finally {
    input.signal?.removeEventListener('abort', onAbort);
    input.signal?.throwIfAborted();
  }
}

class ContainedRun {
  private readonly input: ContainedInput;
  private readonly child: ChildProcess;
  private readonly output = new CappedOutput(outputBytes);
  private readonly closed: Promise<number | null>;
  private complaint = '';
  private status = '';
  private init: ProcessIdentity | null = null;
  private abandon: (cause: SandboxError) => void = () => undefined;
  private begunAt: number | null = null;
  private endedAt = 0;
  private killedFor: KilledFor | null = null;
  private failure: SandboxError | null = null;
  private isOver = false;
  private isKilled = false;
  private readonly sharedBefore = sharedMemory();
  private unseen = 0;
  private watched = false;
  private timer: NodeJS.Timeout;
  private watch: NodeJS.Timeout;

  constructor(input: ContainedInput) {
    this.input = input;
    const filter = seccompFilter(process.arch);
    const descriptors = closedDescriptors(5);
    const argv = filter === null ? input.argv : ['--seccomp', '4', ...input.argv];
    // Empty: bubblewrap stays in the sandbox as its first process, and there everybody can read its environment.
    this.child = spawn(input.program, argv, {
      env: {},
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', filter === null ? 'ignore' : 'pipe', ...descriptors.stdio],
    });
    descriptors.release();
    this.closed = new Promise((resolve, reject) => {
      this.abandon = reject;
      this.child.once('error', (cause) =>
        reject(new SandboxError(`bubblewrap could not be started: ${cause.message}`, { cause })),
      );
      this.child.once('exit', () => {
        this.endedAt = performance.now();
      });
      this.child.once('close', (code) => resolve(code));
    });
    /** A sandbox that ends before it is told to begin says why itself; with half a filter it does not begin. */
    this.child.stdin?.on('error', () => undefined);
    const filterPipe = this.child.stdio[4] as Writable | null;
    filterPipe?.on('error', () => undefined);
    filterPipe?.end(filter);
    this.child.stdout?.on('data', (chunk: Buffer) => this.output.add(chunk));
    this.child.stderr?.on('data', (chunk: Buffer) => this.hear(chunk));
    (this.child.stdio[3] as Readable | null)?.on('data', (chunk: Buffer) => this.learn(chunk));
    this.timer = setTimeout(
      () => this.giveUp(new SandboxError('the sandbox was not ready in time')),
      patience.start,
    );
    this.watch = setTimeout(() => this.look(), watchMs);
  }

  async end(): Promise<ContainedEnd> {
    try {
      const code = await this.closed;
      await this.waitUntilEmpty();
      if (this.failure !== null) throw this.failure;
      if (this.begunAt === null) throw this.explainStart(code);
      return {
        exitCode: this.killedFor === null ? code : null,
        killedFor: this.killedFor,
        output: this.output.text(),
        durationMs: this.endedAt - this.begunAt,
        watched: this.watched,
      };
    } finally {
      this.isOver = true;
      clearTimeout(this.timer);
      clearTimeout(this.watch);
    }
  }

  /** Ends every process in the sandbox: with its first one the kernel ends all others. */
  kill(reason: KilledFor | null = null): void {
    if (this.isOver) return;
    this.isKilled = true;
    this.killedFor ??= reason;
    // A command that waits for its begin ends without one, even if bubblewrap did not get to look after it.
    this.child.stdin?.destroy();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.abandon(notEnded()), patience.end);
    // Killed before its child is known, bubblewrap would leave one that waits for it for ever.
    if (this.init === null) setTimeout(() => this.child.kill('SIGKILL'), patience.acquaintance).unref();
    else this.strike(this.init);
  }

  private strike(init: ProcessIdentity): void {
    killProcess(init);
    this.child.kill('SIGKILL');
  }

  /** Until the mark comes it is the sandbox that speaks; then its descriptor is closed. */
  private hear(chunk: Buffer): void {
    if (this.complaint.length < 4096) this.complaint += chunk.toString('utf8');
    if (this.begunAt === null && this.complaint.endsWith(`${startMark}\n`)) this.begin();
  }

  /** Both of bubblewrap's processes end with us once they have nothing to do but wait; before, the command must not begin. */
  private begin(): void {
    if (this.isOver || this.isKilled) return;
    const outer = this.child.pid === undefined ? null : identifyProcess(this.child.pid);
    if (outer === null || this.init === null || !isAsleep(outer) || !isAsleep(this.init)) {
      setTimeout(() => this.begin(), 2);
      return;
    }
    this.begunAt = performance.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.kill('time'), this.input.timeoutMs);
    this.child.stdin?.end('go\n');
  }

  private look(): void {
    const { init, sharedBefore } = this;
    if (init !== null && this.begunAt !== null && !this.isKilled) {
      const look = lookAtUsage({ init, sharedBefore, limits: this.input.limits });
      if (look.outcome === 'unseen') this.unseen += 1;
      else this.unseen = 0;
      this.watched ||= look.outcome === 'seen';
      if (look.outcome === 'seen' && look.exceeded !== null) this.kill(look.exceeded);
      if (look.outcome === 'unseen' && this.unseen > blindLooks) this.giveUp(unwatched(look.cause));
    }
    if (!this.isOver) this.watch = setTimeout(() => this.look(), watchMs);
  }

  /** bubblewrap tells the process id, on this machine, of the first process in the sandbox. */
  private learn(chunk: Buffer): void {
    if (this.status.length < 4096) this.status += chunk.toString('latin1');
    const id = /"child-pid": (\d+)/.exec(this.status)?.[1];
    if (id !== undefined) this.init ??= identifyProcess(Number(id));
    if (this.isKilled && this.init !== null) this.strike(this.init);
  }

  private async waitUntilEmpty(): Promise<void> {
    const until = performance.now() + patience.end;
    while (this.init !== null && !isGone(this.init)) {
      if (performance.now() > until) throw notEnded();
      killProcess(this.init);
      await sleep(10);
    }
  }

  private giveUp(failure: SandboxError): void {
    this.failure ??= failure;
    this.kill();
  }

  private explainStart(code: number | null): SandboxError {
    const said = this.complaint.trim().split('\n').slice(0, 3).join(' / ').slice(0, 600);
    return new SandboxError(`the sandbox could not be made (code ${code}): ${said || 'it said nothing'}`, {
      hint: 'run "deep-review doctor"; it tries the sandbox out',
    });
  }
}

function notEnded(): SandboxError {
  return new SandboxError('the processes of a command could not be ended', {
    hint: 'look for a process named bwrap that waits for a disk',
  });
}

function unwatched(cause: unknown): SandboxError {
  return new SandboxError('the processes in the sandbox cannot be watched', {
    hint: 'run "deep-review doctor"; it tries the sandbox out',
    cause,
  });
}
