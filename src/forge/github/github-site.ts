import { isLoopback } from '../../domain/is-loopback.ts';
import { ConfigError } from '../../errors.ts';

/** One GitHub: github.com, a tenant of its own, or an Enterprise Server. Addresses end without a slash. */
export interface GithubSite {
  /** Where people and git find it: `https://github.com`. */
  server: string;
  /** Its REST API: `https://api.github.com`, `https://git.example/api/v3`. */
  api: string;
}

export interface GithubSiteSettings {
  /** As in `GITHUB_SERVER_URL` and `GITHUB_API_URL`; null where nobody said. */
  serverUrl: string | null;
  apiUrl: string | null;
}

/** The GitHub that is configured. `ConfigError` for an address that a token must not be sent to. */
export function resolveGithubSite({ serverUrl, apiUrl }: GithubSiteSettings): GithubSite {
  const server = serverUrl === null ? null : readAddress('GITHUB_SERVER_URL', serverUrl);
  const api = apiUrl === null ? null : readAddress('GITHUB_API_URL', apiUrl);
  if (api !== null) return { api, server: server ?? serverOf(api) };
  return { server: server ?? publicServer, api: apiOf(server ?? publicServer) };
}

/** Where GraphQL is asked: an Enterprise Server has it beside its REST API, not below. */
export function graphqlAddress({ api }: GithubSite): string {
  return `${api.replace(/\/v3$/, '')}/graphql`;
}

/** `github.com`, `git.example:8443`. */
export function hostOf({ server }: GithubSite): string {
  return new URL(server).host;
}

const publicServer = 'https://github.com';
const publicApi = 'https://api.github.com';

function apiOf(server: string): string {
  const { host, protocol, hostname } = new URL(server);
  if (host === 'github.com') return publicApi;
  return hostname.endsWith('.ghe.com') ? `${protocol}//api.${host}` : `${server}/api/v3`;
}

function serverOf(api: string): string {
  const { host, protocol, hostname } = new URL(api);
  if (api === publicApi) return publicServer;
  if (/^api\.[^.]+\.ghe\.com$/.test(hostname)) return `${protocol}//${host.slice('api.'.length)}`;
  if (api.endsWith('/api/v3')) return api.slice(0, -'/api/v3'.length);
  throw new ConfigError('GITHUB_API_URL is set, and where its GitHub serves people and git is not known', {
    hint: 'set GITHUB_SERVER_URL, too, for example https://git.example',
  });
}

function readAddress(variable: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['https:', 'http:'].includes(url.protocol))
    throw new ConfigError(`${variable} is no address`, {
      hint: 'write it whole, for example https://git.example',
    });
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new ConfigError(`${variable} holds more than an address`, {
      hint: 'leave out users, passwords and everything from "?" or "#" on; the token goes into GITHUB_TOKEN',
    });
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new ConfigError(`${variable} is plain http, and a token would be sent in the open`, {
      hint: 'write https://; plain http is taken for this machine only',
    });
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
