/** The part of `aws4` that the tests call; the package brings no types. */
declare module 'aws4' {
  export type Aws4Request = {
    service: string;
    region: string;
    host: string;
    path: string;
    method: string;
    headers?: Record<string, string>;
    body?: string;
    signQuery?: boolean;
  };
  const aws4: {
    sign(
      request: Aws4Request,
      key: { accessKeyId: string; secretAccessKey: string },
    ): Required<Pick<Aws4Request, 'path' | 'headers'>> & Pick<Aws4Request, 'body'>;
  };
  export default aws4;
}
