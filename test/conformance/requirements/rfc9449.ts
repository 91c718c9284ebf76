import {
  boundClient,
  code,
  device,
  dpop,
  not,
  proofDesk,
  rfc,
  type Specification,
  standardClients,
} from './requirement.ts';

const FORGEABLE = dpop('refuses a proof that anybody could make');
const TOLD = dpop('says what it takes');
const NONCE = dpop('asks for its nonce');
const ONCE = dpop('takes a proof once');

export const RFC_9449: Specification = {
  name: 'RFC 9449',
  address: rfc(9449),
  leftOut: 'How clients make proofs and follow nonces (sections 4.1, 4.2, 8.1) has no row.',
  sections: [
    [
      '4.2',
      {
        'more claims may be there': dpop('neither query nor fragment'),
        '`nbf` and `exp` hold': dpop('that expired an hour ago'),
      },
    ],
    [
      '4.3',
      {
        '1: one proof only': dpop('refuses two proofs'),
        '2: a JWT': dpop('too large to look at'),
        '3: all claims are there': dpop('without an id'),
        '4: `typ` is `dpop+jwt`': dpop('of another type'),
        '5: an asymmetric `alg`': FORGEABLE,
        '6: a signature by `jwk`': FORGEABLE,
        '7: no private key in `jwk`': FORGEABLE,
        '8: `htm` is the method': dpop('of another method'),
        '9: `htu` is the address': dpop('for another path'),
        '9: without query and fragment, normalised': dpop('neither query nor fragment'),
        '10: the nonce is the server’s': NONCE,
        '11: it was made lately': dpop('an hour old'),
        '12: `ath`, with an access token': dpop('for another token'),
        '12: its key is the one of the access token': dpop('the key of somebody else'),
      },
    ],
    [
      '5',
      {
        '`token_type` is `DPoP`, and the token bound': boundClient('both tokens of a public client'),
        'a public client’s refresh token is bound, and needs the key': dpop(
          'leaves a stolen refresh token useless',
        ),
        'with credentials, it is not': boundClient('only the access token of a client with credentials'),
        '`invalid_dpop_proof`, 400, for a bad proof': FORGEABLE,
        'without a proof: bearer tokens': dpop('changes nothing for who sends no proof'),
        'with every grant: client credentials': boundClient('the token that a client has for itself'),
        'with every grant: a device’s': device('binds its tokens to the key of the device’s proof'),
      },
    ],
    ['5.1', { '`dpop_signing_alg_values_supported`': TOLD }],
    [
      '5.2',
      {
        '`dpop_bound_access_tokens`: no tokens without a proof': boundClient(
          'a must for a client that says so',
        ),
      },
    ],
    ['6', { 'resource servers can tell the key of a token': dpop('to the key of its proof') }],
    ['6.1', { '`cnf` with `jkt`': dpop('to the key of its proof') }],
    ['6.2', { '`cnf` in introspection': boundClient('only the access token of a client with credentials') }],
    [
      '7',
      {
        'a bound token needs its proof, with `ath`, by its key': dpop('the key of somebody else'),
        'several challenges, and `algs` (7.1)': TOLD,
        '`invalid_dpop_proof`, 401, at a resource (7.1)': dpop('at a resource'),
        'no downgrade to bearer (7.2)': dpop('a bound token as a bearer token'),
      },
    ],
    [
      '8',
      {
        '`use_dpop_nonce`, and the nonce with it': NONCE,
        'nonces can not be predicted (8)': NONCE,
        'pages can read it': boundClient('both tokens of a public client'),
        'a new one with each answer (8.2)': standardClients('binds its tokens to a key for %s'),
      },
    ],
    ['9', { 'nonces of resources': NONCE }],
    ['10', { '`dpop_jkt` binds the code': boundClient('the key that the authorization request names') }],
    [
      '10.1',
      {
        'the proof of a pushed request; another `dpop_jkt` is refused': boundClient(
          'the key of a pushed request',
        ),
      },
    ],
    [
      '11',
      {
        'a proof counts once, in its time (11.1)': ONCE,
        'it is not older than its nonce (11.2)': dpop('an hour old'),
        'no symmetric algorithm, no `none` (11.6)': FORGEABLE,
        'memory of proofs has a bound (11.1)': proofDesk('has a bound for each key'),
        'a code is bound to its verifier too (11.9)': code('another verifier'),
        'messages are not signed as a whole (11.7)': not('a statement, not a demand'),
      },
    ],
  ],
};
