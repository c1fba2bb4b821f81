/** Numbers of the calls of one architecture, and how the kernel names it to a filter. */
interface Architecture {
  audit: number;
  socket: number;
  socketPair: number;
  /** add_key, request_key, keyctl. */
  keyring: readonly number[];
  /** Calls from here on belong to another interface (x32), with numbers of its own; null where there is none. */
  foreignFrom: number | null;
}

const architectures: Readonly<Record<string, Architecture>> = {
  x64: { audit: 0xc000_003e, socket: 41, socketPair: 53, keyring: [248, 249, 250], foreignFrom: 0x4000_0000 },
  arm64: { audit: 0xc000_00b7, socket: 198, socketPair: 199, keyring: [217, 218, 219], foreignFrom: null },
};

/** The same number everywhere. */
const ioUringSetup = 425;
/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: all of them end at the sandbox's own network. */
const domains = [1, 2, 10, 16];
const errno = { notPermitted: 1, notImplemented: 38, noSuchDomain: 97 };

/** Where the kernel puts what a filter looks at: `struct seccomp_data`, little endian. */
const offset = { call: 0, architecture: 4, firstArgument: 16 };
const code = { load: 0x20, jumpEqual: 0x15, jumpAtLeast: 0x35, return: 0x06 };
const verdict = { kill: 0x8000_0000, error: 0x0005_0000, allow: 0x7fff_0000 };

/**
 * What no namespace keeps from a command: the kernel's keyrings are those of the user and session that started us, and
 * sockets to the machine's host (vsock) and other odd kinds know no network namespace. io_uring can open sockets past
 * a filter. As the kernel wants it for `seccomp`: an array of `struct sock_filter`. null for an architecture whose
 * calls we do not know; `architecture` is a `process.arch`.
 */
export function seccompFilter(architecture: string): Buffer | null {
  const known = Object.hasOwn(architectures, architecture) ? architectures[architecture] : undefined;
  if (known === undefined) return null;
  const { audit, socket, socketPair, keyring, foreignFrom } = known;
  const refuse = (number: number) => instruction(code.return, verdict.error + number);
  const allow = instruction(code.return, verdict.allow);
  return Buffer.concat([
    instruction(code.load, offset.architecture),
    instruction(code.jumpEqual, audit, 1, 0),
    instruction(code.return, verdict.kill),
    instruction(code.load, offset.call),
    ...(foreignFrom === null
      ? []
      : [instruction(code.jumpAtLeast, foreignFrom, 0, 1), refuse(errno.notImplemented)]),
    ...keyring.flatMap((call) => [instruction(code.jumpEqual, call, 0, 1), refuse(errno.notPermitted)]),
    ...[instruction(code.jumpEqual, ioUringSetup, 0, 1), refuse(errno.notImplemented)],
    // Both calls go on behind the next `allow`, everything else ends there.
    ...[instruction(code.jumpEqual, socket, 2, 0), instruction(code.jumpEqual, socketPair, 1, 0), allow],
    instruction(code.load, offset.firstArgument),
    ...domains.flatMap((domain) => [instruction(code.jumpEqual, domain, 0, 1), allow]),
    refuse(errno.noSuchDomain),
  ]);
}

/** `struct sock_filter`; the jumps say how many instructions are left out. */
function instruction(operation: number, operand: number, ifTrue = 0, ifFalse = 0): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(operation, 0);
  bytes.writeUInt8(ifTrue, 2);
  bytes.writeUInt8(ifFalse, 3);
  bytes.writeUInt32LE(operand, 4);
  return bytes;
}
