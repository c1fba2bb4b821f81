export type RefusalKind =
  | 'invalid'
  | 'auth'
  | 'permission'
  | 'not-found'
  | 'too-large'
  | 'rate-limit'
  | 'overloaded'
  | 'server';

export interface RefusalDetail {
  kind: RefusalKind;
  /** The vendor's finer code. */
  code?: string;
  /** The request's field that is wrong. */
  parameter?: string;
  /** Overrules what the kind says. */
  status?: number;
}

const statuses: Record<RefusalKind, number> = {
  invalid: 400,
  auth: 401,
  permission: 403,
  'not-found': 404,
  'too-large': 413,
  'rate-limit': 429,
  overloaded: 529,
  server: 500,
};

/** What the real API would answer instead of an answer. */
export class Refusal extends Error {
  readonly kind: RefusalKind;
  readonly status: number;
  readonly code: string | null;
  readonly parameter: string | null;

  constructor(message: string, detail: RefusalDetail) {
    super(message);
    this.name = 'Refusal';
    this.kind = detail.kind;
    this.status = detail.status ?? statuses[detail.kind];
    this.code = detail.code ?? null;
    this.parameter = detail.parameter ?? null;
  }
}

/** Refuses a request as wrong in one of its fields. */
export function invalid(message: string, parameter?: string, code?: string): Refusal {
  return new Refusal(message, {
    kind: 'invalid',
    ...(parameter === undefined ? {} : { parameter }),
    ...(code === undefined ? {} : { code }),
  });
}

/** A `status` fault of a script as a refusal of the vendor's shape. */
export function refusalOfStatus(fault: { status: number; code?: string; message?: string }): Refusal {
  const kinds: Record<number, RefusalKind> = {
    400: 'invalid',
    401: 'auth',
    403: 'permission',
    404: 'not-found',
    413: 'too-large',
    429: 'rate-limit',
    503: 'overloaded',
    529: 'overloaded',
  };
  return new Refusal(fault.message ?? `scripted status ${fault.status}`, {
    kind: kinds[fault.status] ?? (fault.status < 500 ? 'invalid' : 'server'),
    status: fault.status,
    ...(fault.code === undefined ? {} : { code: fault.code }),
  });
}
