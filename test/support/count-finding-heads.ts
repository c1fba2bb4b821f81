/**
 * How many findings a report's consolidated part has, told by its lines alone and without the reader under test: lines
 * below a heading of a severity that begin with an id, a number or a severity, and bold; where any has an id of a letter
 * and a number, only those.
 */
export function countFindingHeads(markdown: string): number {
  let isFinding = false;
  let fence = '';
  let withIds = 0;
  let others = 0;
  let total = 0;
  const close = () => {
    total += withIds > 0 ? withIds : others;
    withIds = 0;
    others = 0;
  };
  for (const line of markdown.split('\n')) {
    const [, mark = '', info = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (mark !== '') {
      if (fence === '') fence = mark;
      else if (mark[0] === fence[0] && mark.length >= fence.length && info.trim() === '') fence = '';
      continue;
    }
    if (fence !== '') continue;
    const [, heading] = /^#{1,4} (.*)$/.exec(line) ?? [];
    if (heading !== undefined) {
      close();
      if (/appendix/i.test(heading)) break;
      isFinding = /^(?:critical|important|suggestion)/i.test(heading);
    } else if (isFinding) {
      if (/^[CIS]\d+\. \**/.test(line)) withIds += 1;
      else if (/^\d+\. (?:~~)?\*\*|^\*\*\[/.test(line)) others += 1;
    }
  }
  close();
  return total;
}
