import { execFileSync } from 'node:child_process';
import type { Change } from '../../src/domain/change.ts';
import type { Location } from '../../src/domain/location.ts';
import { createGitFixture, fixtureEnvironment, type GitFixture } from './git-fixture.ts';

/** A small program with a history, as a report reviews it. */
export interface ReportRepository {
  git: GitFixture;
  change: Change;
  /** Where a text stands in a file of the head (or the merge base); throws when it does not. */
  locate(path: string, text: string, side?: 'head' | 'base'): Location;
  /** A file's text at a commit. */
  show(commit: string, path: string): string;
}

export function createReportRepository(): ReportRepository {
  const git = createGitFixture({ name: 'lantern' });
  const base = git.commit(baseFiles, 'Serve lamps from memory');
  const shas = [
    git.commit(
      { 'internal/cache/store.go': storeGo, 'internal/cache/store_test.go': storeTestGo },
      'Evict entries that are too old',
    ),
    git.commit(
      { 'cmd/lanternd/main.go': mainGo, 'web/src/session.ts': sessionTs, 'web/yarn.lock': yarnLock },
      'Refresh sessions from the browser',
    ),
    git.commit(
      { 'scripts/release.sh': releaseSh, 'old/legacy.py': null, 'docs/cache.md': cacheMd },
      'Release with one script',
    ),
  ];
  const head = shas.at(-1) ?? base;
  const show = (commit: string, path: string) =>
    execFileSync('git', ['show', `${commit}:${path}`], {
      cwd: git.directory,
      env: fixtureEnvironment(0),
      encoding: 'utf8',
    });
  return {
    git,
    show,
    change: describeChange(git, base, head),
    locate(path, text, side = 'head') {
      const content = show(side === 'head' ? head : base, path);
      const at = content.indexOf(text);
      if (at < 0) throw new Error(`${path} does not contain ${text}`);
      const startLine = content.slice(0, at).split('\n').length;
      return { path, startLine, endLine: startLine + text.trimEnd().split('\n').length - 1, side };
    },
  };
}

function describeChange(git: GitFixture, base: string, head: string): Change {
  const commits = git
    .git('log', '--reverse', '--format=%H%x00%s%x00%an%x00%ae%x00%aI', `${base}..${head}`)
    .split('\n')
    .map((line) => {
      const [sha = '', subject = '', name = '', email = '', authoredAt = ''] = line.split('\0');
      return { sha, subject, body: '', author: { name, email }, authoredAt };
    });
  const files = git
    .git('diff', '--numstat', '--no-renames', base, head)
    .split('\n')
    .map((line) => {
      const [additions = '0', deletions = '0', path = ''] = line.split('\t');
      const isNew = git.git('ls-tree', base, '--', path) === '';
      const isGone = git.git('ls-tree', head, '--', path) === '';
      return {
        path,
        oldPath: null,
        status: isNew ? ('added' as const) : isGone ? ('removed' as const) : ('modified' as const),
        oldMode: isNew ? null : '100644',
        newMode: isGone ? null : '100644',
        oldOid: null,
        newOid: null,
        binary: false,
        additions: Number(additions),
        deletions: Number(deletions),
        hunks: [],
        generated: path.endsWith('.lock'),
        vendored: false,
      };
    });
  return {
    schemaVersion: 1,
    repository: { owner: 'example', name: 'lantern', url: 'https://github.com/example/lantern' },
    headKind: 'commit',
    branch: 'evict-old-entries',
    base: { sha: base, name: 'main' },
    head: { sha: head, name: 'evict-old-entries' },
    mergeBase: base,
    commits,
    files,
    pullRequest: {
      number: 42,
      title: 'Evict old entries and refresh sessions',
      body: '',
      url: 'https://github.com/example/lantern/pull/42',
      state: 'open',
      author: 'ada-author',
    },
    checkRuns: null,
    earlierRounds: null,
    comments: [],
    round: 1,
  };
}

const storeBase = `package cache

import (
	"sync"
	"time"
)

// Entry is one lamp as it was last seen.
type Entry struct {
	Value   []byte
	SavedAt time.Time
}

// Store keeps entries in memory. It is safe for use by several goroutines.
type Store struct {
	mu      sync.Mutex
	entries map[string]Entry
}

func New() *Store {
	return &Store{entries: make(map[string]Entry)}
}

func (s *Store) Put(key string, value []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries[key] = Entry{Value: value, SavedAt: time.Now()}
}

func (s *Store) Get(key string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry, ok := s.entries[key]
	return entry.Value, ok
}
`;

const storeGo = `${storeBase}
// Evict removes every entry older than maxAge and returns how many it removed.
func (s *Store) Evict(maxAge time.Duration) int {
	s.mu.Lock()
	var old []string
	for key, entry := range s.entries {
		if time.Since(entry.SavedAt) > maxAge {
			old = append(old, key)
		}
	}
	s.mu.Unlock()

	for _, key := range old {
		delete(s.entries, key)
	}
	return len(old)
}

// EvictEvery calls Evict until the program ends.
func (s *Store) EvictEvery(interval, maxAge time.Duration) {
	for range time.Tick(interval) {
		s.Evict(maxAge)
	}
}
`;

const storeTestGo = `package cache

import (
	"testing"
	"time"
)

func TestEvictRemovesOldEntries(t *testing.T) {
	store := New()
	store.Put("a", []byte("lamp"))
	time.Sleep(20 * time.Millisecond)
	if removed := store.Evict(10 * time.Millisecond); removed != 1 {
		t.Fatalf("removed %d entries, want 1", removed)
	}
}
`;

const mainBase = `package main

import (
	"log"
	"net/http"

	"example.com/lantern/internal/cache"
)

func main() {
	store := cache.New()
	http.HandleFunc("/lamps/", func(w http.ResponseWriter, r *http.Request) {
		value, ok := store.Get(r.URL.Path)
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Write(value)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
`;

const mainGo = mainBase
  .replace('store := cache.New()\n', 'store := cache.New()\n\tgo store.EvictEvery(time.Minute, time.Hour)\n')
  .replace('"net/http"\n', '"net/http"\n\t"time"\n');

const sessionTs = `/** Keeps the session of this tab alive. */
export interface Session {
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export async function refresh(session: Session, fetcher = fetch): Promise<Session> {
  const response = await fetcher('/session/refresh?token=' + session.token);
  const next = (await response.json()) as Session;
  return { ...session, ...next };
}

export function startRefreshing(session: Session, onChange: (next: Session) => void): void {
  setInterval(async () => {
    session = await refresh(session);
    onChange(session);
  }, session.expiresAt - Date.now());
}
`;

const releaseSh = `#!/usr/bin/env bash
set -e

target=$1
version=$(git describe --tags)

rm -rf $target/*
cp -R dist/ "$target"
tar czf "lantern-$version.tar.gz" -C "$target" .
`;

const cacheMd = `# The cache

Entries live in memory. Nothing is removed before the program ends.
`;

const baseFiles = {
  'internal/cache/store.go': storeBase,
  'cmd/lanternd/main.go': mainBase,
  'docs/cache.md': '# The cache\n\nEntries live in memory.\n',
  'old/legacy.py': 'import sys\n\nprint("lamps", file=sys.stderr)\n',
  'go.mod': 'module example.com/lantern\n\ngo 1.24\n',
};

const yarnLock = Array.from({ length: 40 }, (_, at) => `package-${at}@^1.0.0:\n  version "1.0.${at}"\n`).join(
  '\n',
);
