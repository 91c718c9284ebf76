/** The origin with its port, even if it is the scheme's own. */
export function originWithPort(issuer: string): string {
  const { protocol, hostname, port } = new URL(issuer);
  return `${protocol}//${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}
