import { homedir } from 'node:os';
import { join } from 'node:path';

/** Everything this program ever reads from the environment, read once. Unset and empty are both null. */
export interface Environment {
  anthropicApiKey: string | null;
  openaiApiKey: string | null;
  googleApiKey: string | null;
  anthropicBaseUrl: string | null;
  openaiBaseUrl: string | null;
  googleBaseUrl: string | null;
  /** With the name of the variable it is in. */
  githubToken: { value: string; variable: string } | null;
  githubApiUrl: string | null;
  githubServerUrl: string | null;
  /** Folder of the user's own `config.yml`. */
  configDirectory: string;
  /** Folder for bare repositories and other things that can be made again. */
  cacheDirectory: string;
  noColor: boolean;
  /** What a runner of GitHub Actions offers a step; null outside of one. */
  actions: ActionsRunner | null;
  /** Any variable by name, for `apiKeyVariable`. */
  variable(name: string): string | null;
}

export interface ActionsRunner {
  /** File whose Markdown the run's page shows; null where there is none. */
  stepSummary: string | null;
  /** The run's page, where its artifacts are; null when the runner did not say. */
  runUrl: string | null;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** `given`: variables that outrank those of the process, such as the inputs of an Action. */
export function readEnvironment(variables: Variables = process.env, given: Variables = {}): Environment {
  const variable = (name: string) => {
    const value = (given[name] ?? variables[name])?.trim();
    return value === undefined || value === '' ? null : value;
  };
  const home = variable('HOME') ?? homedir();
  const base = (name: string, ...fallback: string[]) =>
    join(variable(name) ?? join(home, ...fallback), 'deep-review');
  return {
    anthropicApiKey: variable('ANTHROPIC_API_KEY'),
    openaiApiKey: variable('OPENAI_API_KEY'),
    googleApiKey: variable('GEMINI_API_KEY') ?? variable('GOOGLE_API_KEY'),
    anthropicBaseUrl: variable('ANTHROPIC_BASE_URL'),
    openaiBaseUrl: variable('OPENAI_BASE_URL'),
    googleBaseUrl: variable('GOOGLE_GEMINI_BASE_URL'),
    githubToken: readGithubToken(variable),
    githubApiUrl: variable('GITHUB_API_URL'),
    githubServerUrl: variable('GITHUB_SERVER_URL'),
    configDirectory: base(process.platform === 'win32' ? 'APPDATA' : 'XDG_CONFIG_HOME', '.config'),
    cacheDirectory: base(process.platform === 'win32' ? 'LOCALAPPDATA' : 'XDG_CACHE_HOME', '.cache'),
    noColor: variable('NO_COLOR') !== null,
    actions: readActions(variable),
    variable,
  };
}

function readGithubToken(variable: Environment['variable']): Environment['githubToken'] {
  for (const name of ['GITHUB_TOKEN', 'GH_TOKEN']) {
    const value = variable(name);
    if (value !== null) return { value, variable: name };
  }
  return null;
}

function readActions(variable: Environment['variable']): ActionsRunner | null {
  const stepSummary = variable('GITHUB_STEP_SUMMARY');
  if (stepSummary === null && variable('GITHUB_ACTIONS') !== 'true') return null;
  const parts = ['GITHUB_SERVER_URL', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID'].map(variable);
  const [server, repository, run] = parts;
  return { stepSummary, runUrl: parts.includes(null) ? null : `${server}/${repository}/actions/runs/${run}` };
}
