import { join } from 'node:path';
import { git } from './git.ts';

/** A bare copy of a repository that gives away what GitHub gives away: every commit it has, by id. */
export async function copyRepository(source: string, folder: string, name: string): Promise<string> {
  const directory = join(folder, `${name}.git`);
  await git(
    folder,
    '-c',
    'protocol.file.allow=always',
    'clone',
    '--quiet',
    '--bare',
    '--local',
    '--template=',
    source,
    directory,
  );
  const settings = {
    'uploadpack.allowAnySHA1InWant': 'true',
    'uploadpack.allowFilter': 'true',
    'http.receivepack': 'false',
    'gc.auto': '0',
  };
  for (const [key, value] of Object.entries(settings)) await git(directory, 'config', key, value);
  await git(directory, 'remote', 'remove', 'origin');
  return directory;
}

/** Brings the commits of another repository in, and nothing of its branches. */
export async function fetchInto(directory: string, source: string): Promise<void> {
  await git(
    directory,
    '-c',
    'protocol.file.allow=always',
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    source,
    '+refs/heads/*:refs/arrived/*',
  );
}
