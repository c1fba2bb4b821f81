import { InternalError } from '../errors.ts';

/** What one session may spend of a budget that several share. USD. */
export interface Purse {
  /** The most that this session may spend in all; grows when another ends below its share. */
  limitUsd(): number;
  /** What is left of it; below 0 when a vendor counted more than was foreseen. */
  leftUsd(): number;
  spend(usd: number): void;
  /** The session is over: what it left goes to the others. */
  close(): void;
}

/**
 * Divides a budget evenly. What a session that is over did not use is divided again among those still at work, so
 * that no share shrinks and all together never exceed the budget.
 */
export function createPurses(limitUsd: number, ids: readonly string[]): ReadonlyMap<string, Purse> {
  const accounts = new Map(ids.map((id) => [id, { spent: 0, isOpen: true, closedLimit: 0 }]));
  const share = () => {
    const all = [...accounts.values()];
    const gone = all.reduce((sum, account) => sum + (account.isOpen ? 0 : account.spent), 0);
    const open = all.filter((account) => account.isOpen).length;
    return open === 0 ? 0 : (limitUsd - gone) / open;
  };
  return new Map(
    [...accounts].map(([id, account]): [string, Purse] => {
      const limit = () => (account.isOpen ? share() : account.closedLimit);
      return [
        id,
        {
          limitUsd: limit,
          leftUsd: () => limit() - account.spent,
          spend: (usd) => {
            if (!Number.isFinite(usd) || usd < 0) throw new InternalError(`nobody can spend ${usd} USD`);
            account.spent += usd;
          },
          close: () => {
            if (!account.isOpen) return;
            account.closedLimit = share();
            account.isOpen = false;
          },
        },
      ];
    }),
  );
}
