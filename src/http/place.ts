import Bowser from 'bowser';
import type { Place } from '../core/account/session.ts';
import { Memory } from '../core/memory.ts';
import type { RequestContext } from './context.ts';

const LONGEST_USER_AGENT = 512;
const LONGEST_DEVICE = 60;

/** Hundreds of patterns are tried on a User-Agent, and few of these differ: what was made of the last ones is kept. */
const described = new Memory<string>(256);

/** Where a request comes from, as its user will read it in the list of sessions. */
export function placeOf(c: RequestContext): Place {
  const cf = c.req.raw.cf as { country?: unknown } | undefined;
  return {
    device: describeDevice(c.req.header('user-agent') ?? ''),
    country: typeof cf?.country === 'string' ? cf.country.slice(0, 2) : '',
  };
}

/** @returns for example `Chrome on macOS`, `curl`, or `Unknown device` */
export function describeDevice(userAgent: string): string {
  const text = userAgent.slice(0, LONGEST_USER_AGENT);
  const known = described.get(text);
  if (known !== undefined) return known;
  const device = describe(text);
  described.set(text, device);
  return device;
}

function describe(text: string): string {
  const { browser, os } = text ? Bowser.parse(text) : { browser: {}, os: {} };
  const program = browser.name || /^[A-Za-z][\w .-]*/.exec(text)?.[0]?.trim();
  if (!program) return 'Unknown device';
  return (os.name ? `${program} on ${os.name}` : program).slice(0, LONGEST_DEVICE);
}
