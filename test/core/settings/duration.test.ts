import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDurationSeconds } from '../../../src/core/settings/duration.ts';

describe('parseDurationSeconds', () => {
  it.each([
    ['0s', 0],
    ['90s', 90],
    ['10m', 600],
    ['2h', 7_200],
    ['14d', 1_209_600],
    ['007s', 7],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDurationSeconds(text)).toBe(seconds);
  });

  it.each([
    '',
    '10',
    's',
    '1 s',
    ' 1s',
    '1s ',
    '1s\n',
    '-1s',
    '+1s',
    '1.5h',
    '1h30m',
    '1w',
    '1y',
    '10M',
    '1ms',
    '1e3s',
    '١s',
    '9999999999s',
  ])('%j is none', (text) => {
    expect(parseDurationSeconds(text)).toBeUndefined();
  });

  it('is the number times the unit', () => {
    const units = { s: 1, m: 60, h: 3_600, d: 86_400 };
    fc.assert(
      fc.property(fc.nat(999_999_999), fc.constantFrom('s', 'm', 'h', 'd' as const), (count, unit) => {
        expect(parseDurationSeconds(`${count}${unit}`)).toBe(count * units[unit]);
      }),
    );
  });
});
