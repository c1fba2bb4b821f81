/** Markup of a text that names places: `:23-26` behind a path stays in one line, so that no line number is torn. */
export function keepLines(escaped: string): string {
  return escaped.replace(/:\d{1,9}(?:-\d{1,9})?(?![\w-])/g, '<span class="lines">$&</span>');
}
