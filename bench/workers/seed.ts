/** Puts users straight into edgemint's stores, hundreds in a request: the same records and rows as a sign-up leaves. */
type Env = { REFRESH_TOKENS: KVNamespace; DIRECTORY: D1Database };

export default {
  async fetch(request, { REFRESH_TOKENS, DIRECTORY }) {
    const records = await request.json<{ username: string; record: string; createdAt: number }[]>();
    const insert = DIRECTORY.prepare(
      'INSERT INTO users (username, password_hash, credentials_version, created_at) VALUES (?, ?, 1, ?)',
    );
    await Promise.all([
      DIRECTORY.batch(records.map(({ username, createdAt }) => insert.bind(username, '', createdAt))),
      ...records.map(({ username, record }) => REFRESH_TOKENS.put(username, record)),
    ]);
    return new Response('done');
  },
} satisfies ExportedHandler<Env>;
