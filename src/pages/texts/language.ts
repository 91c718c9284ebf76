/** The languages that the pages speak; each is named in itself. */
export const LANGUAGES = { en: 'English', ko: '한국어' } as const;
export type Language = keyof typeof LANGUAGES;

/** @returns the language of a tag such as `ko` or `ko-KR`, if it is one of ours */
export function parseLanguage(tag: string | undefined): Language | undefined {
  const primary = tag?.split('-')[0]?.toLowerCase() ?? '';
  return Object.hasOwn(LANGUAGES, primary) ? (primary as Language) : undefined;
}

/**
 * Chooses by the weights of an `Accept-Language` header; the first of equals wins.
 *
 * @see RFC 9110 section 12.5.4, RFC 4647 section 3.4 (lookup)
 */
export function chooseLanguage(header: string | undefined): Language {
  const ranges = (header ?? '').slice(0, 256).split(',').map(parseRange);
  const [best] = ranges.filter((range) => range.weight > 0).toSorted((a, b) => b.weight - a.weight);
  return best?.language ?? 'en';
}

function parseRange(text: string): { language: Language | undefined; weight: number } {
  const [tag = '', ...parameters] = text.split(';').map((part) => part.trim());
  const language = parseLanguage(tag);
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  return { language, weight: language && /^[01](\.\d{0,3})?$/.test(quality) ? Number(quality) : 0 };
}
