export const AWS4_KEY_RANDOM_BYTES = 40;

export type Aws4Key = { accessKeyId: string; secret: string };

/** Makes a key that looks like AWS's own, for the tools that expect it: 20 capitals and digits, and 40 characters of base64. */
export function createAws4Key(random: Uint8Array): Aws4Key {
  const accessKeyId = `EDGE${toBase32(random.subarray(0, 10))}`;
  return { accessKeyId, secret: btoa(String.fromCharCode(...random.subarray(10))) };
}

/** RFC 4648 section 6. `bytes`: a multiple of 5. */
function toBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{5}/g, (five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number.parseInt(five, 2)));
}
