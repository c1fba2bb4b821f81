/** As many lines as fit into a length in UTF-16 units, at least one, and a last one about those that do not. */
export function fitLines(
  lines: readonly string[],
  length: number,
  note: (left: number) => string,
  alreadyOut = 0,
): string {
  const shown: string[] = [];
  let used = 0;
  for (const line of lines) {
    used += line.length + 1;
    if (used > length && shown.length > 0) break;
    shown.push(line);
  }
  const left = lines.length - shown.length + alreadyOut;
  return [...shown, ...(left > 0 ? [note(left)] : [])].join('\n');
}
