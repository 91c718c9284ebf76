import type { Language } from '../../texts/language.ts';
import { en, type PlaygroundTexts } from './en.ts';
import { ko } from './ko.ts';

export type { PlaygroundTexts };
export type StoryName = keyof PlaygroundTexts['stories'];

const TEXTS: Record<Language, PlaygroundTexts> = { en, ko };

/** What the playground says, in the language that its page was written in. */
export function playgroundTexts(language: string): PlaygroundTexts {
  return language === 'ko' ? TEXTS.ko : TEXTS.en;
}
