import { copyRepository, fetchInto } from './code/copy-repository.ts';
import { createDifferenceReader } from './code/diff.ts';
import { findCommit, git } from './code/git.ts';
import type {
  GithubScenario,
  ScenarioComment,
  ScenarioIssue,
  ScenarioPullRequest,
  ScenarioRepository,
  ScenarioToken,
} from './scenario.ts';
import {
  accountOf,
  actionsApp,
  appOf,
  type Issue,
  nodeId,
  type Repository,
  timeNow,
  type World,
} from './world.ts';
import { addComment } from './write.ts';

/** Everything a scenario says, with its own copies of the git repositories in `folder`. */
export async function makeWorld(
  scenario: GithubScenario,
  options: { clock: () => number; folder: string },
): Promise<World> {
  let lastId = 1_000;
  const world: World = {
    clock: options.clock,
    accounts: new Map(),
    apps: new Map(),
    tokens: new Map(),
    repositories: new Map(),
    formerNames: new Map(),
    nodes: new Map(),
    limits: { contentPerMinute: 80, concurrent: 100, ...scenario.limits },
    readDifference: createDifferenceReader(),
    storage: { url: '', links: new Map() },
    nextId: () => {
      lastId += 1;
      return lastId;
    },
  };
  for (const [login, type] of Object.entries(scenario.accounts ?? {})) accountOf(world, login, type);
  appOf(world, actionsApp.slug);
  for (const [name, token] of Object.entries(scenario.tokens ?? {})) addToken(world, name, token);
  for (const repository of scenario.repositories) await addRepository(world, repository, options.folder);
  return world;
}

export function addToken(world: World, name: string, token: ScenarioToken): void {
  const app =
    token.kind === 'actions'
      ? appOf(world, actionsApp.slug)
      : token.kind === 'app'
        ? appOf(world, token.slug, token.appId)
        : null;
  const repositories =
    token.kind === 'classic' ? null : token.kind === 'actions' ? [token.repository] : token.repositories;
  const limit = token.rateLimit ?? (token.kind === 'actions' ? 1_000 : 5_000);
  const resetAt = Math.floor(world.clock() / 1_000) + 3_600;
  const budget = (remaining = limit) => ({ limit, used: limit - remaining, resetAt });
  world.tokens.set(name, {
    name,
    expired: token.expired ?? false,
    account: 'user' in token ? accountOf(world, token.user) : (app ?? appOf(world, actionsApp.slug)).bot,
    kind: token.kind,
    app,
    scopes: token.kind === 'classic' ? token.scopes : [],
    repositories: repositories === null ? null : new Set(repositories.map((one) => one.toLowerCase())),
    permissions: token.kind === 'classic' ? {} : token.permissions,
    rate: { core: budget(token.rateRemaining), graphql: budget(token.graphqlRemaining) },
    created: [],
  });
}

async function addRepository(world: World, scenario: ScenarioRepository, folder: string): Promise<void> {
  const [ownerLogin = '', name = ''] = scenario.name.split('/');
  const owner = accountOf(world, ownerLogin);
  const id = world.nextId();
  const repository: Repository = {
    id,
    owner,
    name,
    fullName: scenario.name,
    private: scenario.private ?? false,
    archived: scenario.archived ?? false,
    fork: false,
    deleted: false,
    defaultBranch: scenario.defaultBranch ?? 'main',
    directory: scenario.git === undefined ? null : await copyRepository(scenario.git, folder, String(id)),
    source: scenario.git ?? null,
    collaborators: new Map(
      Object.entries(scenario.collaborators ?? {}).map(([login, role]) => [login.toLowerCase(), role]),
    ),
    issues: new Map(),
    checkRuns: [],
    workflowRuns: [],
    artifacts: [],
    statuses: [],
    installations: scenario.installations ?? [],
  };
  world.repositories.set(scenario.name.toLowerCase(), repository);
  for (const former of scenario.formerNames ?? []) world.formerNames.set(former.toLowerCase(), repository);
  for (const login of Object.keys(scenario.collaborators ?? {})) accountOf(world, login);
  if (repository.directory !== null)
    await git(repository.directory, 'symbolic-ref', 'HEAD', `refs/heads/${repository.defaultBranch}`);
  for (const issue of scenario.issues ?? []) addIssue(world, repository, issue);
  for (const pull of scenario.pullRequests ?? []) await addPullRequest(world, repository, pull);
  for (const status of scenario.statuses ?? [])
    repository.statuses.push({
      ...status,
      commit: await mustFindCommit(repository, status.commit),
      id: world.nextId(),
      createdAt: timeNow(world),
    });
}

function addIssue(
  world: World,
  repository: Repository,
  scenario: ScenarioIssue | (Omit<ScenarioPullRequest, 'state'> & { state?: 'open' | 'closed' }),
): Issue {
  const id = world.nextId();
  const now = timeNow(world);
  const state = scenario.state ?? 'open';
  const issue: Issue = {
    kind: 'issue',
    id,
    nodeId: nodeId('head' in scenario ? 'PR' : 'I', id),
    repository,
    number: scenario.number,
    title: scenario.title,
    body: scenario.body ?? null,
    author: accountOf(world, scenario.author ?? 'ada'),
    state,
    locked: false,
    labels: [...(scenario.labels ?? [])],
    createdAt: now,
    updatedAt: now,
    closedAt: state === 'closed' ? now : null,
    comments: [],
    deleted: false,
    pull: null,
  };
  repository.issues.set(issue.number, issue);
  world.nodes.set(issue.nodeId, issue);
  for (const comment of scenario.comments ?? []) addScenarioComment(world, issue, comment);
  return issue;
}

export function addScenarioComment(world: World, issue: Issue, comment: ScenarioComment) {
  const app = comment.app === undefined ? null : appOf(world, comment.app);
  const author = app?.bot ?? accountOf(world, comment.author);
  return addComment(world, issue, { author, app, body: comment.body });
}

async function addPullRequest(
  world: World,
  repository: Repository,
  scenario: ScenarioPullRequest,
): Promise<void> {
  if (repository.directory === null) throw new Error(`${repository.fullName} has no git repository`);
  const base = scenario.base ?? repository.defaultBranch;
  const head = await mustFindCommit(repository, scenario.head);
  const isId = /^[0-9a-f]{40}$/.test(scenario.head);
  const { state, ...rest } = scenario;
  const issue = addIssue(world, repository, {
    ...rest,
    state: state === undefined || state === 'open' ? 'open' : 'closed',
  });
  issue.locked = scenario.locked ?? false;
  const [forkOwner] = scenario.headRepository?.split('/') ?? [];
  issue.pull = {
    head: {
      branch: scenario.headBranch ?? (isId ? 'feature' : scenario.head),
      commit: head,
      owner: forkOwner === undefined ? repository.owner : accountOf(world, forkOwner),
      repository:
        scenario.headRepository === undefined
          ? repository
          : scenario.headRepository === null
            ? null
            : forkOf(world, repository, scenario.headRepository),
    },
    base: { branch: base, commit: await mustFindCommit(repository, base) },
    draft: scenario.draft ?? false,
    mergedAt: state === 'merged' ? timeNow(world) : null,
    closes: scenario.closes ?? [],
    reviews: [],
    threads: [],
  };
  await git(repository.directory, 'update-ref', `refs/pull/${issue.number}/head`, head);
  if (scenario.headRepository !== undefined && !isId)
    await git(repository.directory, 'update-ref', '-d', `refs/heads/${scenario.head}`);
}

/** A fork that is served as far as its name goes; it has no code of its own here. */
function forkOf(world: World, base: Repository, fullName: string): Repository {
  const known = world.repositories.get(fullName.toLowerCase());
  if (known !== undefined) return known;
  const [owner = '', name = ''] = fullName.split('/');
  const fork: Repository = {
    ...base,
    id: world.nextId(),
    owner: accountOf(world, owner),
    name,
    fullName,
    fork: true,
    directory: null,
    source: null,
    collaborators: new Map(),
    issues: new Map(),
    checkRuns: [],
    workflowRuns: [],
    artifacts: [],
    statuses: [],
    installations: [],
  };
  world.repositories.set(fullName.toLowerCase(), fork);
  return fork;
}

/** Looks among the commits that have come to the scenario's repository since, too. */
export async function mustFindCommit(repository: Repository, name: string): Promise<string> {
  const { directory, source } = repository;
  if (directory === null || source === null) throw new Error(`${repository.fullName} has no git repository`);
  const known = /^[0-9a-f]{40}$/.test(name) ? await findCommit(directory, name) : null;
  const found = known ?? (await findCommit(source, name));
  if (found === null) throw new Error(`${repository.fullName} has no commit ${name}`);
  if ((await findCommit(directory, found)) === null) await fetchInto(directory, source);
  return found;
}
