import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { CancelledError } from '../../src/errors.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { bundleRunner } from './bundle-runner.ts';
import { closeWorkshops, openWorkshop } from './sandbox-workshop.ts';

closeWorkshops();

const mebibyte = 2 ** 20;

/** A number of seconds that marks the processes of one test in every process list. */
function marker(): string {
  return String(100_000 + Math.floor(Math.random() * 1_000_000));
}

function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, 'latin1').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(text));
}

describe('a command that misbehaves', () => {
  test('and prints a gigabyte costs little memory; its begin and its end are kept', async () => {
    const { run } = await openWorkshop();
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 20);
    const end = await run('echo begin; head -c 1000000000 /dev/zero | tr "\\0" x; echo; echo end', {
      timeoutMs: 120_000,
    });
    clearInterval(watch);
    expect({ exitCode: end.exitCode, killedFor: end.killedFor }).toEqual({ exitCode: 0, killedFor: null });
    expect(end.output.text.startsWith('begin\nxxx')).toBe(true);
    expect(end.output.text.endsWith('xxx\nend\n')).toBe(true);
    const kept = Buffer.byteLength(end.output.text.replace(/\n\[… [\d,]+ bytes left out here …\]\n/, ''));
    expect(kept + end.output.omittedBytes).toBe(1_000_000_011);
    expect(end.output.text.length).toBeLessThan(60_000);
    expect(most - before).toBeLessThan(200 * mebibyte);
  }, 150_000);

  test('and never stops forking is ended, whole', async () => {
    const mark = marker();
    const { run } = await openWorkshop({ limits: { processes: 200 } });
    const end = await run(`python3 -c "
import os
while True:
    try: os.fork()
    except OSError: pass
# ${mark}"`);
    expect({ exitCode: end.exitCode, killedFor: end.killedFor }).toEqual({
      exitCode: null,
      killedFor: 'processes',
    });
    expect(processesWith(mark)).toEqual([]);
  });

  test('and starts threads without end is ended', async () => {
    const { run } = await openWorkshop({ limits: { processes: 100 } });
    const end = await run(`python3 -c "
import threading, time
while True: threading.Thread(target=time.sleep, args=(60,)).start()"`);
    expect(end.killedFor ?? `exit ${end.exitCode}`).toMatch(/processes|exit 1/);
  });

  test.each([
    ['in the background', (mark: string) => `sleep ${mark} & echo done`],
    [
      'in a session of its own',
      (mark: string) => `setsid sleep ${mark} & nohup sleep ${mark} >/dev/null 2>&1 & echo done`,
    ],
    [
      'forked twice, with nothing open',
      (mark: string) =>
        `(setsid sh -c 'exec >/dev/null 2>&1 </dev/null; trap "" TERM HUP; (sleep ${mark} &) ; sleep ${mark}' &); sleep 0.2; echo done`,
    ],
  ])('and leaves processes %s leaves none', async (_name, script) => {
    const mark = marker();
    const { run } = await openWorkshop();
    const end = await run(script(mark));
    expect({ exitCode: end.exitCode, text: end.output.text }).toEqual({ exitCode: 0, text: 'done\n' });
    expect(processesWith(mark)).toEqual([]);
  });

  test('and takes too long is ended, whatever it does with signals', async () => {
    const mark = marker();
    const { run } = await openWorkshop();
    const end = await run(`trap "" TERM INT HUP QUIT; echo waiting; setsid sleep ${mark} & sleep ${mark}`, {
      timeoutMs: 1000,
    });
    expect(end).toMatchObject({ exitCode: null, killedFor: 'time', output: { text: 'waiting\n' } });
    expect(processesWith(mark)).toEqual([]);
  });

  test.each([
    ['of its own', 'a = []\nwhile True: a.append(bytearray(5_000_000))'],
    [
      'shared',
      'import mmap\na = []\nwhile True:\n    m = mmap.mmap(-1, 5_000_000); m.write(bytes(5_000_000)); a.append(m)',
    ],
  ])('and takes too much memory %s is ended', async (_name, program) => {
    const { run } = await openWorkshop({ limits: { memory: 256 * mebibyte } });
    const end = await run(`cat > /tmp/p.py <<'END'\n${program}\nEND\npython3 /tmp/p.py`);
    expect({ exitCode: end.exitCode, killedFor: end.killedFor }).toEqual({
      exitCode: null,
      killedFor: 'memory',
    });
  });

  test('and takes memory behind descriptors is ended', async () => {
    const { run } = await openWorkshop({ limits: { memory: 128 * mebibyte, disk: 128 * mebibyte } });
    const end = await run(`python3 -c "
import os
fds = []
while True:
    fd = os.memfd_create('x'); fds.append(fd); os.write(fd, bytes(20_000_000))"`);
    expect({ exitCode: end.exitCode, killedFor: end.killedFor }).toEqual({
      exitCode: null,
      killedFor: 'memory',
    });
  });

  test('and fills the disk finds it full', async () => {
    const { run } = await openWorkshop({ limits: { disk: 64 * mebibyte } });
    const end = await run(
      'for place in /src /tmp /dev/shm; do head -c 1G /dev/zero > $place/big 2>/dev/null || echo full; done; du -sm /src /tmp /dev/shm | cut -f1',
    );
    expect(end.output.text).toBe('full\nfull\nfull\n64\n16\n8\n');
  });

  test('and makes files without end is ended', async () => {
    const { run } = await openWorkshop({ limits: { files: 2000 } });
    const end = await run(`python3 -c "
i = 0
while True:
    open(str(i), 'w').close(); i += 1"`);
    expect(end.killedFor).toBe('files');
  });

  test.each([0, 1, 3, 6, 10, 15, 25, 300])(
    'is ended with everything it started when the review is cancelled after %i ms',
    async (delay) => {
      const mark = marker();
      const { run } = await openWorkshop();
      const controller = new AbortController();
      const reason = new CancelledError('cancelled');
      const running = run(`setsid sleep ${mark} & sleep ${mark}`, { signal: controller.signal });
      setTimeout(() => controller.abort(reason), delay);
      await expect(running).rejects.toBe(reason);
      while (processesWith(mark).length > 0) await sleep(20);
      expect((await run('echo again')).output.text).toBe('again\n');
    },
  );

  test('does not outlive a process that is killed', async () => {
    const program = await bundleRunner(temporaryDirectory());
    for (const stage of ['node', 'nice', 'setsid', 'sleep']) {
      const mark = marker();
      const child = spawn(process.execPath, [program, `sleep ${mark} & setsid sleep ${mark}`], {
        stdio: 'ignore',
      });
      const isReached = () =>
        stage === 'node' || processesWith(mark).some((line) => (line.split(' ')[0] ?? '').endsWith(stage));
      while (!isReached() && processesWith(mark).every((line) => !line.startsWith('sleep'))) await sleep(1);
      child.kill('SIGKILL');
      while (processesWith(mark).length > 0) await sleep(20);
    }
  });

  test('started by an ordinary user is held as well', async () => {
    const folder = temporaryDirectory();
    const program = await bundleRunner(folder);
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    // Node itself may lie in a folder that only we may enter.
    const node = join(folder, 'node');
    copyFileSync(process.execPath, node);
    chmodSync(node, 0o755);
    const end = JSON.parse(
      execFileSync(
        node,
        [
          program,
          'cat a.txt; id -u; ls /root /home; cat /etc/shadow; ulimit -u 2>/dev/null || ulimit -p; touch /x; bomb() { bomb | bomb & }; bomb; for wait in $(seq 300); do sleep 0.1; done',
        ],
        { ...user, cwd: '/', env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent' }, encoding: 'utf8' },
      ),
    );
    expect(end.output.text).toMatch(/^text\n65534\n/);
    expect(end.output.text).not.toMatch(/root:/);
    expect(end.output.text + end.killedFor).toMatch(/1024\n.*(?:Cannot fork|processes$)/is);
  });
});
