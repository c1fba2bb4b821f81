import { NameStyle, withTab } from './name-style.ts';
import { formatHunkHeader } from './parse-hunks.ts';
import type { BinaryData, FilePatch, Patch, PatchContent } from './patch.ts';
import { sectionTitle, sideNames } from './section-names.ts';

const markers = { context: ' ', added: '+', removed: '-' } as const;

/** The bytes git prints for this patch. */
export function printPatch(patch: Patch): Buffer {
  const style = new NameStyle(patch.quotePath);
  const parts: string[] = [];
  for (const file of patch.files) {
    parts.push(`diff --git ${sectionTitle(file, style)}\n`);
    printHeader(parts, file, style);
    printContent(parts, file, style);
  }
  return Buffer.from(parts.join(''), 'latin1');
}

function printHeader(parts: string[], file: FilePatch, style: NameStyle): void {
  const { change, oldMode, newMode, similarity, index } = file;
  const sameMode = oldMode === newMode;
  if (change === 'added') parts.push(`new file mode ${newMode}\n`);
  else if (change === 'removed') parts.push(`deleted file mode ${oldMode}\n`);
  else if (!sameMode) parts.push(`old mode ${oldMode}\n`, `new mode ${newMode}\n`);
  if (similarity !== null) parts.push(`${similarity.kind} index ${similarity.percent}%\n`);
  if (change === 'renamed' || change === 'copied') {
    const verb = change === 'renamed' ? 'rename' : 'copy';
    parts.push(`${verb} from ${style.print(file.oldPath)}\n`, `${verb} to ${style.print(file.newPath)}\n`);
  }
  if (index !== null) parts.push(`index ${index.oldOid}..${index.newOid}`, sameMode ? ` ${newMode}\n` : '\n');
}

function printContent(parts: string[], file: FilePatch, style: NameStyle): void {
  const { content } = file;
  const [oldName, newName] = sideNames(file, style);
  if (content.kind === 'binary') parts.push(`Binary files ${oldName} and ${newName} differ\n`);
  if (content.kind === 'binary-patch') {
    parts.push('GIT binary patch\n');
    printBinaryData(parts, content.forward);
    printBinaryData(parts, content.reverse);
  }
  if (content.kind === 'text') {
    parts.push(`--- ${withTab(oldName)}\n`, `+++ ${withTab(newName)}\n`);
    printHunks(parts, content);
  }
}

function printBinaryData(parts: string[], { method, size, lines }: BinaryData): void {
  parts.push(`${method} ${size}\n`);
  for (const line of lines) parts.push(line, '\n');
  parts.push('\n');
}

function printHunks(parts: string[], { hunks }: Extract<PatchContent, { kind: 'text' }>): void {
  for (const hunk of hunks) {
    parts.push(formatHunkHeader(hunk), '\n');
    for (const { kind, text, lineFeed } of hunk.lines)
      parts.push(markers[kind], text, lineFeed ? '\n' : '\n\\ No newline at end of file\n');
  }
}
