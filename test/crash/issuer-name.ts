/** What the crashable issuer is called, whatever port it gets. */
export const ISSUER = 'http://localhost:8787';
