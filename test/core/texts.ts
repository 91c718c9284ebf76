import * as fc from 'fast-check';

/** Any text at all, controls and halves of surrogate pairs included; half of it is ASCII. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff)), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units));
