import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { bundleRunner } from './bundle-runner.ts';
import { closeWorkshops, openWorkshop, treeFile } from './sandbox-workshop.ts';

closeWorkshops();

describe('a command in the sandbox', () => {
  test('gets the files of the commit, with what is executable executable and links as links', async () => {
    const { run } = await openWorkshop({
      files: [
        treeFile('a.txt', 'text\n'),
        treeFile('bin/run', '#!/bin/sh\necho ran "$0"\n', '100755'),
        treeFile('link', 'a.txt', '120000'),
        treeFile('out', '../../etc/passwd', '120000'),
        treeFile('module', '', '160000'),
      ],
    });
    const end = await run('pwd; bin/run; cat link; ls -F; cat out; echo; test -x a.txt || echo plain');
    expect(end).toEqual({
      exitCode: 0,
      killedFor: null,
      output: {
        text: '/src\nran bin/run\ntext\na.txt\nbin/\nlink@\nmodule/\nout\n../../etc/passwd\nplain\n',
        omittedBytes: 0,
      },
      durationMs: expect.any(Number),
      watched: expect.any(Boolean),
      tree: {
        files: 4,
        bytes: 50,
        differences: [
          'module: a submodule: its folder is empty',
          'out: a link that may lead outside: written as a text file',
        ],
      },
    });
  });

  test('says how it ended', async () => {
    const { run } = await openWorkshop();
    expect((await run('exit 7')).exitCode).toBe(7);
    expect((await run('kill -SEGV $$')).exitCode).toBe(139);
    expect((await run('no-such-program')).exitCode).toBe(127);
    expect((await run('echo out; echo err >&2; echo out')).output.text).toBe('out\nerr\nout\n');
  });

  test('finds nothing of what another one wrote', async () => {
    const { run } = await openWorkshop();
    expect((await run('echo poison > a.txt; echo > new; mkdir /tmp/x; chmod 000 . ')).exitCode).toBe(0);
    expect((await run('cat a.txt; ls . /tmp /tmp/home')).output.text).toBe(
      'text\n.:\na.txt\n\n/tmp:\nhome\n\n/tmp/home:\n',
    );
  });

  test('cannot write outside of the copy, /tmp and shared memory, nor through links in the copy', async () => {
    const { run, directory } = await openWorkshop({ files: [treeFile('a.txt', 'text\n')] });
    const target = temporaryDirectory();
    const end = await run(
      `for place in / /usr /etc /dev /proc /copy /var ${target} /usr/local/bin; do echo x > "$place/escaped" && echo "wrote $place"; done 2>/dev/null
       ln -s ${target} l1; ln -s / l2; ln -s /copy l3; ln -s ../../../../../..${target} l4
       for link in l1 l2 l3 l4; do echo x > "$link/escaped" && echo "wrote by $link"; done 2>/dev/null
       echo x > /copy/a.txt && echo changed; rm -rf /copy /usr/bin/env && echo removed; mount -o remount,rw / && echo remounted
       echo done`,
    );
    expect(end.output.text.trim().split('\n').at(-1)).toBe('done');
    expect(end.output.text).not.toMatch(/wrote|changed|removed\n|remounted/);
    expect(readdirSync(target)).toEqual([]);
    expect(readFileSync(join(directory, '1'.repeat(40), 'a.txt'), 'utf8')).toBe('text\n');
  });

  test('reaches no server of this machine, neither by port nor by name', async () => {
    const { run } = await openWorkshop();
    const reached: string[] = [];
    const port = createServer(() => reached.push('port'));
    const named = createServer(() => reached.push('name'));
    await new Promise<void>((resolve) => port.listen(0, '127.0.0.1', resolve));
    const name = `deep-review-test-${process.pid}`;
    await new Promise<void>((resolve) => named.listen(`\0${name}`, resolve));
    const address = port.address();
    const number = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const end = await run(`cat > try.js <<'END'
const net = require('node:net');
for (const target of [{ port: ${number}, host: '127.0.0.1' }, { path: '\\0${name}' }, { port: 53, host: '1.1.1.1' }])
  net.connect(target).on('connect', () => console.log('connected')).on('error', (error) => console.log(error.code));
console.log(Object.keys(require('node:os').networkInterfaces()).join());
END
node try.js | sort`);
      expect(end.output.text).toBe('ECONNREFUSED\nECONNREFUSED\nENETUNREACH\nlo\n');
      expect(reached).toEqual([]);
    } finally {
      port.close();
      named.close();
    }
  });

  test('can use the loopback interface for itself', async () => {
    const { run } = await openWorkshop();
    const end = await run(`node -e "
      const server = require('node:http').createServer((_, answer) => answer.end('served')).listen(0, '127.0.0.1', async () => {
        console.log(await (await fetch('http://localhost:' + server.address().port)).text()); server.close(); });"`);
    expect(end.output.text).toBe('served\n');
  });

  test('sees no secret of this machine: not in any environment, any file, any descriptor', async () => {
    const home = temporaryDirectory();
    const secret = `canary-${Math.random().toString(36).slice(2)}-secret`;
    mkdirSync(join(home, '.ssh'));
    for (const name of ['.netrc', '.ssh/id', 'beside.txt']) writeFileSync(join(home, name), secret);
    symlinkSync(home, join(home, 'link'));
    const { run, directory } = await openWorkshop({
      files: [treeFile('a.txt', ''), treeFile('home', home, '120000')],
    });
    writeFileSync(join(directory, 'beside.txt'), secret);
    process.env.CANARY_API_KEY = secret;
    try {
      const end = await run(
        `env; cat /proc/*/environ /proc/*/cmdline; cat ${home}/.netrc ${home}/.ssh/id ${home}/beside.txt home/.netrc
         cat ${directory}/beside.txt /copy/../beside.txt ~/.netrc /root/.netrc /etc/shadow; ls -a / /home /root /run /mnt /opt /sys
         ls -l /proc/self/fd /proc/1/fd; cat /proc/1/root${home}/.netrc /proc/1/cwd/beside.txt; cat /proc/self/mountinfo; cat /etc/passwd`,
      );
      expect(end.output.text).not.toContain(secret);
      expect(end.output.text).toContain('nobody:x:65534');
    } finally {
      delete process.env.CANARY_API_KEY;
    }
  });

  test('has an environment of four names, and no rights', async () => {
    const { run } = await openWorkshop();
    const environment = await run('env -u PWD | cut -d= -f1 | grep -v "^_$" | sort | tr "\\n" " "');
    expect(environment.output.text).toBe('HOME LANG PATH ');
    const end = await run(
      'id -u; id -g; grep -E "^Cap(Prm|Eff|Bnd)|^NoNewPrivs" /proc/self/status; cat /proc/1/environ',
    );
    expect(end.output.text).toBe(
      '65534\n65534\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\n',
    );
    const spaces = await run('unshare -U true || echo refused; unshare -n true 2>/dev/null || echo refused');
    expect(spaces.output.text).toMatch(/refused\nrefused\n$/);
  });

  test('cannot end or watch its first process, and sees no other process of this machine', async () => {
    const { run } = await openWorkshop();
    const other = spawn('sleep', ['60']);
    try {
      const end = await run(
        `kill -9 1; kill -9 -1; kill -9 ${other.pid}; ls -d /proc/${other.pid}; cat /proc/1/mem | head -c 10; echo alive`,
      );
      expect(end.output.text).not.toContain(`/proc/${other.pid}\n`);
      expect(other.exitCode).toBeNull();
    } finally {
      other.kill('SIGKILL');
    }
  });

  test('reads the folders that the user named, at their place, and cannot change them', async () => {
    const cache = temporaryDirectory();
    writeFileSync(join(cache, 'module.txt'), 'cached\n');
    const { run } = await openWorkshop({
      caches: [
        { from: cache, to: cache },
        { from: cache, to: '/src/vendor/modules' },
      ],
    });
    const end = await run(
      `cat ${cache}/module.txt vendor/modules/module.txt a.txt; echo x > vendor/modules/new; echo x >> ${cache}/module.txt`,
    );
    expect(end.output.text).toMatch(/^cached\ncached\ntext\n/);
    expect(readdirSync(cache)).toEqual(['module.txt']);
    expect(readFileSync(join(cache, 'module.txt'), 'utf8')).toBe('cached\n');
  });

  test('gets none of the files that whoever started us left open', async () => {
    const folder = temporaryDirectory();
    const program = await bundleRunner(folder);
    const secret = join(folder, 'secret.txt');
    writeFileSync(secret, 'left-open-secret');
    const output = execFileSync(
      'bash',
      [
        '-c',
        'exec 200<"$1" 17<"$1"; exec "$2" "$3" "cat /proc/self/fd/200 /proc/self/fd/17; ls /proc/self/fd | wc -l"',
        'bash',
        secret,
        process.execPath,
        program,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    expect(output).not.toContain('left-open-secret');
    expect(JSON.parse(output)).toMatchObject({ exitCode: 0 });
    expect(existsSync(secret)).toBe(true);
  });

  test.each([
    [
      'files below a mount',
      [treeFile('node_modules/evil.js', 'x'), treeFile('node_modules/a/b.js', 'x')],
      'in its place',
    ],
    ['a file in the place of a mount', [treeFile('node_modules', 'x')], 'in its place'],
    ['a link in the place of a mount', [treeFile('node_modules', 'a.txt', '120000')], 'in its place'],
    ['a submodule in the place of a mount', [treeFile('node_modules', '', '160000')], 'in its place'],
    ['a file above a mount', [treeFile('web', 'x')], 'below it'],
    ['a link above a mount', [treeFile('web', 'a.txt', '120000')], 'below it'],
  ])('is run whatever the commit has where caches are shown: %s', async (_, files, reason) => {
    const cache = temporaryDirectory();
    writeFileSync(join(cache, 'real.js'), 'real');
    const { run } = await openWorkshop({
      files: [treeFile('a.txt', 'text\n'), treeFile('node_modules.txt', 'kept\n'), ...files],
      caches: [
        { from: cache, to: '/src/node_modules' },
        { from: cache, to: '/src/web/deep/cache' },
      ],
    });
    const end = await run('cat a.txt node_modules.txt; ls node_modules web/deep/cache');
    expect(end.exitCode).toBe(0);
    expect(end.output.text).toBe('text\nkept\nnode_modules:\nreal.js\n\nweb/deep/cache:\nreal.js\n');
    expect(end.tree.differences).toEqual(
      files.map(({ path }) => `${path}: left out, because one of the caches is shown ${reason}`),
    );
  });

  test('sees a submodule above a cache as the folder it is', async () => {
    const cache = temporaryDirectory();
    const { run } = await openWorkshop({
      files: [treeFile('web', '', '160000')],
      caches: [{ from: cache, to: '/src/web/cache' }],
    });
    expect((await run('ls web')).output.text).toBe('cache\n');
  });

  test('has no keyring, and no sockets but those that end at its own network', async () => {
    const { run } = await openWorkshop();
    const program = `
import ctypes, errno, platform, socket
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *values):
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *values)
    return 'worked' if result >= 0 else errno.errorcode[ctypes.get_errno()]
arm = platform.machine() == 'aarch64'
add_key, request_key, keyctl = (217, 218, 219) if arm else (248, 249, 250)
print('add_key', call(add_key, b'user', b'name', b'x', 1, -3))
print('request_key', call(request_key, b'user', b'name', None, -3))
print('keyctl', call(keyctl, 0, -3, 0))
print('io_uring_setup', call(425, 1, ctypes.create_string_buffer(256)))
if not arm: print('x32', call(0x40000000 + 250, 0, -3, 0))
for domain in (40, 31, 17, 30, 38):
    for make in (socket.socket, socket.socketpair):
        try: make(domain, socket.SOCK_DGRAM)
        except OSError as error: print(domain, errno.errorcode[error.errno])
for domain in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK):
    socket.socket(domain, socket.SOCK_RAW if domain == socket.AF_NETLINK else socket.SOCK_DGRAM).close()
socket.socketpair()
server = socket.create_server(('127.0.0.1', 0))
socket.create_connection(server.getsockname())
print('done')
`;
    const end = await run(`/usr/bin/python3 - <<'PROGRAM'\n${program}\nPROGRAM`);
    expect(end.output.text.trim().split('\n')).toEqual([
      'add_key EPERM',
      'request_key EPERM',
      'keyctl EPERM',
      'io_uring_setup ENOSYS',
      ...(process.arch === 'x64' ? ['x32 ENOSYS'] : []),
      ...[40, 31, 17, 30, 38].flatMap((domain) => [`${domain} EAFNOSUPPORT`, `${domain} EAFNOSUPPORT`]),
      'done',
    ]);
  });

  test('runs ordinary programs, and inherits nothing of how it was closed in', async () => {
    const { run } = await openWorkshop();
    const end = await run(
      'test -e /proc/self/fd/4 || echo closed; node -p "1 + 1"; git init -q r && cd r && git add -A && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git log --oneline | wc -l; (sleep 0.1 & wait) | cat && echo piped',
    );
    expect(end.output.text).toBe('closed\n2\n1\npiped\n');
  });
});
