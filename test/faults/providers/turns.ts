import type { Fault, ScriptToolCall, ScriptTurn } from '../../servers/model/script.ts';
import { hugeFile } from './bench.ts';

/** A defect that stands in the change of the bench. */
export const race = {
  severity: 'important',
  category: 'concurrency',
  title: 'Evict deletes without the lock',
  locations: [{ path: 'store.go', startLine: 7, endLine: 9 }],
  quote: '\tfor _, key := range old {\n\t\tdelete(s.entries, key)\n\t}',
  explanation: 'The lock is given back before the entries are deleted.',
  scenario: 'Two calls at once.',
};

export function call(name: string, values: ScriptToolCall['arguments'] = {}): ScriptToolCall {
  return { name, arguments: values };
}

export function report(change: Record<string, unknown> = {}): ScriptToolCall {
  return call('report_finding', { ...race, ...change });
}

export function read(startLine = 1): ScriptToolCall {
  return call('read_file', { path: hugeFile, startLine, endLine: startLine + 1 });
}

export const finish = call('finish_review', {
  summary: 'One defect.',
  coverage: [{ path: hugeFile, status: 'trivial' }],
});

/**
 * A review of three turns: report, read and report, finish. The faults meet the second, so that something was found
 * before, and a call stands in what is cut off.
 */
export function reviewWith(faults: readonly Fault[], faultsForever = false): ScriptTurn[] {
  return [
    { thinking: 'A race.', toolCalls: [report()] },
    {
      thinking: 'Another look at the file, and at what else is not locked in it.',
      text: 'I read on, and report what I find.',
      toolCalls: [read(), report({ title: 'Evict holds no lock while it deletes' })],
      faults,
      faultsForever,
    },
    { toolCalls: [finish] },
  ];
}

/** The fault meets every try. */
export function forever(fault: Fault): ScriptTurn[] {
  return reviewWith([fault], true);
}
