import type { Json } from '../model/json.ts';
import type { Needs } from './access.ts';
import type { JournalEntry } from './journal.ts';
import { notFound } from './refusal.ts';
import type { Repository, Token, World } from './world.ts';

/** Where the same server is found by its clients. */
export interface Addresses {
  /** `http://127.0.0.1:1234` or, as GitHub Enterprise has it, `…/api/v3`. */
  api: string;
  html: string;
}

export interface Call {
  world: World;
  token: Token | null;
  entry: JournalEntry;
  addresses: Addresses;
  query: URLSearchParams;
  body: Json;
  /** `json`, `diff`, `patch`, `raw`, … as `Accept` asks. */
  format: string;
  parameters: Readonly<Record<string, string>>;
  /** Path that Link headers name: repositories stand in it by number. */
  linkPath: string;
  /** To be called when something has really changed. */
  wrote(): void;
}

export interface RepositoryCall extends Call {
  repository: Repository;
}

export interface Answer {
  status: number;
  /** JSON unless `type` says otherwise. */
  body: unknown;
  type?: string;
  headers?: Readonly<Record<string, string>>;
}

/** `Given` is a `RepositoryCall` for routes below a repository. */
export interface Route<Given = RepositoryCall> {
  /** As GitHub's documentation names it: `issues/create-comment`. */
  operation: string;
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: RegExp;
  names: readonly string[];
  needs: Needs | null;
  handle: (call: Given) => Answer | Promise<Answer>;
}

/** A route below `/repos/{owner}/{repo}`; `:name` stands for one piece of the path, `:name*` for all the rest. */
export function repositoryRoute(
  definition: `${Route['method']} ${string}`,
  operation: string,
  needs: Needs,
  handle: (call: RepositoryCall) => Answer | Promise<Answer>,
): Route {
  return { ...parseDefinition(definition), operation, needs, handle };
}

export const ok = (body: unknown, headers?: Readonly<Record<string, string>>): Answer =>
  headers === undefined ? { status: 200, body } : { status: 200, body, headers };

/** A number in the path; anything else is no such thing. */
export function numberIn(call: Call, name: string): number {
  const text = call.parameters[name] ?? '';
  if (!/^[1-9]\d{0,15}$/.test(text)) throw notFound();
  return Number(text);
}

/** A route that belongs to no repository. */
export function rootRoute(
  definition: `${Route['method']} ${string}`,
  operation: string,
  handle: (call: Call) => Answer | Promise<Answer>,
): Route<Call> {
  return { ...parseDefinition(definition), operation, needs: null, handle };
}

function parseDefinition(definition: `${Route['method']} ${string}`) {
  const [method, path = ''] = definition.split(' ') as [Route['method'], string];
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  const pattern = path.replace(/:\w+\*/g, '(.+)').replace(/:\w+/g, '([^/]+)');
  return { method, names, path: new RegExp(`^${pattern}$`) };
}
