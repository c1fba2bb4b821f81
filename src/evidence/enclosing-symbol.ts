import { type Language, parseSource, type SgNode } from './languages.ts';

export interface SymbolQuestion {
  language: Language;
  text: string;
  /** From 1. */
  line: number;
}

/**
 * The function, method or type around a line, outer names first: `Cart.Add`, `Cart.add.retry`, `test: it adds`.
 * Empty outside of any, beyond the text, and when the text could not be parsed.
 */
export async function enclosingSymbol({ language, text, line }: SymbolQuestion): Promise<string> {
  return (await enclosingSymbols({ language, text, lines: [line] })).get(line) ?? '';
}

/** As `enclosingSymbol` for many lines of one text, which is read once; lines outside of any symbol are left out. */
export async function enclosingSymbols(question: {
  language: Language;
  text: string;
  lines: readonly number[];
}): Promise<Map<number, string>> {
  const { language, text } = question;
  const found = new Map<number, string>();
  const lines = [...new Set(question.lines)].filter((line) => Number.isInteger(line) && line >= 1);
  const root = lines.length === 0 ? null : await parseSource(language, text);
  if (root === null) return found;
  const source = text.split('\n');
  const open = [{ node: root.root(), lines, names: [] as readonly string[] }];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    const name = symbolName(step.node, language, source);
    const names = name !== '' && name !== step.names.at(-1) ? [...step.names, name] : step.names;
    if (names.length > 0) for (const line of step.lines) found.set(line, names.join('.'));
    for (const { node, lines: inside } of childrenAround(step.node, step.lines))
      open.push({ node, lines: inside, names });
  }
  return found;
}

/** The children that span lines, each with its lines; of several on one line the one that goes on longest. */
function childrenAround(node: SgNode, lines: readonly number[]): { node: SgNode; lines: number[] }[] {
  const children = node
    .children()
    .map((child) => ({ node: child, span: child.range(), lines: [] as number[] }));
  for (const line of lines) {
    let best: (typeof children)[number] | undefined;
    let longest = -1;
    for (const child of children) {
      const { start, end } = child.span;
      if (start.line > line - 1) break;
      const endsBefore = end.line === line - 1 && end.column === 0 && start.line < line - 1;
      if (end.line < line - 1 || endsBefore) continue;
      const length = end.index - start.index;
      if (length > longest) [best, longest] = [child, length];
    }
    best?.lines.push(line);
  }
  return children.filter((child) => child.lines.length > 0);
}

const named: Record<Language, ReadonlySet<string>> = {
  bash: new Set(['function_definition']),
  css: new Set(),
  go: new Set(['function_declaration', 'method_declaration', 'type_spec', 'type_alias']),
  html: new Set(),
  javascript: scriptKinds(),
  python: new Set(['function_definition', 'class_definition']),
  tsx: scriptKinds(),
  typescript: scriptKinds(),
};

function scriptKinds(): Set<string> {
  return new Set([
    'function_declaration',
    'generator_function_declaration',
    'function_signature',
    'class_declaration',
    'abstract_class_declaration',
    'class',
    'method_definition',
    'method_signature',
    'abstract_method_signature',
    'interface_declaration',
    'type_alias_declaration',
    'enum_declaration',
    'internal_module',
    'module',
    'function_expression',
  ]);
}

/** Values that give the name of what they are assigned to. */
const functionLike = new Set([
  'arrow_function',
  'function_expression',
  'generator_function',
  'class',
  'func_literal',
  'call_expression',
  'object',
]);

/** The name a node gives to what is in it; empty for none. */
export function symbolName(node: SgNode, language: Language, lines: readonly string[]): string {
  const kind = String(node.kind());
  if (kind === 'method_declaration' && language === 'go') return goMethod(node);
  if (language === 'bash' && kind === 'function_definition') return shellFunction(node, lines);
  if (named[language].has(kind)) return node.field('name')?.text() ?? '';
  if (kind === 'variable_declarator' || kind === 'public_field_definition' || kind === 'field_definition')
    return assignedName(node, 'name', 'property');
  if (kind === 'pair') return assignedName(node, 'key');
  return '';
}

/** `Cart.Add` for `func (c *Cart[T]) Add`. */
function goMethod(node: SgNode): string {
  const receiver = /([\p{L}_][\p{L}\p{N}_]*)\s*(?:\[[^\]]*\])?\s*\)$/u.exec(
    node.field('receiver')?.text() ?? '',
  );
  const name = node.field('name')?.text() ?? '';
  return receiver?.[1] === undefined ? name : `${receiver[1]}.${name}`;
}

/** A bats test goes by its description: the tree has only a stand-in for it. */
function shellFunction(node: SgNode, lines: readonly string[]): string {
  const line = lines[node.range().start.line] ?? '';
  const description = /^\s*@test\s+(.+?)\s*\{\s*$/.exec(line)?.[1];
  if (description === undefined) return node.field('name')?.text() ?? '';
  return `test: ${description.replace(/^(["'])(.*)\1$/, '$2')}`;
}

function assignedName(node: SgNode, ...fields: readonly string[]): string {
  const value = node.field('value');
  if (value === null || !functionLike.has(String(value.kind()))) return '';
  if (value.is('call_expression') && !/=>|\bfunction\b/.test(value.text().slice(0, 2000))) return '';
  for (const field of fields) {
    const name = node.field(field);
    if (name !== null) return name.text();
  }
  return '';
}
