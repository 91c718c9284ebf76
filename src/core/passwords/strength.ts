import { type OptionsType, ZxcvbnFactory } from '@zxcvbn-ts/core';

/** What zxcvbn looks words and keyboards up in; `npm run assets` makes it, `adapters/asset.ts` reads it. */
export type Dictionaries = Required<Pick<OptionsType, 'dictionary' | 'graphs' | 'translations'>>;

/**
 * Says why a password is too weak for a username, or `undefined` where it is strong enough. The sentences fit into
 * an `error_description` (RFC 6749 section 5.2) and never contain the password.
 */
export type StrengthCheck = (password: string, username: string) => string | undefined;

/** zxcvbn's scores run from 0 to 4; 3 means at least 10^8 guesses. */
const LOWEST_SCORE = 3;

/**
 * The time zxcvbn takes grows with the square of the length and with each way to read `4` as `a`. With these bounds
 * the worst text found takes under 60 ms, with zxcvbn's own (256 and 100) seconds, and weak passwords score the same.
 */
const BOUNDS = { maxLength: 64, l33tMaxSubstitutions: 10 };

/**
 * Builds the check; that takes some 30 ms, so an isolate builds it once.
 *
 * @see https://www.usenix.org/conference/usenixsecurity16/technical-sessions/presentation/wheeler zxcvbn
 */
export function createStrengthCheck(dictionaries: Dictionaries): StrengthCheck {
  const { warnings } = dictionaries.translations;
  const translations = {
    ...dictionaries.translations,
    warnings: { ...warnings, userInputs: 'It is too close to your username.' },
  };
  const zxcvbn = new ZxcvbnFactory({ ...dictionaries, translations, ...BOUNDS });

  return (password, username) => {
    const { score, feedback } = zxcvbn.check(password, userInputs(username));
    if (score >= LOWEST_SCORE) return undefined;
    return ['This password is too easy to guess.', feedback.warning, ...feedback.suggestions]
      .filter((sentence) => sentence !== null && sentence !== '')
      .join(' ')
      .replace(/["\\]/g, "'");
  };
}

/** The username, and the parts of one such as `alice.smith@example.com`. */
function userInputs(username: string): string[] {
  return [...new Set([username, ...username.split(/[^a-z0-9]+/i)])].filter((part) => part.length > 2);
}
