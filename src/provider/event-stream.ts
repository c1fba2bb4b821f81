/** One server-sent event. */
export interface ServerSentEvent {
  /** Empty when the event has no name. */
  event: string;
  data: string;
}

export interface EventStreamReader {
  /** The events that are complete after these bytes. */
  push(bytes: Uint8Array): ServerSentEvent[];
  /** What is left at the end of the body: an event whose last line end never came. */
  end(): ServerSentEvent[];
  /** Characters waiting for their line end. */
  readonly pendingLength: number;
}

/**
 * Reads server-sent events from bytes cut anywhere: in a character, between CR and LF, without a last line end.
 * Comments and unknown fields are left out. Invalid UTF-8 becomes U+FFFD.
 */
export function createEventStreamReader(): EventStreamReader {
  const decoder = new TextDecoder('utf-8');
  let pending: string[] = [];
  let pendingLength = 0;
  let skipLineFeed = false;
  let event = '';
  let data: string[] = [];

  const takeLine = (line: string, into: ServerSentEvent[]) => {
    if (line === '') {
      if (data.length > 0) into.push({ event, data: data.join('\n') });
      event = '';
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
  };
  const takeText = (decoded: string): ServerSentEvent[] => {
    if (decoded === '') return [];
    const text = skipLineFeed && decoded.startsWith('\n') ? decoded.slice(1) : decoded;
    skipLineFeed = decoded.endsWith('\r');
    const events: ServerSentEvent[] = [];
    let start = 0;
    for (const lineEnd of text.matchAll(/\r\n|\r|\n/g)) {
      takeLine(pending.join('') + text.slice(start, lineEnd.index), events);
      pending = [];
      pendingLength = 0;
      start = lineEnd.index + lineEnd[0].length;
    }
    pending.push(text.slice(start));
    pendingLength += text.length - start;
    return events;
  };

  return {
    push: (bytes) => takeText(decoder.decode(bytes, { stream: true })),
    end: () => takeText(`${decoder.decode()}\n\n`),
    get pendingLength() {
      return pendingLength;
    },
  };
}

/** The event in its plainest form, which every client reads alike. */
export function formatEvent(event: ServerSentEvent): string {
  const name = event.event === '' ? '' : `event: ${event.event}\n`;
  const data = event.data.split('\n').map((line) => `data: ${line}\n`);
  return `${name}${data.join('')}\n`;
}
