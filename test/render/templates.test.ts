import { cpSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InternalError } from '../../src/errors.ts';
import { loadTemplates, type Templates } from '../../src/render/templates.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const ours = resolve(import.meta.dirname, '../../templates');
const helpers = { line: (text: unknown) => `<${text}>` };

describe('loadTemplates', () => {
  test('reads each folder once', async () => {
    expect(await loadTemplates(ours)).toBe(await loadTemplates(ours));
  });

  test('keeps the two environments apart: one escapes, the other leaves it to the helpers', async () => {
    const templates = await loadChanged({
      'report.html.hbs': '{{line title}}',
      'report.md.hbs': '{{line title}}',
    });
    expect(templates.html({ title: 'a' }, helpers)).toBe('&lt;a&gt;');
    expect(templates.markdown({ title: 'a' }, helpers)).toBe('<a>');
  });

  test('throws for a field that the data does not have, and for a helper that does not exist', async () => {
    const templates = await loadChanged({
      'report.md.hbs': '{{line titel}}',
      'summary.md.hbs': '{{shout title}}',
    });
    expect(() => templates.markdown({ title: 'a' }, helpers)).toThrow(
      new InternalError('A template hands line a field that the data does not have.'),
    );
    expect(() => templates.summary({ title: 'a' }, helpers)).toThrow('shout');
  });

  test.each(['{{#if titel}}x{{/if}}', '{{#each titel}}x{{/each}}', '{{#with titel}}x{{/with}}'])(
    'throws for a missing field in %s',
    async (source) => {
      const templates = await loadChanged({ 'report.md.hbs': source });
      expect(() => templates.markdown({ title: 'a' }, helpers)).toThrow(
        'a field that the data does not have',
      );
    },
  );

  test('gives no access to prototypes', async () => {
    const templates = await loadChanged({
      'report.md.hbs': '{{line constructor}}',
      'summary.md.hbs': '{{line title.constructor}}',
    });
    expect(() => templates.markdown({ title: 'a' }, helpers)).toThrow(InternalError);
    expect(() => templates.summary({ title: 'a' }, helpers)).toThrow(InternalError);
  });

  test.each([
    [{ 'report.md.hbs': 'x\n{{title}}' }, 'report.md.hbs:2 prints a value without a helper.'],
    [{ 'markdown/finding.hbs': '{{title}}' }, 'finding.hbs:1 prints a value without a helper.'],
    [{ 'report.html.hbs': '{{title}}' }, 'report.html.hbs:1 prints a value without a helper.'],
    [
      { 'html/finding.hbs': '{{#if a}}{{{line title}}}{{/if}}' },
      'finding.hbs:1 prints a value without escaping.',
    ],
  ])('refuses a template that could let a text through: %o', async (files, message) => {
    await expect(loadChanged(files)).rejects.toThrow(new InternalError(message));
  });

  test('joins the files of the stylesheet and of the script by their names', async () => {
    const templates = await loadChanged({
      'styles/99-last.css': '.last {}\n',
      'styles/00-first.css': '.first {}\n',
      'scripts/99-last.js': 'last();\n',
    });
    expect(templates.stylesheet).toMatch(/^[\s\S]*\.first \{\}[\s\S]*\.last \{\}\n$/);
    expect(templates.script).toMatch(/^\(\(\) => \{\n[\s\S]*last\(\);\n\}\)\(\);\n$/);
  });

  test('tries again after a folder could not be read', async () => {
    const directory = join(temporaryDirectory(), 'templates');
    await expect(loadTemplates(directory)).rejects.toThrow('ENOENT');
    cpSync(ours, directory, { recursive: true });
    expect((await loadTemplates(directory)).script).toBe((await loadTemplates(ours)).script);
  });
});

function loadChanged(files: Record<string, string>): Promise<Templates> {
  const directory = join(temporaryDirectory(), 'templates');
  cpSync(ours, directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return loadTemplates(directory);
}
