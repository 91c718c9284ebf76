/** Something the issuer needs can't be reached or is overloaded. Nothing was changed, or the request is safe to repeat. */
export class Unavailable extends Error {
  readonly retryAfterSeconds: number;

  constructor(what: string, retryAfterSeconds: number, options?: ErrorOptions) {
    super(`${what} is unavailable`, options);
    this.name = 'Unavailable';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
