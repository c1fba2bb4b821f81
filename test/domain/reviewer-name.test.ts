import { expect, test } from 'vitest';
import { reviewerName } from '../../src/domain/reviewer.ts';

test.each([
  ['claude', 'Claude'],
  ['sarif-go-scan', 'Go-scan'],
  ['sarif-', 'Sarif-'],
  ['my-sarif-x', 'My-sarif-x'],
])('a reviewer of the id %s is called %s', (id, name) => {
  expect(reviewerName(id)).toBe(name);
});
