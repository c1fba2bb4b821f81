/** Most decimals there are of an amount. */
const mostDecimals = 20;

/** An amount of USD in digits: to the cent, below a cent two significant digits: `3.50`, `0.00`, `0.000035`. */
export function printUsd(usd: number): string {
  const size = Math.abs(usd);
  if (size === 0 || size >= 0.01) return usd.toFixed(2);
  return usd.toFixed(Math.min(mostDecimals, 1 - Math.floor(Math.log10(size))));
}
