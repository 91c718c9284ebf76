const SHORTEST = 8;
const LONGEST = 256;

/** No text of this many UTF-16 units can have `LONGEST` code points or fewer after NFC, so it isn't normalised. */
const LONGEST_UNITS = LONGEST * 8;

export type PasswordOutcome = { ok: true; password: string } | { ok: false; description: string };

/**
 * Prepares a password as the OpaqueString profile does, so that the same one typed on another keyboard compares
 * equal: every kind of space becomes U+0020, then NFC; case and width stay. Control characters, line separators and
 * noncharacters are refused. Unassigned and invisible code points pass (the profile would refuse them): an emoji
 * newer than this code, or one with a joiner, is a fine part of a password.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8265#section-4.2 OpaqueString
 * @param text what the client sent
 * @returns the prepared password of 8 to 256 code points, or why it was refused, in words that don't contain it
 */
export function parsePassword(text: unknown): PasswordOutcome {
  if (typeof text !== 'string') return refused('The password must be a string.');
  if (text.length > LONGEST_UNITS) return refused(TOO_LONG);
  if (!text.isWellFormed()) return refused('The password is not well-formed Unicode.');
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u.test(text)) {
    return refused('The password must not contain control characters.');
  }
  const password = text.replace(/\p{Zs}/gu, ' ').normalize('NFC');
  const length = [...password].length;
  if (length < SHORTEST) return refused(`The password must have at least ${SHORTEST} characters.`);
  if (length > LONGEST) return refused(TOO_LONG);
  return { ok: true, password };
}

const TOO_LONG = `The password must have at most ${LONGEST} characters.`;

function refused(description: string): PasswordOutcome {
  return { ok: false, description };
}
