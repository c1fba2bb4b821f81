/**
 * Text of people as they wrote it: what `makeVisible` showed becomes what it stood for again, so that a rule sees an
 * emoji where there is one.
 */
export function revealText(visible: string): string {
  return visible.replace(/⟦U\+([0-9A-F]{4,6})⟧/g, (whole, digits: string) => {
    const code = Number.parseInt(digits, 16);
    return code < 0x110000 ? String.fromCodePoint(code) : whole;
  });
}
