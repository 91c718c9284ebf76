import * as bodies from './answers.ts';
import { type Descriptions, refused } from './description.ts';

export const service: Descriptions = {
  'GET /healthz': {
    summary: 'Whether the issuer is configured and answers',
    answers: {
      200: { description: 'It does', body: bodies.health },
      503: refused('A setting or secret is missing or wrong; the log says which'),
    },
  },
};
