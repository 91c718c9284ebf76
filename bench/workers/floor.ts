/** What no issuer that writes to KV each time can undercut: no framework, one KV get, one KV put and one ES256 signature a request. */
type Store = { get(key: string): Promise<string | null>; put(key: string, value: string): Promise<void> };
type Env = { STORE: Store };

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
let pair: CryptoKeyPair | undefined;

export default {
  async fetch(request, { STORE }) {
    if (request.method === 'GET') return Response.json({ keys: [] });
    const { refresh_token: token } = await request.json<{ refresh_token: string }>();
    pair ??= (await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify'])) as CryptoKeyPair;
    await STORE.get(token);
    await STORE.put(token, 'x'.repeat(300));
    const signature = await crypto.subtle.sign(ALGORITHM, pair.privateKey, new Uint8Array(500));
    return Response.json({
      refresh_token: token,
      access_token: btoa(String.fromCharCode(...new Uint8Array(signature))),
    });
  },
} satisfies ExportedHandler<Env>;
