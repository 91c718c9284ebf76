import type { Place } from '../core/account/session.ts';
import type { RequestContext } from './context.ts';

const LONGEST_USER_AGENT = 512;
const LONGEST_DEVICE = 60;

/** Where a request comes from, as its user will read it in the list of sessions. */
export function placeOf(c: RequestContext): Place {
  const cf = c.req.raw.cf as { country?: unknown } | undefined;
  return {
    device: describeDevice(c.req.header('user-agent') ?? ''),
    country: typeof cf?.country === 'string' ? cf.country.slice(0, 2) : '',
  };
}

/** Most browsers also claim to be Chrome and Safari: the first that is found says who it is. */
const PROGRAMS: readonly [mark: RegExp, name: string][] = [
  [/\bEdg(e|A|iOS)?\//, 'Microsoft Edge'],
  [/\bOPR\/|\bOPiOS\/|\bOPT\/|\bOpera\b/, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bWhale\//, 'Whale'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bYaBrowser\//, 'Yandex Browser'],
  [/\bUCBrowser\//, 'UC Browser'],
  [/\bMiuiBrowser\//, 'Mi Browser'],
  [/\b(DuckDuckGo|Ddg)\//, 'DuckDuckGo'],
  [/\bSilk\//, 'Amazon Silk'],
  [/\bKAKAOTALK\b/, 'KakaoTalk'],
  [/\bNAVER\(/, 'NAVER'],
  [/\bInstagram\b/, 'Instagram'],
  [/\bFB(AN|AV)\//, 'Facebook'],
  [/\bElectron\//, 'Electron'],
  [/\b(Firefox|FxiOS|Focus)\//, 'Firefox'],
  [/\bChromium\//, 'Chromium'],
  [/\b(Headless)?Chrome\/|\bCriOS\//, 'Chrome'],
  [/\b(MSIE |Trident\/)/, 'Internet Explorer'],
  [/\bAndroid\b.*\bVersion\//, 'Android Browser'],
  [/\bVersion\/.*\bSafari\/|\bAppleWebKit\/.*\bMobile\//, 'Safari'],
];

/** An iPhone’s text also names Mac OS X, an Android’s Linux. An iPad calls itself a Mac, so it is shown as one. */
const SYSTEMS: readonly [mark: RegExp, name: string][] = [
  [/\b(iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac(intosh| ?OS)\b/, 'macOS'],
  [/\bCrOS\b/, 'Chrome OS'],
  [/\bTizen\b/, 'Tizen'],
  [/\bLinux\b/i, 'Linux'],
];

/** @returns for example `Chrome on macOS`, `curl`, or `Unknown device` */
export function describeDevice(userAgent: string): string {
  const text = userAgent.slice(0, LONGEST_USER_AGENT);
  const program = nameOf(PROGRAMS, text) ?? firstProduct(text);
  if (!program) return 'Unknown device';
  const system = nameOf(SYSTEMS, text);
  return (system ? `${program} on ${system}` : program).slice(0, LONGEST_DEVICE);
}

function nameOf(names: readonly [mark: RegExp, name: string][], text: string): string | undefined {
  return names.find(([mark]) => mark.test(text))?.[1];
}

/** What an HTTP client calls itself: `curl` of `curl/8.9.1`. */
function firstProduct(text: string): string | undefined {
  return /^[A-Za-z][\w .-]*/.exec(text)?.[0]?.trim();
}
