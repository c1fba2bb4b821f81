import { describe, expect, test } from 'vitest';
import { seccompFilter } from '../../src/sandbox/seccomp-filter.ts';

const arm = 0xc00000b7;
const intel = 0xc000003e;
const kill = 0x80000000;
const allow = 0x7fff0000;
const error = (number: number) => 0x50000 + number;

/** Runs a filter as the kernel does, for the few instructions there are. */
function judge(filter: Buffer, architecture: number, call: number, firstArgument = 0): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call, 0);
  data.writeUInt32LE(architecture, 4);
  data.writeUInt32LE(firstArgument, 16);
  let value = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const operand = filter.readUInt32LE(at + 4);
    const jump = (holds: boolean) => 8 * filter.readUInt8(at + (holds ? 2 : 3));
    switch (filter.readUInt16LE(at)) {
      case 0x20:
        value = data.readUInt32LE(operand);
        break;
      case 0x15:
        at += jump(value === operand);
        break;
      case 0x35:
        at += jump(value >= operand);
        break;
      case 0x06:
        return operand;
      default:
        throw new Error('an instruction that is not known');
    }
  }
  throw new Error('the filter ends without a verdict');
}

describe('the filter of system calls', () => {
  test.each([
    ['x64', intel, { socket: 41, socketPair: 53, keyring: [248, 249, 250], write: 1 }],
    ['arm64', arm, { socket: 198, socketPair: 199, keyring: [217, 218, 219], write: 64 }],
  ] as const)(
    'on %s refuses keyrings, io_uring and odd sockets, and allows the rest',
    (name, audit, calls) => {
      const filter = seccompFilter(name) ?? Buffer.alloc(0);
      for (const call of calls.keyring) expect(judge(filter, audit, call)).toBe(error(1));
      expect(judge(filter, audit, 425)).toBe(error(38));
      for (const call of [calls.socket, calls.socketPair])
        for (let domain = 0; domain < 64; domain += 1)
          expect([domain, judge(filter, audit, call, domain)]).toEqual([
            domain,
            [1, 2, 10, 16].includes(domain) ? allow : error(97),
          ]);
      const refused = [425, calls.socket, calls.socketPair, ...calls.keyring];
      for (let call = 0; call < 600; call += 1)
        if (!refused.includes(call)) expect([call, judge(filter, audit, call, 40)]).toEqual([call, allow]);
      expect(judge(filter, audit === arm ? intel : arm, calls.write)).toBe(kill);
      expect(judge(filter, 0x40000003, 4)).toBe(kill);
    },
  );

  test('on x64 refuses the calls of x32, whose numbers are others', () => {
    const filter = seccompFilter('x64') ?? Buffer.alloc(0);
    for (const call of [0x40000000, 0x40000000 + 250, 0xffffffff])
      expect(judge(filter, intel, call)).toBe(error(38));
  });

  test('is none where the calls are not known', () => {
    expect(['riscv64', 'ppc64', 'constructor'].map(seccompFilter)).toEqual([null, null, null]);
  });
});
