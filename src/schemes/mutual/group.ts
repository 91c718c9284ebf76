/** What KAM3 needs of a group, whether of numbers or of points (RFC 8121 sections 3.2 and 3.3). */
export type Group<Element> = {
  /** The size of the subgroup that the generator makes. */
  order: bigint;
  /** The natural length of an element, octets. */
  elementOctets: number;
  /** The generator, `exponent` times. */
  generate(exponent: bigint): Element;
  power(element: Element, exponent: bigint): Element;
  combine(a: Element, b: Element): Element;
  /** @returns `undefined` for the element that has no number: the point at infinity */
  encode(element: Element): bigint | undefined;
  /** @returns `undefined` for what is no element, or one that would give a secret away */
  decode(value: bigint): Element | undefined;
  /** A secret exponent out of random octets, 8 more than an element has. */
  exponentFrom(random: Uint8Array): bigint;
};
