/** Answers each path with what its binding says: `JWKS`, `DISCOVERY`. What a Worker can do at most. */
type Env = { JWKS?: string; DISCOVERY?: string };

export default {
  fetch(request, { JWKS = '{}', DISCOVERY = '{}' }) {
    const body = request.url.endsWith('/jwks.json') ? JWKS : DISCOVERY;
    return new Response(body, { headers: { 'Content-Type': 'application/json' } });
  },
} satisfies ExportedHandler<Env>;
