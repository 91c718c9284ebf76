/** Sends a request with the token of who asks. `spare`: a copy, for another try; it isn't used up. */
export type Send = (request: Request, token?: string, spare?: Request) => Promise<Response>;

/** Makes a client prove its key: the option `dpop` of `createClient`. */
export type Dpop = (fetch: (request: Request) => Promise<Response>) => Send;
