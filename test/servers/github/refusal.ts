import type { Json } from '../model/json.ts';

/** The server does not do what was asked, in GitHub's words. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Fields beside `message`, `documentation_url` and `status`. */
  readonly details: Json;

  constructor(
    status: number,
    message: string,
    options: { headers?: Readonly<Record<string, string>>; details?: Json } = {},
  ) {
    super(message);
    this.status = status;
    this.headers = options.headers ?? {};
    this.details = options.details ?? {};
  }

  body(): Json {
    return {
      message: this.message,
      ...this.details,
      documentation_url: 'https://docs.github.com/rest',
      status: String(this.status),
    };
  }
}

export const notFound = () => new Refusal(404, 'Not Found');

export interface ValidationError {
  resource: string;
  field?: string;
  code: 'missing_field' | 'custom' | 'invalid' | 'unprocessable' | 'too_large';
  message?: string;
}

export const validationFailed = (...errors: ValidationError[]) =>
  new Refusal(422, 'Validation Failed', { details: { errors } });

export const unprocessable = (...errors: string[]) =>
  new Refusal(422, 'Unprocessable Entity', { details: { errors } });

/** The body does not fit the operation's schema. */
export const invalidRequest = (why: string) => new Refusal(422, `Invalid request.\n\n${why}`);
