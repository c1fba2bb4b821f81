import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSarif } from '../../src/checks/read-sarif.ts';
import { collectChange } from '../../src/collect/collect-change.ts';
import type { Change } from '../../src/domain/change.ts';
import { InputFileError } from '../../src/errors.ts';
import { createLocalSource } from '../../src/forge/local/local-source.ts';
import type { LocalRepository } from '../../src/git/local-repository.ts';
import { renderSarif } from '../../src/render/sarif/render-sarif.ts';
import type { SourceReader } from '../../src/render/source/source-reader.ts';
import { createGitFixture, type GitFixture } from '../support/git-fixture.ts';
import { openFixture } from '../support/git-open.ts';
import { createReportFixture } from '../support/report-fixture.ts';

const signal = new AbortController().signal;

const source = 'package a\n\nfunc f() {\n\tcall(1)\n\tcall(2)\n}\n';

/** Reading changes nothing: all tests have one repository. */
let fixture: GitFixture;
let repository: LocalRepository;
let change: Change;
beforeAll(async () => {
  fixture = createGitFixture();
  fixture.commit({ 'README.md': 'about\n' });
  fixture.commit({ 'src/a.go': source, 'src/with space/ü.go': 'package b\n' });
  repository = await openFixture(fixture);
  const target = await createLocalSource({
    repository,
    target: { kind: 'range', range: 'HEAD~1..HEAD' },
  }).resolve(signal);
  ({ change } = await collectChange({ repository, target, round: 1, signal }));
});
afterAll(async () => {
  await repository.close();
  fixture.remove();
});

function read(text: string) {
  return readSarif({ text, name: 'out.sarif', repository, change });
}

const sarif = (run: object) =>
  JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'lint' } }, ...run }] });
const place = (uri: string, region: object = { startLine: 4 }, more: object = {}) => ({
  physicalLocation: { artifactLocation: { uri, ...more }, region },
});
const result = (more: object = {}) => ({
  ruleId: 'R1',
  message: { text: 'A call' },
  locations: [place('src/a.go')],
  ...more,
});

async function claimsOf(results: object[], run: object = {}) {
  const [first] = await read(sarif({ results, ...run }));
  return first?.findings.claims ?? [];
}

const driver = (rule: object) => ({ tool: { driver: { name: 'lint', rules: [{ id: 'R1', ...rule }] } } });

describe('a result', () => {
  test('becomes a claim, quoted from the head', async () => {
    const run = {
      tool: {
        driver: {
          name: 'lint',
          semanticVersion: '1.2.3',
          rules: [{ id: 'R1', fullDescription: { text: 'Calls are bad.' }, help: { text: 'Do not.' } }],
        },
      },
      results: [result({ level: 'error', relatedLocations: [place('src/a.go', { startLine: 5 })] })],
    };
    expect(await read(sarif(run))).toEqual([
      {
        tool: { name: 'lint', version: '1.2.3' },
        findings: {
          claims: [
            {
              severity: 'important',
              kind: 'gap',
              category: 'correctness',
              title: 'A call (R1)',
              locations: [
                { path: 'src/a.go', startLine: 4, endLine: 4, side: 'head' },
                { path: 'src/a.go', startLine: 5, endLine: 5, side: 'head' },
              ],
              quote: '\tcall(1)',
              absent: false,
              explanation: 'A call\n\nCalls are bad.\n\nDo not.',
              scenario: '',
              fix: { text: '', diff: '' },
              confidence: null,
              replaces: '',
            },
          ],
          finish: {
            summary: 'lint gave 1 results: 1 are findings, 0 are suppressed, 0 say that all is well.',
            designObservations: [],
            testing: '',
            documentation: '',
            commits: '',
            acknowledged: [],
            unresolvedFeedback: [],
            coverage: [],
            contextUpdates: [],
          },
          filesRead: [],
          incomplete: null,
        },
      },
    ]);
  });

  test.each([
    ['error', {}, 'important', 'correctness'],
    ['warning', {}, 'suggestion', 'correctness'],
    ['note', {}, 'suggestion', 'correctness'],
    [undefined, {}, 'suggestion', 'correctness'],
    [undefined, { defaultConfiguration: { level: 'error' } }, 'important', 'correctness'],
    ['note', { defaultConfiguration: { level: 'error' } }, 'suggestion', 'correctness'],
    ['note', { properties: { 'security-severity': '9.8' } }, 'critical', 'security'],
    ['note', { properties: { 'security-severity': 9 } }, 'critical', 'security'],
    ['note', { properties: { 'security-severity': '7.0' } }, 'important', 'security'],
    ['note', { properties: { 'security-severity': '6.9' } }, 'suggestion', 'security'],
    ['error', { properties: { 'security-severity': 'high' } }, 'important', 'security'],
    ['warning', { properties: { tags: ['security'] } }, 'suggestion', 'security'],
  ])('of level %s with %j is %s, %s', async (level, rule, severity, category) => {
    const [claim] = await claimsOf([result({ level })], driver(rule));
    expect([claim?.severity, claim?.category]).toEqual([severity, category]);
  });

  test.each([
    ['very-high', 0.95],
    ['low', 0.3],
    ['constructor', null],
  ])('of precision %s has confidence %s', async (precision, confidence) => {
    const [claim] = await claimsOf([result()], driver({ properties: { precision } }));
    expect(claim?.confidence).toBe(confidence);
  });

  test('has its arguments put in, and links to places as words', async () => {
    const messages = { messageStrings: { m: { text: '{0} then {1} then {2}: see [there](1)' } } };
    const [claim] = await claimsOf(
      [result({ message: { id: 'm', arguments: ['one', '{0}'] } })],
      driver(messages),
    );
    expect(claim?.explanation).toBe('one then {0} then {2}: see there');
  });

  test('finds its rule by index before its id', async () => {
    const run = {
      tool: {
        driver: { name: 'lint', rules: [{ id: 'R1' }, { id: 'R2', fullDescription: { text: 'Second.' } }] },
      },
    };
    const [claim] = await claimsOf([{ ...result(), ruleId: undefined, ruleIndex: 1 }], run);
    expect([claim?.title, claim?.explanation]).toEqual(['A call (R2)', 'A call\n\nSecond.']);
  });

  test('without a message or a place is still a claim', async () => {
    const [claim] = await claimsOf([{}]);
    expect([claim?.title, claim?.locations]).toEqual([
      'A result without a message',
      [{ path: '', startLine: 1, endLine: 1, side: 'head' }],
    ]);
  });

  test('with hidden characters shows them', async () => {
    const [claim] = await claimsOf([result({ message: { text: 'safe\u202e\u001b[31m' } })]);
    expect(`${claim?.title}${claim?.explanation}`).not.toMatch(/[\u202e\u001b]/);
  });
});

describe('a place', () => {
  const bases = {
    originalUriBaseIds: {
      SRC: { uri: 'src/' },
      ROOT: { uri: 'file:///build/x/' },
      SUB: { uri: 'src', uriBaseId: 'ROOT' },
    },
  };
  test.each([
    ['plain', 'src/a.go', {}, 'src/a.go'],
    ['with a dot in front', './src/a.go', {}, 'src/a.go'],
    ['with a base', 'a.go', { uriBaseId: 'SRC' }, 'src/a.go'],
    ['with a base of a base', 'a.go', { uriBaseId: 'SUB' }, 'src/a.go'],
    ['with an unknown base', 'src/a.go', { uriBaseId: '%SRCROOT%' }, 'src/a.go'],
    ['with a base named like a method', 'src/a.go', { uriBaseId: 'constructor' }, 'src/a.go'],
    ['as a file address', 'file:///home/ci/work/src/a.go', {}, 'src/a.go'],
    ['as a file address with a host', 'file://host/work/src/a.go', {}, 'src/a.go'],
    ['absolute', '/home/ci/work/src/a.go', {}, 'src/a.go'],
    ['of another system', 'C:\\work\\src\\a.go', {}, 'src/a.go'],
    ['percent-encoded', 'src/with%20space/%C3%BC.go', {}, 'src/with space/ü.go'],
    ['with a broken code', 'src/%zz.go', {}, 'src/%zz.go'],
    ['that climbs', '../src/a.go', {}, '../src/a.go'],
    ['that is not there', 'src/none.go', {}, 'src/none.go'],
    ['relative, not from the root', 'work/src/a.go', {}, 'work/src/a.go'],
  ])('%s', async (_, uri, more, path) => {
    const [claim] = await claimsOf([result({ locations: [place(uri, { startLine: 1 }, more)] })], bases);
    expect(claim?.locations[0]?.path).toBe(path);
  });

  test('whose file is missing keeps what the tool quoted', async () => {
    const gone = place('src/none.go', { startLine: 9, snippet: { text: 'old()' } });
    const bare = place('src/none.go', { startLine: 9 });
    const claims = await claimsOf([result({ locations: [gone] }), result({ locations: [bare] })]);
    expect(claims.map(({ quote }) => quote)).toEqual(['old()', 'line 9, of which the tool quotes nothing']);
  });

  test('that ends before a line’s first letter ends a line earlier', async () => {
    const region = { startLine: 4, startColumn: 1, endLine: 6, endColumn: 1 };
    const [claim] = await claimsOf([result({ locations: [place('src/a.go', region)] })]);
    expect([claim?.locations[0]?.endLine, claim?.quote]).toEqual([5, '\tcall(1)\n\tcall(2)']);
  });

  test('on an empty line quotes the next line with words', async () => {
    const [claim] = await claimsOf([result({ locations: [place('src/a.go', { startLine: 2 })] })]);
    expect(claim?.quote).toBe('func f() {');
  });
});

describe('what is no finding', () => {
  test('is acknowledged when suppressed, and counted when all is well', async () => {
    const [run] = await read(
      sarif({
        results: [
          result({ suppressions: [{ status: 'accepted', justification: 'by design' }] }),
          result({ suppressions: [{}] }),
          result({ suppressions: [{ status: 'rejected' }] }),
          result({ kind: 'pass' }),
          result({ kind: 'notApplicable', suppressions: [{}] }),
        ],
      }),
    );
    expect(run?.findings.claims.length).toBe(1);
    expect(run?.findings.finish.acknowledged).toEqual([
      { location: 'src/a.go:4', text: 'A call (suppressed: by design)' },
      { location: 'src/a.go:4', text: 'A call (suppressed)' },
    ]);
    expect(run?.findings.finish.summary).toBe(
      'lint gave 5 results: 1 are findings, 2 are suppressed, 2 say that all is well.',
    );
  });

  test('a run that failed is incomplete, one that succeeded or says nothing is not', async () => {
    const ends = [
      [{ executionSuccessful: true }, { executionSuccessful: false }],
      [{ executionSuccessful: true }],
      [{}],
    ];
    const found = await Promise.all(
      ends.map(async (invocations) => (await read(sarif({ invocations })))[0]?.findings.incomplete),
    );
    expect(found).toEqual([
      { code: 'tool-failed', message: 'the tool says that its run failed', retryable: false },
      null,
      null,
    ]);
  });
});

describe('a fix', () => {
  const fixOf = async (replacements: object[], uri = 'src/a.go') => {
    const fixes = [
      {
        description: { text: 'Call it twice' },
        artifactChanges: [{ artifactLocation: { uri }, replacements }],
      },
    ];
    return (await claimsOf([result({ fixes })]))[0]?.fix;
  };
  const edit = (startLine: number, startColumn: number, endColumn: number, text: string) => ({
    deletedRegion: { startLine, startColumn, endColumn },
    insertedContent: { text },
  });

  test('becomes a patch of the head', async () => {
    const fix = await fixOf([edit(4, 7, 8, '10'), edit(5, 7, 8, '20')]);
    expect(fix?.text).toBe('Call it twice');
    expect(fix?.diff).toContain('--- a/src/a.go');
    expect(fix?.diff).toContain('-\tcall(1)\n-\tcall(2)\n+\tcall(10)\n+\tcall(20)\n');
  });

  test.each([
    ['with overlapping edits', [edit(4, 1, 8, 'x'), edit(4, 7, 9, 'y')], 'src/a.go'],
    ['beyond the file', [edit(99, 1, 2, 'x')], 'src/a.go'],
    ['of a file that is not there', [edit(4, 1, 2, 'x')], 'src/none.go'],
    ['that changes nothing', [edit(4, 7, 8, '1')], 'src/a.go'],
  ])('%s is words only', async (_, edits, uri) => {
    expect(await fixOf(edits, uri)).toEqual({ text: 'Call it twice', diff: '' });
  });
});

describe('a file that is not SARIF', () => {
  test.each([
    ['empty', '', 'is not JSON'],
    ['broken', '{"version"', 'is not JSON'],
    ['another version', '{"version":"2.0.0","runs":[]}', 'is not SARIF 2.1.0: version'],
    ['no runs', '{"version":"2.1.0"}', 'is not SARIF 2.1.0: runs'],
    ['a list', '[]', 'is not SARIF 2.1.0: (top)'],
    ['null', 'null', 'is not SARIF 2.1.0: (top)'],
    ['a run without a tool', '{"version":"2.1.0","runs":[{}]}', 'is not SARIF 2.1.0: runs.0.tool'],
    ['results that are words', sarif({ results: ['x'] }), 'is not SARIF 2.1.0: runs.0.results.0'],
    ['nested without end', '['.repeat(200_000), 'is not JSON'],
    ['nested deep', `${'['.repeat(5000)}${']'.repeat(5000)}`, 'is not SARIF 2.1.0: (top)'],
  ])('is refused: %s', async (_, text, said) => {
    const error = await read(text).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(InputFileError);
    expect(String(error)).toContain('out.sarif');
    expect(String(error)).toContain(said);
  });

  test('with a byte order mark is read', async () => {
    expect(await read(`\ufeff${sarif({})}`)).toHaveLength(1);
  });

  test('with keys of every object’s prototype changes nothing', async () => {
    const text = `{"version":"2.1.0","__proto__":{"polluted":1},"runs":[{"tool":{"driver":{"name":"lint","__proto__":{"polluted":1}}},"originalUriBaseIds":{"__proto__":{"uri":"evil/"}},"results":[{"__proto__":{"kind":"pass"},"message":{"text":"A call"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"src/a.go","uriBaseId":"__proto__"}}}]}]}]}`;
    const [run] = await read(text);
    expect(run?.findings.claims.map(({ locations }) => locations[0]?.path)).toEqual(['src/a.go']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('with no results has none', async () => {
    expect((await read(sarif({ results: null })))[0]?.findings.claims).toEqual([]);
  });
});

test('what report.sarif says of places and fixes is read back', async () => {
  const fixture = createReportFixture();
  const [first] = fixture.report.findings;
  fixture.remove();
  if (first === undefined) throw new Error('the fixture has findings');
  const diff =
    '--- a/src/a.go\n+++ b/src/a.go\n@@ -3,4 +3,4 @@\n func f() {\n-\tcall(1)\n+\tcall(3)\n \tcall(2)\n }\n';
  const locations = [
    { path: 'src/a.go', startLine: 4, endLine: 5, side: 'head' as const },
    { path: 'src/with space/ü.go', startLine: 1, endLine: 1, side: 'head' as const },
  ];
  const check = { applies: true, parses: true, message: 'applies' };
  const findings = [{ ...first, locations, fix: { text: 'Call it.', diff, check } }];
  const lines = source.trimEnd().split('\n');
  const sources: SourceReader = {
    excerpt: async () => ({
      outcome: 'found',
      lines: lines.map((text, at) => ({ number: at + 1, text })),
      totalLines: lines.length,
    }),
    extent: async () => ({ outcome: 'found', totalLines: lines.length }),
  };
  const [tool] = await read(await renderSarif({ ...fixture.report, findings }, sources));
  expect(tool?.tool).toEqual({ name: 'deep-review', version: fixture.report.tool.version });
  expect(tool?.findings.claims).toMatchObject([
    {
      locations,
      quote: '\tcall(1)\n\tcall(2)',
      fix: { text: 'Call it.', diff: expect.stringContaining('\n-\tcall(1)\n+\tcall(3)\n') },
    },
  ]);
});
