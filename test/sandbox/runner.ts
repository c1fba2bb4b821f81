import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBubblewrap } from '../../src/sandbox/find-bubblewrap.ts';
import { Sandbox } from '../../src/sandbox/sandbox.ts';
import { defaultSandboxLimits } from '../../src/sandbox/sandbox-limits.ts';

/** One command in a sandbox, as a process of its own: the end of it as JSON on stdout. */
const found = await findBubblewrap('/usr/local/bin:/usr/bin:/bin');
if (found.outcome !== 'ready') throw new Error(found.reason);
const directory = join(mkdtempSync(join(tmpdir(), 'deep-review-runner-')), 'sandbox');
const sandbox = new Sandbox({
  program: found.program,
  directory,
  limits: defaultSandboxLimits(),
  caches: [],
});
const file = { path: Buffer.from('a.txt'), mode: '100644', read: async () => Buffer.from('text\n') };
const end = await sandbox.run({
  command: process.argv[2] ?? 'true',
  timeoutMs: 10_000,
  commit: '2'.repeat(40),
  files: async () => [file],
});
await sandbox.close();
process.stdout.write(`${JSON.stringify(end)}\n`);
