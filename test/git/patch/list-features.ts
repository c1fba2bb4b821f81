import type { FilePatch, PatchHunk } from '../../../src/git/patch/patch.ts';

/** What is hard to read in a section of a patch; each name stands for a case the hostile history must hold. */
export const allFeatures = [
  ...['added none', 'removed none', 'modified none', 'renamed none', 'copied none'],
  ...['added text', 'removed text', 'modified text', 'renamed text', 'copied text'],
  ...['added binary', 'removed binary', 'modified binary', 'renamed binary', 'copied binary'],
  ...['added binary-patch', 'removed binary-patch', 'modified binary-patch', 'binary delta'],
  ...['mode', 'mode with edit', 'mode with move', 'link', 'submodule', 'retyped'],
  ...['quoted path', 'high bytes in a path', 'space in a path', '" b/" in a path', 'deep path'],
  ...['several hunks', 'section', 'cut section', 'header as context', 'header as added', 'header as removed'],
  ...['carriage return', 'NUL in text', 'long line'],
  ...['old without line feed', 'new without line feed', 'both without line feed'],
];

export function listFeatures(file: FilePatch, next: FilePatch | undefined): string[] {
  const { content, change, oldMode, newMode, oldPath } = file;
  const modeChanges = oldMode !== null && newMode !== null && oldMode !== newMode;
  const moved = change === 'renamed' || change === 'copied';
  const of = (mode: string) => oldMode === mode || newMode === mode;
  const found: Record<string, boolean> = {
    [`${change} ${content.kind}`]: true,
    'binary delta': content.kind === 'binary-patch' && content.forward.method === 'delta',
    mode: modeChanges && file.index === null,
    'mode with edit': modeChanges && file.index !== null,
    'mode with move': modeChanges && moved,
    link: of('120000'),
    submodule: of('160000'),
    retyped: change === 'removed' && next?.change === 'added' && next.newPath === oldPath,
    'quoted path': /[\x00-\x1f"\\\x7f]/.test(oldPath),
    'high bytes in a path': /[\x80-\xff]/.test(oldPath),
    'space in a path': oldPath.includes(' '),
    '" b/" in a path': oldPath.includes(' b/'),
    'deep path': oldPath.split('/').length > 20,
    'several hunks': content.kind === 'text' && content.hunks.length > 1,
  };
  const hunks = content.kind === 'text' ? content.hunks : [];
  return [...Object.keys(found).filter((name) => found[name]), ...new Set(hunks.flatMap(listHunkFeatures))];
}

function listHunkFeatures({ section, lines }: PatchHunk): string[] {
  const cut = (kind: 'added' | 'removed') => lines.some((line) => !line.lineFeed && line.kind !== kind);
  const lookalikes = lines.filter(({ text }) => /^(?:-- |\+\+ |@@|diff --git|\\|index |rename )/.test(text));
  const found: Record<string, boolean> = {
    section: section !== '',
    'cut section': section.length > 75,
    'carriage return': lines.some(({ text }) => text.endsWith('\r')),
    'NUL in text': lines.some(({ text }) => text.includes('\0')),
    'long line': lines.some(({ text }) => text.length > 50_000),
    'old without line feed': cut('added') && !cut('removed'),
    'new without line feed': cut('removed') && !cut('added'),
    'both without line feed': cut('removed') && cut('added'),
  };
  return [
    ...Object.keys(found).filter((name) => found[name]),
    ...lookalikes.map(({ kind }) => `header as ${kind}`),
  ];
}
