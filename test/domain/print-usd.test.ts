import { expect, test } from 'vitest';
import { printUsd } from '../../src/domain/print-usd.ts';

test.each([
  [0, '0.00'],
  [15, '15.00'],
  [3.4999, '3.50'],
  [0.01, '0.01'],
  [0.00996, '0.0100'],
  [0.0094, '0.0094'],
  [0.0001, '0.00010'],
  [0.000035, '0.000035'],
  [1e-9, '0.0000000010'],
])('%d USD is printed as %s', (usd, text) => {
  expect(printUsd(usd)).toBe(text);
});
