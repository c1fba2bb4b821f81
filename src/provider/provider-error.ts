import type { Cause } from '../domain/cause.ts';
import type { ProviderId } from '../domain/reviewer.ts';
import { DeepReviewError, type ErrorDetail } from '../errors.ts';

/**
 * `rate-limit` waits help; `quota` money or a day's allowance is used up; `overloaded`, `server` the vendor's fault;
 * `protocol` the answer broke off or is not what the protocol says; `refused` the vendor declined to answer at all;
 * `cancelled` our caller wanted no answer any more.
 */
export type ProviderErrorKind =
  | 'rate-limit'
  | 'quota'
  | 'overloaded'
  | 'server'
  | 'bad-request'
  | 'context-too-long'
  | 'auth'
  | 'model-not-found'
  | 'network'
  | 'timeout'
  | 'protocol'
  | 'refused'
  | 'cancelled';

/** Which of the limits of `StreamLimits` ran out. */
export type TimeoutStage = 'connect' | 'first-byte' | 'idle' | 'progress' | 'deadline';

export interface ProviderErrorDetail extends ErrorDetail {
  provider: ProviderId;
  modelId: string;
  kind: ProviderErrorKind;
  /** Set exactly for the kind `timeout`. */
  timeout?: TimeoutStage;
  /** Overrules what the kind says. */
  isRetryable?: boolean;
  retryAfterMs?: number | null;
  status?: number | null;
  requestId?: string | null;
  /** The request's field that the vendor named as wrong. */
  parameter?: string | null;
}

const retryableKinds: ReadonlySet<ProviderErrorKind> = new Set<ProviderErrorKind>([
  'rate-limit',
  'overloaded',
  'server',
  'network',
  'timeout',
  'protocol',
]);

/** A model call that gave no answer. Nothing of it may be used. */
export class ProviderError extends DeepReviewError {
  readonly code = 'provider';
  readonly exitCode = 4;
  readonly provider: ProviderId;
  readonly modelId: string;
  readonly kind: ProviderErrorKind;
  readonly timeout: TimeoutStage | null;
  /** Whether the same request may succeed later. */
  readonly isRetryable: boolean;
  /** How long the vendor asks us to wait; null when it did not, or said nonsense. */
  readonly retryAfterMs: number | null;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly parameter: string | null;
  /** Whether the vendor may have begun to work, and may bill it, though no answer came. Set by `streamCall`. */
  mayBeBilled = false;

  constructor(message: string, detail: ProviderErrorDetail) {
    super(message, detail);
    this.provider = detail.provider;
    this.modelId = detail.modelId;
    this.kind = detail.kind;
    this.timeout = detail.timeout ?? null;
    this.isRetryable = detail.isRetryable ?? (retryableKinds.has(detail.kind) && this.timeout !== 'deadline');
    this.retryAfterMs = detail.retryAfterMs ?? null;
    this.status = detail.status ?? null;
    this.requestId = detail.requestId ?? null;
    this.parameter = detail.parameter ?? null;
  }

  /** The error as data; the code is the kind, for time-outs with the stage: `timeout-idle`. */
  toCause(): Cause {
    return {
      code: this.timeout === null ? this.kind : `timeout-${this.timeout}`,
      message: this.message,
      retryable: this.isRetryable,
    };
  }
}
