import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fillText } from '../../../src/agent/load-texts.ts';
import { parseDimension } from '../../../src/agent/prompt/dimension-file.ts';
import { loadReviewContext } from '../../../src/agent/prompt/review-context.ts';
import { ConfigError } from '../../../src/errors.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { contextDirectory, shippedContext } from '../support/open-change.ts';

describe('a list of what to look for', () => {
  test('is read with its head', async () => {
    const file =
      '---\ntitle: Mine\nwhen:\n  - {languages: [go], words: [retry]}\n  - commits: 2\n---\n- Look.\n';
    expect(await parseDimension('mine', file)).toEqual({
      name: 'mine',
      title: 'Mine',
      when: [{ languages: ['go'], words: ['retry'] }, { commits: 2 }],
      text: '- Look.',
    });
    expect(await parseDimension('mine', '---\ntitle: Mine\n---\nx')).toMatchObject({ when: null });
  });

  test.each([
    ['text', 'it must begin with a head'],
    ['---\ntitle: x\n---\n', 'it says nothing'],
    ['---\ntitle: [x\n---\ny', 'no valid YAML'],
    ['---\ntitel: x\n---\ny', 'Unrecognized key: "titel"'],
    ['---\nwhen:\n  - commits: 2\n---\ny', 'title: '],
    ['---\ntitle: x\nwhen: []\n---\ny', 'when: '],
    ['---\ntitle: x\nwhen: [{}]\n---\ny', 'when.0: it names nothing'],
    ['---\ntitle: x\nwhen: [{language: [go]}]\n---\ny', 'Unrecognized key: "language"'],
    ['---\ntitle: x\nwhen: [{languages: [golang]}]\n---\ny', 'when.0.languages.0'],
    ['---\ntitle: x\nwhen: [{paths: ["[z-a]"]}]\n---\ny', 'the glob cannot be read'],
    ['---\ntitle: x\nwhen: [{words: [retryCount]}]\n---\ny', 'a word is lower-case letters'],
    ['---\ntitle: x\nwhen: [{commits: many}]\n---\ny', 'when.0.commits'],
    ['---\na: &a [x]\ntitle: *a\n---\ny', 'mine'],
  ])('that is malformed is named: %j', async (file, message) => {
    const error: unknown = await parseDimension('mine', file).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({
      message: expect.stringContaining(message),
      hint: expect.stringContaining('context/README.md'),
    });
  });
});

describe('the lists that are shipped', () => {
  test('are short, say what is no finding, and hide nothing', async () => {
    const { dimensions, instructions } = await shippedContext();
    const hidden = /(?![\t\n])[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u;
    for (const { name, text } of dimensions) {
      expect([name, text.split('\n').length < 60]).toEqual([name, true]);
      for (const part of ['Ask', 'Check it', 'No finding:'])
        expect([name, text.includes(part)]).toEqual([name, true]);
      expect([name, hidden.test(text)]).toEqual([name, false]);
    }
    for (const [name, text] of instructions) expect([name, hidden.test(text)]).toEqual([name, false]);
  });

  test('name only tools that exist', async () => {
    const { dimensions, instructions, tools } = await shippedContext();
    const texts = [...dimensions.map(({ text }) => text), ...instructions.values()];
    const calls = /`((?:read|list|git|report|withdraw|finish)_[a-z]+)`/g;
    for (const text of texts)
      for (const [, name = ''] of text.matchAll(calls)) expect(tools.has(name)).toBe(true);
  });
});

describe('the folder of texts', () => {
  test('a folder that is not complete is a configuration error', async () => {
    const directory = join(temporaryDirectory(), 'context');
    cpSync(contextDirectory, directory, { recursive: true });
    writeFileSync(join(directory, 'dimensions', 'mine.md'), '---\ntitle: Mine\n---\n- Look.\n');
    expect((await loadReviewContext(directory)).dimensions.map(({ name }) => name)).toContain('mine');
    rmSync(join(directory, 'loop'), { recursive: true });
    await expect(loadReviewContext(directory)).rejects.toThrow(ConfigError);
  });

  test('a text that is missing, or asks for what nobody gives, is an error', () => {
    const texts = new Map([['a', 'x {{name}} {{name}} {{ github }}']]);
    expect(fillText(texts, 'a', { name: '{{other}}$&' })).toBe('x {{other}}$& {{other}}$& {{ github }}');
    expect(() => fillText(texts, 'a')).toThrow('the text "a" asks for {{name}}');
    expect(() => fillText(texts, 'b')).toThrow(ConfigError);
    expect(() => fillText(new Map([['c', '{{constructor}}']]), 'c')).toThrow(ConfigError);
  });
});
