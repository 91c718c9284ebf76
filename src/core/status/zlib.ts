/** Compresses in the zlib format (RFC 1950), as status lists are (draft-ietf-oauth-status-list section 4.1). */
export function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return pump(bytes, new CompressionStream('deflate'), Number.POSITIVE_INFINITY);
}

/** @throws if the bytes are not in that format, or more than `longest` come out of them */
export function inflate(bytes: Uint8Array<ArrayBuffer>, longest: number): Promise<Uint8Array<ArrayBuffer>> {
  return pump(bytes, new DecompressionStream('deflate'), longest);
}

async function pump(
  bytes: Uint8Array<ArrayBuffer>,
  through: { readable: ReadableStream; writable: WritableStream },
  longest: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const input = new Response(bytes).body as ReadableStream<Uint8Array>;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input.pipeThrough<Uint8Array>(through)) {
    length += chunk.length;
    if (length > longest) throw new RangeError('More comes out than there should be');
    chunks.push(chunk);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
