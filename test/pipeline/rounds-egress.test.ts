import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createGitFixture } from '../support/git-fixture.ts';
import { resolveRound, reviewRound, type ToldFinding } from '../support/review-rounds.ts';
import { runCli } from '../support/run-cli.ts';

const minutes = 60_000;
const secret = 'func Key() string { return "the-key-of-the-kingdom-17" }';
const told = (name: string, path: string, quote: string): ToldFinding => ({
  path,
  quote,
  title: `${name} is a word that nobody else says`,
  explanation: 'So it is.',
});
const findings = [
  told('Kept', 'secret/key.go', secret),
  told('Open', 'open.go', 'func Open() {}'),
  // About an open file, but it repeats what is kept.
  { ...told('Repeating', 'open.go', 'func Close() {}'), title: `Repeating: \`${secret}\`` },
];

test(
  'reviewers are not told what was declined about files that a rule keeps from their vendor',
  async () => {
    const repository = createGitFixture();
    try {
      const config = join(repository.scratch, 'config.yml');
      writeFileSync(config, 'egress:\n  - {paths: ["secret/**"], to: [anthropic]}\n');
      repository.commit({ 'open.go': 'package open\n' }, 'Begin');
      repository.git('checkout', '--quiet', '-b', 'topic');
      repository.commit(
        {
          'open.go': 'package open\n\nfunc Open() {}\n\nfunc Close() {}\n',
          'secret/key.go': `package secret\n\n${secret}\n`,
        },
        'Open',
      );
      const out = join(repository.scratch, 'reports');
      const input = { range: 'main..topic', out, words: ['--config', config] };
      const first = await reviewRound(repository, { ...input, told: { claude: findings } });
      expect(first.report.findings).toHaveLength(3);
      const decided = first.report.findings.map(
        ({ shortId, title }) =>
          `- {finding: ${shortId}, action: Skipped, reason: "${title.split(/[ :]/)[0]} is fine."}\n`,
      );
      expect((await resolveRound(repository, first.runDir, decided.join(''))).code).toBe(0);
      repository.commit({ 'more.go': 'package more\n' }, 'More');
      const words = [
        'Kept is a word',
        'Kept is fine.',
        'Open is a word',
        'Open is fine.',
        'Repeating: `func',
        'Repeating is fine.',
      ];
      const show = async (reviewer: string) => {
        const call = [
          'context',
          'show',
          '--reviewer',
          reviewer,
          '--range',
          'main..topic',
          '--out',
          out,
          '--config',
          config,
        ];
        const { stdout } = await runCli(call, { cwd: repository.directory, home: repository.scratch });
        return words.filter((word) => stdout.includes(word));
      };
      expect([await show('claude'), await show('codex')]).toEqual([
        words,
        ['Open is a word', 'Open is fine.'],
      ]);
      const second = await reviewRound(repository, { ...input, told: {} });
      const sent = (vendor: string) =>
        words.filter((word) =>
          second.entries.some((entry) => entry.vendor === vendor && entry.text.includes(word)),
        );
      expect(second.report.change.round).toBe(2);
      expect(sent('anthropic')).toEqual(words);
      for (const vendor of ['openai', 'google'])
        expect(sent(vendor)).toEqual(['Open is a word', 'Open is fine.']);
    } finally {
      repository.remove();
    }
  },
  3 * minutes,
);
