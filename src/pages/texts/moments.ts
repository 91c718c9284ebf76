import type { Language } from './language.ts';

const UNITS: readonly [Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const JUST_NOW: Readonly<Record<Language, string>> = { en: 'just now', ko: '방금' };

/** @returns for example `3 hours ago`; what is under a minute ago is `just now`. Instants are epoch seconds */
export function formatAgo(language: Language, at: number, now: number): string {
  const elapsed = Math.max(0, now - at);
  const found = UNITS.find(([, each]) => elapsed >= each);
  if (!found) return JUST_NOW[language];
  const [unit, seconds] = found;
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(
    -Math.floor(elapsed / seconds),
    unit,
  );
}

/** @returns a date and a time in UTC: the server doesn't know the reader's zone */
export function formatMoment(language: Language, at: number): string {
  const format = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' } as const;
  return `${new Intl.DateTimeFormat(language, format).format(at * 1_000)} UTC`;
}

/** @param country ISO 3166-1 alpha-2, or something else that Cloudflare says, such as `T1` for Tor */
export function nameCountry(language: Language, country: string): string | undefined {
  if (!/^[A-Z]{2}$/.test(country)) return undefined;
  return new Intl.DisplayNames(language, { type: 'region', fallback: 'none' }).of(country);
}
