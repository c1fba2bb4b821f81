import type { NameStyle } from './name-style.ts';
import type { FilePatch } from './patch.ts';

type Named = Pick<FilePatch, 'change' | 'oldPath' | 'newPath'>;

/** What stands behind `diff --git `: always both names, also where one side has no file. */
export function sectionTitle({ oldPath, newPath }: Named, style: NameStyle): string {
  return `${style.print(`a/${oldPath}`)} ${style.print(`b/${newPath}`)}`;
}

/** The two sides as `---`, `+++` and `Binary files` call them. */
export function sideNames({ change, oldPath, newPath }: Named, style: NameStyle): [string, string] {
  return [
    change === 'added' ? '/dev/null' : style.print(`a/${oldPath}`),
    change === 'removed' ? '/dev/null' : style.print(`b/${newPath}`),
  ];
}

/**
 * The path in a section title, if it has one name for both sides: its halves are then equally long, so that spaces
 * do not matter. Whether it has is for the caller to see, by `sectionTitle`. null where no path can be.
 */
export function pathOfTitle(title: string, style: NameStyle): string | null {
  const name = style.read(title.slice(0, (title.length - 1) / 2));
  return name === null || name.length <= 'a/'.length ? null : name.slice('a/'.length);
}
