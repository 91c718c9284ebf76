import { getPath } from 'hono/utils/url';
import { epochAt } from '../core/keys/epoch.ts';
import { metadataRoutes } from './oauth/discovery.ts';
import { discoveryRoutes } from './routes/discovery.ts';
import type { Services } from './services.ts';

type Fetch = (request: Request, env: object, ctx: ExecutionContext) => Response | Promise<Response>;

/** An answer as it was given, for as long as its epoch's keys sign. */
type Kept = { body: string; init: { status: number; headers: Headers }; epoch: number };

/** Nobody's request, but its address, changes what these say. */
const DOCUMENTS = new Set([...discoveryRoutes, ...metadataRoutes].map(({ path }) => path));

/**
 * Answers the discovery documents again as they were answered first in this epoch, headers and all: every verifier and
 * client asks for them. An issuer that follows the request's host says something else at each, so there nothing is kept.
 */
export function keepDocuments(answer: Fetch, { settings, clock }: Services): Fetch {
  if (settings.issuer === undefined) return answer;
  const kept = new Map<string, Kept>();
  return async (request, env, ctx) => {
    const path = request.method === 'GET' ? getPath(request) : '';
    if (!DOCUMENTS.has(path)) return answer(request, env, ctx);
    const epoch = epochAt(clock(), settings.keyPeriodSeconds);
    const known = kept.get(path);
    if (known?.epoch === epoch) return new Response(known.body, known.init);
    const response = await answer(request, env, ctx);
    if (response.status !== 200) return response;
    const { status, headers } = response;
    const document = { body: await response.text(), init: { status, headers }, epoch };
    kept.set(path, document);
    return new Response(document.body, document.init);
  };
}
