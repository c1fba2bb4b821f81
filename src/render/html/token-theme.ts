import type { ThemeRegistration } from 'shiki/core';

/**
 * A theme whose colours are numbers of classes: the highlighter only knows colours, the page only classes, so that
 * one stylesheet holds the light and the dark scheme and no style stands at an element.
 */
const scopesByClass: readonly [name: string, scopes: readonly string[]][] = [
  ['c', ['comment', 'punctuation.definition.comment', 'string.quoted.docstring']],
  ['s', ['string', 'punctuation.definition.string', 'markup.inline.raw', 'markup.fenced_code']],
  ['n', ['constant', 'support.constant', 'variable.other.constant', 'constant.other.placeholder']],
  ['k', ['keyword', 'storage', 'variable.language', 'markup.heading', 'entity.name.section']],
  ['p', ['keyword.operator', 'punctuation', 'meta.brace']],
  [
    'f',
    [
      'entity.name.function',
      'support.function',
      'meta.function-call entity.name',
      'entity.other.attribute-name',
    ],
  ],
  [
    't',
    [
      'entity.name.type',
      'entity.name.class',
      'support.type',
      'support.class',
      'entity.other.inherited-class',
    ],
  ],
  ['g', ['entity.name.tag', 'support.type.property-name', 'meta.object-literal.key', 'entity.name.tag.yaml']],
];

export const tokenThemeName = 'classes';

export const tokenTheme: ThemeRegistration = {
  name: tokenThemeName,
  type: 'light',
  colors: { 'editor.foreground': colourOf(0), 'editor.background': '#ffffff' },
  settings: [
    { settings: { foreground: colourOf(0), background: '#ffffff' } },
    ...scopesByClass.map(([, scope], at) => ({
      scope: [...scope],
      settings: { foreground: colourOf(at + 1) },
    })),
  ],
};

/** The class behind a token's colour; empty for text without a role. */
export function tokenClass(colour: string | undefined): string {
  const at = Number.parseInt((colour ?? '').slice(1), 16);
  return scopesByClass[at - 1]?.[0] ?? '';
}

function colourOf(number: number): string {
  return `#${number.toString(16).padStart(6, '0')}`;
}
