import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createEventStreamReader,
  formatEvent,
  type ServerSentEvent,
} from '../../src/provider/event-stream.ts';

/** All events of a body that arrives in these pieces. */
function read(pieces: readonly Uint8Array[]): ServerSentEvent[] {
  const reader = createEventStreamReader();
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
}

function readText(text: string): ServerSentEvent[] {
  return read([Buffer.from(text)]);
}

/** Bytes cut at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set([0, ...places.map((place) => place % (bytes.byteLength + 1)), bytes.byteLength])];
  ends.sort((a, b) => a - b);
  return ends.slice(1).map((end, at) => bytes.subarray(ends[at], end));
}

const event = fc.record({
  event: fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n\0]/g, '').trim()),
  data: fc.string({ unit: 'binary' }).map((text) => text.replace(/\r/g, '').trimStart()),
});

describe('events are read', () => {
  test('alike however their bytes are cut, and whatever ends their lines', () => {
    void fc.assert(
      fc.property(
        fc.array(event, { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (events, places, lineEnd) => {
          const text = events.map(formatEvent).join('').replaceAll('\n', lineEnd);
          expect(read(cut(Buffer.from(text), places))).toEqual(events);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('without comments, unknown fields, and events that hold no data', () => {
    expect(readText(': ping\n\nid: 7\nretry: 5\nevent: a\ndata: 1\n\nevent: b\n\ndata\n\n')).toEqual([
      { event: 'a', data: '1' },
      { event: '', data: '' },
    ]);
  });

  test('with several data lines as one text, and one blank after the colon left out', () => {
    expect(readText('data:a\ndata:  b\ndata: \n\n')).toEqual([{ event: '', data: 'a\n b\n' }]);
  });

  test('when the last line end is missing', () => {
    expect(readText('event: end\ndata: {"a": 1}')).toEqual([{ event: 'end', data: '{"a": 1}' }]);
  });

  test('with a byte order mark and with bytes that are no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('\ufeffdata: a'), Buffer.from([0xff]), Buffer.from('b\n\n')]);
    expect(read([bytes])).toEqual([{ event: '', data: 'a\ufffdb' }]);
  });

  test('in time, if one line is very long and comes in many pieces', () => {
    const reader = createEventStreamReader();
    const piece = Buffer.from('x'.repeat(1_000));
    reader.push(Buffer.from('data: '));
    for (let count = 0; count < 20_000; count += 1) reader.push(piece);
    expect(reader.pendingLength).toBe(20_000_006);
    expect(reader.push(Buffer.from('\n\n'))[0]?.data.length).toBe(20_000_000);
  });
});
