import type { Answer, Call } from './route.ts';

export const defaultPageSize = 30;
export const maxPageSize = 100;

/** One page of a list, with the Link header that leads to the others. `wrap` puts it into an object. */
export function page<Item>(
  call: Call,
  items: readonly Item[],
  show: (item: Item) => unknown,
  wrap: (shown: unknown[]) => unknown = (shown) => shown,
): Answer {
  const size = Math.min(positive(call.query.get('per_page')) ?? defaultPageSize, maxPageSize);
  const number = positive(call.query.get('page')) ?? 1;
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (rel: string, to: number) => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(to));
    return `<${call.addresses.api}${call.linkPath}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link('prev', Math.min(number - 1, last))] : []),
    ...(number < last ? [link('next', number + 1), link('last', last)] : []),
    ...(number > 1 ? [link('first', 1)] : []),
  ];
  const shown = items.slice((number - 1) * size, number * size).map(show);
  return {
    status: 200,
    body: wrap(shown),
    ...(links.length === 0 ? {} : { headers: { link: links.join(', ') } }),
  };
}

function positive(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}
