/** Anchors that are taken, each with the number from which on another of that name may be free. */
export type TakenAnchors = Map<string, number>;

/** `wanted`, or `wanted-2` and so on when that is taken; takes it. In linear time, also for one name alone. */
export function uniqueAnchor(wanted: string, taken: TakenAnchors): string {
  let number = taken.get(wanted) ?? 1;
  let anchor = number === 1 ? wanted : `${wanted}-${number}`;
  while (taken.has(anchor)) {
    number += 1;
    anchor = `${wanted}-${number}`;
  }
  taken.set(wanted, number + 1);
  if (anchor !== wanted) taken.set(anchor, 2);
  return anchor;
}
