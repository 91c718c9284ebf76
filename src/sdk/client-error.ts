/** What went wrong, for a program to tell apart. `declare`, as the constructor says it all in fewer bytes. */
export class ClientError extends Error {
  /**
   * The issuer's error code, such as `invalid_grant` for a wrong password or `invalid_request` for a weak one;
   * `network` if it wasn't reached, `storage` if the browser's database failed, so that it wasn't even asked; both can be tried
   * again, as can `temporarily_unavailable`: it is busy or asks to wait.
   */
  declare readonly code: string;
  /** The HTTP status; 0 without an answer. */
  declare readonly status: number;
  /** How long the issuer asks to wait; 0 if it doesn't. */
  declare readonly retryAfterSeconds: number;

  constructor(code = 'network', message = code, status = 0, retryAfterSeconds = 0) {
    super(message);
    this.code = code;
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
