import type { RequestContext } from './context.ts';

/**
 * Who stands behind a request, for the limits by address: an IPv4 address, or the /64 of an IPv6 address,
 * which is what one subscriber gets.
 */
export function addressOf(c: RequestContext): string {
  const address = c.req.header('cf-connecting-ip') ?? 'unknown';
  return address.includes(':') ? ipv6Network(address) : address;
}

function ipv6Network(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0');
  return [...groups, ...zeros, ...rest]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
