import type { FindingSketch } from './finding-fixture.ts';

type Told = Required<Pick<FindingSketch, 'title' | 'explanation' | 'quote'>>;

/** One defect, as one round told it and as a later one did. */
export interface RewordedFinding {
  path: string;
  symbol: string;
  lines: [start: number, end: number];
  first: Told;
  reworded: Told;
  /** A part of it, told as a defect of its own. */
  part: Told;
}

/** Six defects in two files; the first two stand on neighbouring lines of one function. */
export const rewordedFindings: readonly RewordedFinding[] = [
  {
    path: 'pkg/runtime/container.go',
    symbol: 'IsRunning',
    lines: [40, 43],
    first: {
      title: '`IsRunning` reports a stopped container for any inspect error',
      explanation:
        'ContainerInspect can fail because the daemon timed out. IsRunning then returns false and nil, and maybeRestart restarts a healthy container.',
      quote: 'if err != nil {\n\treturn false, nil\n}',
    },
    reworded: {
      title: 'Daemon timeout makes healthy containers restart',
      explanation:
        'When ContainerInspect fails with a timeout, IsRunning answers false, nil instead of the error; maybeRestart takes the container for stopped and restarts it.',
      quote: 'return false, nil',
    },
    part: {
      title: 'maybeRestart restarts containers after an inspect timeout',
      explanation:
        'maybeRestart trusts the false of IsRunning, which ContainerInspect errors such as a daemon timeout cause, and restarts a healthy container.',
      quote: 'if !running {\n\tr.restart(ctx, id)\n}',
    },
  },
  {
    path: 'pkg/runtime/container.go',
    symbol: 'IsRunning',
    lines: [44, 46],
    first: {
      title: 'Response body of the stats call is never closed',
      explanation:
        'ContainerStats returns a reader whose Body has to be closed. Each poll leaks one connection to the socket until descriptors run out.',
      quote: 'stats, err := client.ContainerStats(ctx, id, false)',
    },
    reworded: {
      title: 'Every poll leaks a connection: ContainerStats body stays open',
      explanation:
        'Nobody closes the Body that ContainerStats hands out, so that descriptors of the socket run out after enough polls.',
      quote: 'stats, err := client.ContainerStats(ctx, id, false)\nif err != nil {',
    },
    part: {
      title: 'The body of a stats call stays open when decoding fails',
      explanation:
        'When the decoder fails, the Body of ContainerStats is never closed: each such poll leaks one connection to the socket.',
      quote: 'if err := decoder.Decode(&sample); err != nil {',
    },
  },
  {
    path: 'pkg/runtime/container.go',
    symbol: 'Watch',
    lines: [90, 96],
    first: {
      title: 'Ticker in `Watch` is never stopped',
      explanation:
        'Watch creates a time.Ticker and returns without Stop, so each subscription leaks a ticker.',
      quote: 'ticker := time.NewTicker(interval)',
    },
    reworded: {
      title: '`Watch` leaks its ticker',
      explanation:
        'The time.Ticker that Watch makes for a subscription lives on after Watch returns, because Stop is not called.',
      quote: 'ticker := time.NewTicker(interval)\nfor {',
    },
    part: {
      title: 'Unsubscribing from `Watch` leaves the ticker running',
      explanation:
        'When a subscription is cancelled, Watch returns in the ctx.Done branch without Stop, and the ticker leaks.',
      quote: 'case <-ctx.Done():\n\treturn',
    },
  },
  {
    path: 'scripts/release.sh',
    symbol: '',
    lines: [7, 7],
    first: {
      title: 'Without an argument the release script deletes the root folder',
      explanation:
        'Called without an argument, target is empty, and the glob of rm -rf starts at the root. set -e does not help, because nothing fails.',
      quote: 'rm -rf $target/*',
    },
    reworded: {
      title: 'An empty `target` makes rm -rf run from the root',
      explanation:
        'The script does not check its argument: target may be empty, and rm -rf then deletes from the root folder on; set -e does not object.',
      quote: 'target=$1',
    },
    part: {
      title: 'The release script accepts an empty argument as target',
      explanation:
        'target takes $1 unchecked; when the argument is missing, rm -rf deletes the root folder. set -e does not stop it.',
      quote: 'target=$1',
    },
  },
  {
    path: 'scripts/release.sh',
    symbol: '',
    lines: [7, 7],
    first: {
      title: 'Folder names with blanks are split into words',
      explanation:
        'The variable stands unquoted, so that a name with a blank becomes two arguments and something else is removed.',
      quote: 'rm -rf $target/*',
    },
    reworded: {
      title: 'Unquoted variable: names with a blank are split',
      explanation:
        'Word splitting makes two arguments of a folder name with blanks, because the variable is not quoted; other folders are removed.',
      quote: 'rm -rf $target/*',
    },
    part: {
      title: 'Globs in folder names are expanded',
      explanation:
        'The unquoted variable is not only split at blanks: a name with a star is expanded, and other folders are removed as arguments.',
      quote: 'rm -rf $target/*',
    },
  },
  {
    path: 'scripts/release.sh',
    symbol: '',
    lines: [12, 14],
    first: {
      title: 'Checksums are computed before the archive is complete',
      explanation:
        'sha256sum runs while tar still writes in the background, so that the published checksum does not match the archive.',
      quote: 'tar -czf "$archive" dist &\nsha256sum "$archive" > "$archive.sha256"',
    },
    reworded: {
      title: 'Published checksum may not match the archive',
      explanation:
        'tar was sent to the background; sha256sum does not wait for it and reads an archive that is not complete.',
      quote: 'sha256sum "$archive" > "$archive.sha256"',
    },
    part: {
      title: 'A failing tar in the background goes unnoticed',
      explanation:
        'Nobody waits for the tar in the background: an archive that is not complete gets a checksum by sha256sum and is published.',
      quote: 'tar -czf "$archive" dist &',
    },
  },
];
