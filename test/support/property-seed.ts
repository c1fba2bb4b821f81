import fc from 'fast-check';

/**
 * Property tests draw the same cases on every run, so that a red test always means a change of the code.
 * `PROPERTY_SEED=random` draws new ones (`npm run test:properties`), `PROPERTY_SEED=<number>` repeats a failure.
 */
const asked = process.env.PROPERTY_SEED ?? '20261121';
if (asked !== 'random') fc.configureGlobal({ seed: Number.parseInt(asked, 10) });
