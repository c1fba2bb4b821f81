import { expect, test } from 'vitest';
import { enclosingSymbol, enclosingSymbols } from '../../src/evidence/enclosing-symbol.ts';
import type { Language } from '../../src/evidence/languages.ts';

const go = `package a

import "fmt"

// Cart is a cart.
type Cart[T any] struct {
	items map[string]T
}

func (c *Cart[T]) Add(item T) error {
	retry := func() error {
		return fmt.Errorf("no")
	}
	return retry()
}

func (Cart[T]) Empty() {}

func main() {
	fmt.Println("🙂")
}
`;

const script = `import x from 'x';

export class Cart extends Base<string> {
  #total = 0;
  onAdd = async (item: string) => {
    this.#total += 1;
  };

  get total(): number {
    return this.#total;
  }

  static async *all() {
    yield 1;
  }
}

export const retry = memo(async (n: number) => {
  const inner = function named() {
    return n;
  };
  return inner();
});

const handlers = {
  add: () => {
    return 1;
  },
  remove(id: string) {
    return id;
  },
};

export default function () {
  return 2;
}

interface Shape {
  area(): number;
}

const limit = compute(
  12,
);
`;

const python = `import os


class Cart:
    """A cart."""

    @property
    async def total(self):
        def add(a):
            return a

        return add(1)


if os.name == "nt":
    def only_there():
        pass
`;

const shell = `#!/usr/bin/env bats
set -e
setup() {
  true
}
function tear_down {
  false
}
@test "adds \\"two\\" articles" {
  run cart add
  if true; then
    false
  fi
}
echo end
`;

test.each<[Language, string, number, string]>([
  ['go', go, 3, ''],
  ['go', go, 5, ''],
  ['go', go, 7, 'Cart'],
  ['go', go, 10, 'Cart.Add'],
  ['go', go, 12, 'Cart.Add'],
  ['go', go, 15, 'Cart.Add'],
  ['go', go, 16, ''],
  ['go', go, 17, 'Cart.Empty'],
  ['go', go, 20, 'main'],
  ['go', go, 21, 'main'],
  ['go', go, 22, ''],
  ['go', go, 900, ''],
  ['go', go, 0, ''],
  ['go', go, Number.NaN, ''],
  ['go', go, 1.5, ''],
  ['typescript', script, 1, ''],
  ['typescript', script, 3, 'Cart'],
  ['typescript', script, 4, 'Cart'],
  ['typescript', script, 6, 'Cart.onAdd'],
  ['typescript', script, 8, 'Cart'],
  ['typescript', script, 10, 'Cart.total'],
  ['typescript', script, 14, 'Cart.all'],
  ['typescript', script, 18, 'retry'],
  ['typescript', script, 20, 'retry.inner.named'],
  ['typescript', script, 22, 'retry'],
  ['typescript', script, 27, 'handlers.add'],
  ['typescript', script, 30, 'handlers.remove'],
  ['typescript', script, 35, ''],
  ['typescript', script, 39, 'Shape.area'],
  ['typescript', script, 43, ''],
  ['python', python, 1, ''],
  ['python', python, 5, 'Cart'],
  ['python', python, 7, 'Cart'],
  ['python', python, 10, 'Cart.total.add'],
  ['python', python, 12, 'Cart.total'],
  ['python', python, 17, 'only_there'],
  ['bash', shell, 2, ''],
  ['bash', shell, 4, 'setup'],
  ['bash', shell, 7, 'tear_down'],
  ['bash', shell, 11, 'test: adds \\"two\\" articles'],
  ['bash', shell, 15, ''],
  ['html', '<p>\n<b>x</b>\n</p>', 2, ''],
  ['css', 'a {\n b: c\n}', 2, ''],
  ['go', '', 1, ''],
])('%s %#: line %3$d', async (language, text, line, symbol) => {
  expect(await enclosingSymbol({ language, text, line })).toBe(symbol);
});

test('many lines at once are answered as each alone', async () => {
  const lines = [0, 1, 6, 7, 8, 10, 12, 17, 20, 21, 99, 12];
  const alone = await Promise.all(
    [...new Set(lines)].map(
      async (line) => [line, await enclosingSymbol({ language: 'go', text: go, line })] as const,
    ),
  );
  const together = await enclosingSymbols({ language: 'go', text: go, lines });
  expect([...together].sort()).toEqual(alone.filter(([, symbol]) => symbol !== '').sort());
  expect(together.size).toBeGreaterThan(4);
});
