/** Whether a host, as `URL.hostname` spells it, is this machine: what is sent there goes over no network. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
