import { DurableObject } from 'cloudflare:workers';
import { type CheckParameters, checkHistories, countHistories } from './check.ts';
import { GuardedIssuer } from './guarded-issuer.ts';
import type { CreateIssuer } from './issuer.ts';
import { UnguardedIssuer } from './unguarded-issuer.ts';

/** What is put to the test: edgemint's guards, or the same rotation straight on KV. */
export type IssuerName = 'guarded' | 'unguarded';

/** A share of the histories. */
export type Order = CheckParameters & { issuer: IssuerName; isCensus?: boolean };

// What the guard logs in a history would be all that one sees.
console.warn = console.error = () => undefined;

/** Lets histories happen in workerd, on the SQLite storage of one object. */
export class Model extends DurableObject {
  override async fetch(request: Request): Promise<Response> {
    const { issuer, isCensus, ...parameters } = (await request.json()) as Order;
    const issuers: Record<IssuerName, CreateIssuer> = {
      guarded: (around) => new GuardedIssuer(this.ctx, around),
      unguarded: (around) => new UnguardedIssuer(around),
    };
    const run = isCensus ? countHistories : checkHistories;
    return Response.json(await run(parameters, issuers[issuer], {}));
  }
}

export default {
  fetch: (request, env) => env.MODEL.getByName('model').fetch(request),
} satisfies ExportedHandler<{ MODEL: DurableObjectNamespace<Model> }>;
