import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { resealAll } from '../../scripts/lib/resealing.ts';

const asked: unknown[] = [];
let answers: (object | number)[] = [];
const server = createServer(async (request, response) => {
  asked.push([request.method, request.url, request.headers.authorization, await json(request)]);
  const answer = answers.shift() ?? 500;
  response.writeHead(typeof answer === 'number' ? answer : 200).end(JSON.stringify(answer));
});
await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

afterEach(() => void asked.splice(0));

it('goes on until there is no next page, and adds up', async () => {
  const next = { type: 'aws4', id: 'K' };
  answers = [
    { resealed: 40, unreadable: 0, next },
    { resealed: 1, unreadable: 2 },
  ];
  expect(await resealAll(issuer, 'token')).toEqual({ resealed: 41, unreadable: 2 });
  const path = '/admin/credentials/reseal';
  expect(asked).toEqual([
    ['POST', path, 'Bearer token', {}],
    ['POST', path, 'Bearer token', { after: next }],
  ]);
});

it('stops at a refusal and says it', async () => {
  answers = [403];
  await expect(resealAll(issuer, 'token')).rejects.toThrow('the issuer answered 403');
});
