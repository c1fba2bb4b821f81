import { readEnvironment } from '../../src/config.ts';
import { tryProviders } from './try-providers.ts';

/** `npm run test:live`: one cheap real conversation with each vendor whose key is in the environment. */
process.exitCode = await tryProviders({
  environment: readEnvironment(),
  date: new Date(),
  print: (line) => process.stdout.write(`${line}\n`),
});
