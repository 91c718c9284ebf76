import type * as v from 'valibot';
import type { AuthScheme } from '../../core/settings/settings.ts';
import type { Route } from '../route.ts';
import { problem } from './answers.ts';

/**
 * What the contract says of a route beside what is checked. Nothing that runs reads it, so that the Worker is built
 * without this folder.
 */
export type Description = {
  summary: string;
  description?: string;
  /** Other credentials the route takes, as OpenAPI security schemes. */
  security?: readonly (AuthScheme | 'refreshCookie' | 'accessToken' | 'client')[];
  /** Request headers beside `Authorization`, by name. */
  headers?: Readonly<Record<string, string>>;
  /** Members of the body that say too little by their names. */
  members?: Readonly<Record<string, string>>;
  answers: Readonly<Record<number, { description: string; body?: v.GenericSchema }>>;
};

/** Descriptions by method and path, in the form of the route table. */
export type Descriptions = Readonly<Record<`${Route['method']} ${string}`, Description>>;

/** An answer that says why nothing was done. */
export function refused(description: string): Description['answers'][number] {
  return { description, body: problem };
}
