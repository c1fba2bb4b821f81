import { resolve } from 'node:path';
import { findPackageDirectory } from '../../src/config.ts';
import { readScriptOptions } from '../support/read-script-options.ts';
import { makeSample, sampleFiles } from './make-sample.ts';

const usage = `usage: npm run sample -- [--out DIR]

Makes the sample report anew, in reports/sample/ of this repository or in DIR: what npm run demo prints, with times
that are the same on every machine.
Exit: 0, or 2 for wrong usage.`;

const options = readScriptOptions(usage, { out: { type: 'string' } });
const out = resolve(options.out ?? `${findPackageDirectory()}/reports/sample`);
await makeSample(out, new AbortController().signal);
process.stdout.write(sampleFiles.map((name) => `${resolve(out, name)}\n`).join(''));
