import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * The options of a script that is run by npm. `--help` prints its usage and ends the process with 0; what it does not
 * know ends it with 2, the mistake and the usage on stderr.
 */
export function readScriptOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: Options,
): ReturnType<typeof parseArgs<{ options: Options }>>['values'] {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } as const });
    if ('help' in values && values.help === true) {
      process.stdout.write(`${usage}\n`);
      process.exit(0);
    }
    return parseArgs({ options }).values;
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    process.stderr.write(`${cause.message.split('. ')[0]}\n${usage}\n`);
    process.exit(2);
  }
}
