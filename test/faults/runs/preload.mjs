/**
 * Loaded into the program under test (`node --import`): breaks what nobody can break from outside, at one exact step.
 * CRASH_AT: `before:NAME`, `after:NAME` (kill -9 around the renaming of that file of a run), `event:N`, `record:N` (kill
 * -9 in the middle of the Nth line of events.jsonl, or of a transcript).
 * HANG_AT: renaming to that name never ends, and `~/hangs` appears. THROW_ON: a text; decoding bytes that hold it throws. REJECT_AT: a file; once it exists, a promise is rejected that
 * nobody holds. CLOCK_JUMPS: the time of day jumps by an hour at every look.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { HANG_AT, HOME, CRASH_AT, THROW_ON, REJECT_AT, CLOCK_JUMPS } = process.env;
const die = () => process.kill(process.pid, 'SIGKILL');

if (CRASH_AT !== undefined) {
  const [when, what] = CRASH_AT.split(':');
  const rename = fs.promises.rename;
  fs.promises.rename = async (from, to) => {
    const isHit = String(to).endsWith(`/${what}`);
    if (isHit && when === 'before') die();
    await rename(from, to);
    if (isHit && when === 'after') die();
  };
  const names = new Map();
  const { openSync, writeSync } = fs;
  fs.openSync = (path, ...rest) => {
    const descriptor = openSync(path, ...rest);
    names.set(descriptor, String(path));
    return descriptor;
  };
  let count = 0;
  fs.writeSync = (descriptor, bytes, ...rest) => {
    const ending = { event: 'events.jsonl', record: '.transcript.jsonl' }[when];
    if (ending !== undefined && names.get(descriptor)?.endsWith(ending)) count += 1;
    if (count === Number(what)) {
      writeSync(descriptor, bytes.subarray(0, bytes.length >> 1));
      die();
    }
    return writeSync(descriptor, bytes, ...rest);
  };
  syncBuiltinESMExports();
}

if (HANG_AT !== undefined) {
  const rename = fs.promises.rename;
  fs.promises.rename = (from, to) => {
    if (!String(to).endsWith(`/${HANG_AT}`)) return rename(from, to);
    fs.writeFileSync(`${HOME}/hangs`, '');
    setInterval(() => {}, 1000);
    return new Promise(() => {});
  };
  syncBuiltinESMExports();
}

if (THROW_ON !== undefined) {
  const decode = Buffer.prototype.toString;
  Buffer.prototype.toString = function (encoding, ...rest) {
    const text = decode.call(this, encoding, ...rest);
    if (encoding === 'utf8' && text.includes(THROW_ON)) throw new TypeError('planted: a tool that throws');
    return text;
  };
}

if (REJECT_AT !== undefined) {
  const timer = setInterval(() => {
    if (!fs.existsSync(REJECT_AT)) return;
    clearInterval(timer);
    void Promise.reject(new TypeError('planted: nobody holds this promise'));
  }, 5);
  timer.unref();
}

if (CLOCK_JUMPS !== undefined) {
  const Real = Date;
  let looks = 0;
  const jumped = () => {
    looks += 1;
    return Real.now() + (looks % 2 === 0 ? 3_600_000 : -3_600_000);
  };
  globalThis.Date = class extends Real {
    constructor(...values) {
      if (values.length === 0) super(jumped());
      else super(...values);
    }
    static now() {
      return jumped();
    }
  };
}
