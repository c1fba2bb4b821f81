import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxLimits } from './sandbox-limits.ts';

/** A folder of this machine that commands may read. */
export interface CacheMount {
  /** Absolute, without links. */
  from: string;
  /** Absolute, where commands see it. */
  to: string;
}

export interface BubblewrapInput {
  /** The commit's files; null for a sandbox without any. */
  copy: string | null;
  /** Folder with the few files of /etc that we make up. */
  systemFiles: string;
  caches: readonly CacheMount[];
  limits: SandboxLimits;
  /** What is run by the shell. */
  command: string;
}

/** Where the commit's files are, and where commands start. */
export const sourceFolder = '/src';

/** stderr of the sandbox up to the moment the command begins; the command itself cannot write there. */
export const startMark = 'command begins';

/** Folders of /usr on systems that keep them apart. */
const systemFolders = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** Of /etc, what linking, certificates and names need; none of it is secret. */
const systemSettings = [
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/alternatives',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
  '/etc/pki/tls/certs',
  '/etc/pki/ca-trust/extracted',
  '/etc/ca-certificates',
  '/etc/localtime',
  '/etc/protocols',
  '/etc/services',
  '/etc/mime.types',
];

const memoryShare = { tmp: 0.25, shared: 0.125 };

/** The whole command line of bubblewrap. Nothing in it comes from a model or from the commit. */
export function bubblewrapArguments(input: BubblewrapInput): string[] {
  const { copy, systemFiles, caches, limits } = input;
  const size = (bytes: number) => ['--size', String(Math.max(4096, Math.floor(bytes)))];
  return [
    ...['--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--new-session'],
    ...['--cap-drop', 'ALL', '--uid', '65534', '--gid', '65534', '--hostname', 'sandbox', '--clearenv'],
    ...['--setenv', 'PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ...['--setenv', 'HOME', '/tmp/home', '--setenv', 'LANG', 'C.UTF-8'],
    ...['--ro-bind', '/usr', '/usr', ...systemFolders.flatMap(bindSystemFolder)],
    ...systemSettings.filter((path) => existsSync(path)).flatMap((path) => ['--ro-bind', path, path]),
    ...madeUpFiles.flatMap(({ name }) => ['--ro-bind', join(systemFiles, name), `/etc/${name}`]),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...[...size(limits.disk * memoryShare.shared), '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ...[...size(limits.disk * memoryShare.tmp), '--tmpfs', '/tmp', '--dir', '/tmp/home'],
    ...['--dir', '/var', '--symlink', '../tmp', '/var/tmp'],
    ...[...size(limits.disk), '--tmpfs', sourceFolder],
    ...(copy === null ? [] : ['--ro-bind', copy, '/copy']),
    ...caches.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ...['--remount-ro', '/', '--chdir', sourceFolder, '--json-status-fd', '3'],
    ...['--', '/bin/sh', '-c', prelude(copy !== null), 'sh', input.command, String(limits.processes)],
  ];
}

/** Files of /etc that would name this machine's people if they were its own. */
export const madeUpFiles: readonly { name: string; text: string }[] = [
  { name: 'passwd', text: 'nobody:x:65534:65534:nobody:/tmp/home:/bin/sh\n' },
  { name: 'group', text: 'nogroup:x:65534:\n' },
  { name: 'hosts', text: '127.0.0.1 localhost sandbox\n::1 localhost\n' },
  { name: 'nsswitch.conf', text: 'passwd: files\ngroup: files\nhosts: files\n' },
];

/**
 * What happens inside before the command: the copy is made anew, so that no command finds what another one left; the
 * command is the first to go when memory runs out, takes no core dumps, and lets everything else go first. It begins
 * when it is told so: whoever started it may have been killed before bubblewrap began to look after it.
 */
function prelude(hasCopy: boolean): string {
  return [
    'set -e',
    ...(hasCopy ? [`cp -RP --preserve=mode,timestamps /copy/. ${sourceFolder}`] : []),
    'echo 1000 > /proc/self/oom_score_adj',
    'ulimit -c 0',
    '(ulimit -u "$2") 2>/dev/null && ulimit -u "$2" || ulimit -p "$2"',
    `echo "${startMark}" >&2`,
    'read -r go',
    'exec nice -n 19 /bin/sh -c "$1" </dev/null 2>&1',
  ].join('\n');
}

function bindSystemFolder(path: string): string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return found.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}
