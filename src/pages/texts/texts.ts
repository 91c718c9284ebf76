import { en, type Texts } from './en.ts';
import { ko } from './ko.ts';
import type { Language } from './language.ts';

export type { Texts };

const TEXTS: Record<Language, Texts> = { en, ko };

export function textsIn(language: Language): Texts {
  return TEXTS[language];
}
