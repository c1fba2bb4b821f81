import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { canSee, passwordIn, permissionOf } from '../access.ts';
import type { JournalEntry } from '../journal.ts';
import type { Repository, Token, World } from '../world.ts';
import { gitEnvironment } from './git.ts';

/** `/owner/name.git/info/refs` and what follows it. */
export interface GitRequest {
  owner: string;
  name: string;
  service: 'git-upload-pack' | 'git-receive-pack';
  /** `info/refs` or the service. */
  rest: string;
}

/** null: no request of git's. */
export function gitRequestOf(url: URL): GitRequest | null {
  const [, owner, name, rest] =
    /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(url.pathname) ?? [];
  if (owner === undefined || name === undefined || rest === undefined) return null;
  const service = rest === 'info/refs' ? url.searchParams.get('service') : rest;
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack') return null;
  return { owner, name, service, rest };
}

/** Answers git over HTTP by git's own program, with GitHub's words where it says no; nobody can push. */
export async function answerGit(input: {
  world: World;
  git: GitRequest;
  request: IncomingMessage;
  response: ServerResponse;
  entry: JournalEntry;
}): Promise<void> {
  const { world, git, request, response, entry } = input;
  const refuse = (status: number, text: string, headers: Record<string, string> = {}) => {
    entry.status = status;
    request.resume();
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(`${text}\n`);
  };
  const ask = { 'www-authenticate': 'Basic realm="GitHub"' };
  entry.operation = `git/${git.service === 'git-upload-pack' ? 'fetch' : 'push'}`;
  if (git.service === 'git-receive-pack') entry.forbidden = 'git push';
  const caller = callerOf(world, request);
  if (caller === 'unknown')
    return refuse(
      401,
      'Invalid username or token. Password authentication is not supported for Git operations.',
      ask,
    );
  entry.token = caller?.name ?? null;
  const name = `${git.owner}/${git.name}`.toLowerCase();
  const repository = world.repositories.get(name) ?? world.formerNames.get(name);
  if (repository === undefined || !canSee(repository, caller))
    return caller === null ? refuse(401, 'Repository not found.', ask) : refuse(404, 'Repository not found.');
  if (git.service === 'git-receive-pack')
    return refuse(
      403,
      `Permission to ${repository.fullName}.git denied to ${caller?.account.login ?? 'nobody'}.`,
    );
  if (permissionOf(repository, caller, 'contents') === 'none')
    return refuse(403, 'Write access to repository not granted.');
  await runBackend({ repository, git, request, response, entry });
}

function callerOf(world: World, request: IncomingMessage): Token | null | 'unknown' {
  const { authorization } = request.headers;
  if (authorization === undefined) return null;
  // Git knows basic authorization; the API's bearer is not taken here.
  const [, value] = /^basic +(\S+)$/i.exec(authorization) ?? [];
  const token = value === undefined ? undefined : world.tokens.get(passwordIn(value));
  return token === undefined || token.expired ? 'unknown' : token;
}

function runBackend(input: {
  repository: Repository;
  git: GitRequest;
  request: IncomingMessage;
  response: ServerResponse;
  entry: JournalEntry;
}): Promise<void> {
  const { repository, git, request, response, entry } = input;
  const { directory } = repository;
  if (directory === null) {
    entry.status = 404;
    response.writeHead(404, { 'content-type': 'text/plain' }).end('Repository not found.\n');
    return Promise.resolve();
  }
  // It went away while its answer was held back: what it sent would not come to its end either.
  if (request.socket.destroyed) return Promise.resolve();
  const child = spawn('git', ['http-backend'], {
    env: {
      ...gitEnvironment,
      GIT_PROJECT_ROOT: dirname(directory),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `${directory.slice(dirname(directory).length)}/${git.rest}`,
      QUERY_STRING: git.rest === 'info/refs' ? `service=${git.service}` : '',
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: '',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // A client that goes away mid-answer leaves nothing to answer to.
  response.once('close', () => child.kill('SIGTERM'));
  child.stdin.on('error', () => request.unpipe(child.stdin));
  request.pipe(child.stdin);
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    let begun = false;
    child.once('error', reject);
    child.stdout.on('data', (chunk: Buffer) => {
      if (begun) {
        if (!response.write(chunk)) {
          child.stdout.pause();
          response.once('drain', () => child.stdout.resume());
        }
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      begun = true;
      const { status, headers } = parseHead(head.subarray(0, end).toString('latin1'));
      entry.status = status;
      response.writeHead(status, headers);
      response.write(head.subarray(end + 4));
    });
    child.once('close', () => {
      if (!begun && !response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      entry.status ??= 500;
      response.end();
      resolve();
    });
  });
}

/** What a program behind a web server says before its answer. */
function parseHead(text: string): { status: number; headers: Record<string, string> } {
  const headers: Record<string, string> = {};
  let status = 200;
  for (const line of text.split('\r\n')) {
    const [, name = '', value = ''] = /^([^:]+): *(.*)$/.exec(line) ?? [];
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else if (name !== '') headers[name.toLowerCase()] = value;
  }
  return { status, headers };
}
