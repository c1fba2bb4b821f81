import { resolve } from 'node:path';
import { readEnvironment } from '../config.ts';
import { breakCommands } from '../log.ts';
import { diagnose, indexReports, printSchema, renderReportFile, schemaNames } from '../pipeline.ts';
import { type CommandInput, systemClock } from './prepare-run.ts';
import { readRepositoryFlag } from './review-target.ts';

/** `deep-review render FILE`: the renderings of a report.json again, or page and JSON of a report in Markdown. */
export async function runRenderCommand(input: CommandInput): Promise<number> {
  const { parsed, workingDirectory } = input;
  const out = parsed.values.get('out')?.[0];
  const files = await renderReportFile(
    {
      report: resolve(workingDirectory, parsed.words[0] ?? ''),
      out: out === undefined ? null : resolve(workingDirectory, out),
      workingDirectory,
    },
    { environment: readEnvironment(input.variables), signal: input.signal },
  );
  if (files.kind === 'document')
    input.stderr.write(
      'deep-review: this is no report of the format that is read: shown as the document it is\n',
    );
  input.stdout.write(parsed.switches.has('json') ? `${JSON.stringify(files)}\n` : `${files.html}\n`);
  return 0;
}

/** `deep-review index [DIR]`: a page over a folder of runs and reports. What could not be read is listed in it. */
export async function runIndexCommand(input: CommandInput): Promise<number> {
  const { parsed, workingDirectory } = input;
  const out = parsed.values.get('out')?.[0];
  const result = await indexReports(
    {
      directory: resolve(workingDirectory, parsed.words[0] ?? 'reports'),
      out: out === undefined ? null : resolve(workingDirectory, out),
    },
    input.signal,
  );
  const unreadable = result.entries.filter(({ kind }) => kind === 'unreadable').length;
  if (unreadable > 0)
    input.stderr.write(
      `deep-review: ${unreadable} of ${result.entries.length} could not be read; the page says why\n`,
    );
  input.stdout.write(parsed.switches.has('json') ? `${JSON.stringify(result)}\n` : `${result.index}\n`);
  return 0;
}

/** `deep-review doctor`: exit 0 when a review without flags would start, 2 when something it needs is missing. */
export async function runDoctorCommand(input: CommandInput): Promise<number> {
  const { parsed, workingDirectory } = input;
  const config = parsed.values.get('config')?.[0];
  const repo = parsed.values.get('repo')?.[0];
  const diagnosis = await diagnose(
    {
      workingDirectory,
      configPath: config === undefined ? null : resolve(workingDirectory, config),
      withoutConfig: parsed.switches.has('no-config'),
      repo: repo === undefined ? null : readRepositoryFlag(repo),
    },
    { environment: readEnvironment(input.variables), signal: input.signal, clock: systemClock },
  );
  if (parsed.switches.has('json')) input.stdout.write(`${JSON.stringify(diagnosis, null, 2)}\n`);
  else {
    const width = Math.max(...diagnosis.lines.map((line) => line.subject.length));
    for (const line of diagnosis.lines) {
      input.stdout.write(
        breakCommands(`${line.state.padEnd(7)}  ${line.subject.padEnd(width)}  ${line.detail}\n`),
      );
      if (line.advice !== null) input.stdout.write(`${' '.repeat(width + 11)}→ ${line.advice}\n`);
    }
  }
  return diagnosis.ready ? 0 : 2;
}

/** `deep-review schema NAME`: a JSON Schema on stdout; without NAME, the names there are. */
export async function runSchemaCommand(input: CommandInput): Promise<number> {
  const [name] = input.parsed.words;
  if (name === undefined) {
    input.stdout.write(schemaNames.map((known) => `${known}\n`).join(''));
    return 0;
  }
  const schema = await printSchema(name);
  input.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
  return 0;
}
