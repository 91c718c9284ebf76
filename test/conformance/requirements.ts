import { OPENID_CONNECT_CORE } from './requirements/openid-connect-core.ts';
import { OTHERS } from './requirements/others.ts';
import type { Specification } from './requirements/requirement.ts';
import { RFC_6749 } from './requirements/rfc6749.ts';
import { RFC_6750 } from './requirements/rfc6750.ts';
import { RFC_7009 } from './requirements/rfc7009.ts';
import { RFC_7636 } from './requirements/rfc7636.ts';
import { RFC_7662 } from './requirements/rfc7662.ts';
import { RFC_8414 } from './requirements/rfc8414.ts';
import { RFC_9068 } from './requirements/rfc9068.ts';
import { RFC_9126 } from './requirements/rfc9126.ts';
import { RFC_9207 } from './requirements/rfc9207.ts';
import { RFC_9449 } from './requirements/rfc9449.ts';
import { RFC_9700 } from './requirements/rfc9700.ts';
import { SCHEMES } from './requirements/schemes.ts';

/** What the specifications ask of a server, demand by demand. */
export const SPECIFICATIONS: readonly Specification[] = [
  RFC_6749,
  RFC_6750,
  RFC_7009,
  RFC_7636,
  RFC_7662,
  RFC_8414,
  RFC_9068,
  RFC_9126,
  RFC_9207,
  RFC_9449,
  RFC_9700,
  OPENID_CONNECT_CORE,
  ...OTHERS,
  ...SCHEMES,
];
