import type { ProviderId } from '../domain/reviewer.ts';
import type { StreamLimits } from './language-model.ts';
import { ProviderError, type TimeoutStage } from './provider-error.ts';

/** Whose call it is, for messages. */
export interface CallIdentity {
  provider: ProviderId;
  modelId: string;
}

/** Watches one call. The first thing that goes wrong decides: `failure` never changes once set. */
export interface Watchdog {
  /** Aborts when the caller's signal does, a limit runs out, or `fail` is called; the reason is a `ProviderError`. */
  readonly signal: AbortSignal;
  readonly failure: ProviderError | null;
  /** Whether the connection ever stood. */
  readonly wasConnected: boolean;
  connecting(): void;
  connected(): void;
  bytesArrived(): void;
  contentArrived(): void;
  fail(error: ProviderError): void;
  /** Settles as the work does, or rejects with `failure` at once, however long the work takes to notice. */
  guard<T>(work: Promise<T>): Promise<T>;
  /** Clears every timer. */
  stop(): void;
}

export function startWatchdog(input: {
  identity: CallIdentity;
  limits: StreamLimits;
  signal: AbortSignal;
}): Watchdog {
  const { identity, limits, signal } = input;
  const controller = new AbortController();
  const timers = new Map<TimeoutStage, NodeJS.Timeout>();
  let failure: ProviderError | null = null;
  let isStopped = false;
  let hasBytes = false;
  let wasConnected = false;

  const stop = () => {
    isStopped = true;
    for (const timer of timers.values()) clearTimeout(timer);
    timers.clear();
    signal.removeEventListener('abort', onCallerAbort);
  };
  const fail = (error: ProviderError) => {
    if (isStopped || failure !== null) return;
    failure = error;
    stop();
    controller.abort(error);
  };
  const onCallerAbort = () => fail(cancelledError(identity, signal.reason));
  const disarm = (stage: TimeoutStage) => {
    clearTimeout(timers.get(stage));
    timers.delete(stage);
  };
  const arm = (stage: TimeoutStage, milliseconds: number) => {
    const running = timers.get(stage);
    if (isStopped) return;
    if (running !== undefined) running.refresh();
    else
      timers.set(
        stage,
        setTimeout(() => fail(timeoutError({ identity, stage, milliseconds })), Math.max(0, milliseconds)),
      );
  };

  if (signal.aborted) onCallerAbort();
  else {
    signal.addEventListener('abort', onCallerAbort, { once: true });
    arm('deadline', limits.deadlineMs);
  }

  return {
    signal: controller.signal,
    get failure() {
      return failure;
    },
    get wasConnected() {
      return wasConnected;
    },
    connecting: () => arm('connect', limits.connectMs),
    connected: () => {
      wasConnected = true;
      disarm('connect');
      arm('first-byte', limits.firstByteMs);
    },
    bytesArrived: () => {
      if (!hasBytes) {
        hasBytes = true;
        disarm('connect');
        disarm('first-byte');
        arm('progress', limits.progressMs);
      }
      arm('idle', limits.idleMs);
    },
    contentArrived: () => arm('progress', limits.progressMs),
    fail,
    guard: (work) => guard(work, controller.signal),
    stop,
  };
}

function guard<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const settle = (finish: () => void) => {
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}

/** A caller's own time-out (`AbortSignal.timeout`) is its deadline, and no cancellation. */
function cancelledError(identity: CallIdentity, reason: unknown): ProviderError {
  if (reason instanceof ProviderError) return reason;
  if (reason instanceof DOMException && reason.name === 'TimeoutError')
    return new ProviderError(`No answer from ${identity.modelId} before the caller's deadline.`, {
      ...identity,
      kind: 'timeout',
      timeout: 'deadline',
      cause: reason,
    });
  return new ProviderError(`The call to ${identity.modelId} was cancelled.`, {
    ...identity,
    kind: 'cancelled',
    cause: reason,
  });
}

const stageTexts: Record<TimeoutStage, string> = {
  connect: 'no connection',
  'first-byte': 'the connection stands, but no answer began',
  idle: 'the answer stopped: nothing arrived any more',
  progress: 'only keep-alives arrived, no content',
  deadline: 'the call as a whole took too long',
};

function timeoutError(input: {
  identity: CallIdentity;
  stage: TimeoutStage;
  milliseconds: number;
}): ProviderError {
  const { identity, stage, milliseconds } = input;
  const seconds = Math.round(milliseconds / 100) / 10;
  return new ProviderError(`${identity.modelId}: ${stageTexts[stage]} within ${seconds} s.`, {
    ...identity,
    kind: 'timeout',
    timeout: stage,
  });
}
