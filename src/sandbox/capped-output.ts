import { makeVisible } from '../domain/visible-text.ts';

export interface OutputText {
  text: string;
  /** Bytes left out of the middle. */
  omittedBytes: number;
}

/** The first and the last part of what a process prints, in bounded memory however much it is. */
export class CappedOutput {
  private readonly limit: number;
  private readonly head: Buffer[] = [];
  private headSize = 0;
  private tail: Buffer[] = [];
  private tailSize = 0;
  private total = 0;

  /** Keeps so many bytes of each end. */
  constructor(limit: number) {
    this.limit = limit;
  }

  add(chunk: Buffer): void {
    this.total += chunk.length;
    const room = this.limit - this.headSize;
    if (room > 0) {
      const part = Buffer.from(chunk.subarray(0, room));
      this.head.push(part);
      this.headSize += part.length;
    }
    const rest = Buffer.from(chunk.subarray(Math.max(room, 0)).subarray(-this.limit));
    if (rest.length === 0) return;
    this.tail.push(rest);
    this.tailSize += rest.length;
    if (this.tailSize < 4 * this.limit) return;
    const kept = Buffer.concat(this.tail).subarray(-this.limit);
    this.tail = [Buffer.from(kept)];
    this.tailSize = kept.length;
  }

  /** Hidden characters made visible. When that makes the text too long, more bytes are left out, not half a mark. */
  text(): OutputText {
    const head = Buffer.concat(this.head);
    const tail = Buffer.concat(this.tail).subarray(-this.limit);
    const isWhole = head.length + tail.length === this.total;
    if (isWhole) {
      const text = makeVisible(Buffer.concat([head, tail]).toString('utf8'));
      if (text.length <= 2 * this.limit) return { text, omittedBytes: 0 };
    }
    const whole = isWhole ? Buffer.concat([head, tail]) : null;
    const first = shorten(whole ?? head, this.limit, 'start');
    const last = shorten(whole === null ? tail : whole.subarray(first.bytes), this.limit, 'end');
    const omittedBytes = this.total - first.bytes - last.bytes;
    const mark = `\n[… ${omittedBytes.toLocaleString('en-US')} bytes left out here …]\n`;
    return { text: `${first.text}${mark}${last.text}`, omittedBytes };
  }
}

/** The longest start or end (nearly) whose visible text is within the limit, cut between characters. */
function shorten(bytes: Buffer, limit: number, side: 'start' | 'end'): { text: string; bytes: number } {
  for (let length = Math.min(bytes.length, limit); ; ) {
    const part =
      side === 'start' ? cutEnd(bytes.subarray(0, length)) : cutStart(bytes.subarray(bytes.length - length));
    const text = makeVisible(part.toString('utf8'));
    if (text.length <= limit || length <= 1) return { text, bytes: part.length };
    length = Math.min(length - 1, Math.floor((length * limit) / text.length));
  }
}

function cutEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes.length - end < 4 && isContinuation(bytes[end - 1])) end -= 1;
  const lead = bytes[end - 1] ?? 0;
  const wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return end > 0 && bytes.length - end + 1 < wanted ? bytes.subarray(0, end - 1) : bytes;
}

function cutStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start += 1;
  return bytes.subarray(start);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
