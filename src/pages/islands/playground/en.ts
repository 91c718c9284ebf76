type Story = (from: number, to: number) => string;
type StoryKey =
  | 'start'
  | 'welcome'
  | 'called'
  | 'renewed'
  | 'refreshed'
  | 'expiring'
  | 'expired'
  | 'twoTabs'
  | 'lost'
  | 'recovered'
  | 'heldBack'
  | 'superseded'
  | 'stolen'
  | 'thiefLate'
  | 'thiefFirst'
  | 'signedOut'
  | 'unreachable';

export type PlaygroundTexts = typeof en;

/** The English texts set the form. */
export const en = {
  start: {
    title: 'Begin',
    lead: 'A throwaway account is filled in. Take it, or choose your own.',
    username: 'Username',
    password: 'Password',
    signUp: 'Sign up',
    signIn: 'Sign in instead',
    problem: (_status: number, description: string) => description,
    again: 'Sign in again',
    account: 'See what your account page says',
  },
  chainTitle: 'The session, generation by generation',
  coin: {
    current: (generation: number) => `Generation ${generation}: current`,
    spent: (generation: number) => `Generation ${generation}: spent`,
    unseen: (generation: number) => `Generation ${generation}: minted, not seen by this page`,
    dead: (generation: number) => `Generation ${generation}: ended`,
  },
  key: { current: 'current', spent: 'spent', unseen: 'not seen here', dead: 'ended' },
  actionsTitle: 'Make it happen',
  groups: {
    everyday: 'Every day',
    network: 'When the network fails',
    theft: 'When somebody steals',
    leave: 'To leave',
  },
  actions: {
    callApi: ['Call the API', 'With the access token. If it has expired, all seven steps follow.'],
    refresh: ['Refresh', 'Spend the refresh token for a new pair.'],
    expireNow: ['Expire now', 'Take an access token that lives one second, and wait.'],
    twoTabs: ['Refresh in two tabs', 'Two requests at once, with one key.'],
    loseAnswer: ['Lose an answer', 'The issuer renews; the page never hears of it.'],
    holdBack: ['Hold a request back', 'A duplicate arrives two generations late.'],
    stealLate: ['Steal, replay late', 'A copy is used after you used it.'],
    stealFirst: ['Steal, use first', 'A copy is used before you use it.'],
    signOutEverywhere: ['Sign out everywhere', 'Nothing brings the session back.'],
  },
  stepsTitle: 'The seven steps',
  steps: [
    'The client calls the API with its access token.',
    'The token has expired: 401, error="invalid_token".',
    'The client sends both tokens to /auth/refresh.',
    'The issuer checks the refresh token’s own end.',
    'It reads the username, looks up that user’s session, and compares.',
    'It issues a new pair.',
    'It rewrites the stored value: the old token is spent.',
  ],
  stepState: { idle: 'waiting', done: 'done', failed: 'refused here' },
  token: {
    title: 'The access token',
    lead: 'Signed, not secret: anybody who has the issuer’s public keys can read and check it.',
    life: 'Its life',
    left: (seconds: number) => `${seconds} s left`,
    over: 'expired',
    header: 'Header',
    payload: 'Payload',
    signature: 'Signature',
    checking: 'Being checked against /.well-known/jwks.json …',
    valid: (alg: string) =>
      `${alg}. Checked just now in this browser with the key from /.well-known/jwks.json: genuine.`,
    invalid: (alg: string) => `${alg}. It does not verify with the key from /.well-known/jwks.json.`,
    unchecked: (alg: string) => `${alg}. This browser can’t check it.`,
    refreshTitle: 'The refresh token',
    refreshLead:
      'Encrypted: nobody but the issuer can read it. This page holds it in a variable to show it; your app keeps it in an HttpOnly cookie.',
  },
  claims: {
    typ: 'What kind of token it is: an access token (RFC 9068), never an ID token.',
    alg: 'How it is signed.',
    kid: 'Which of the issuer’s keys signed it.',
    iss: 'Issuer: who made it.',
    sub: 'Subject: whom it is about.',
    aud: 'Audience: which API may take it.',
    exp: 'Expires: nobody takes it from then on.',
    nbf: 'Not before: nobody takes it earlier.',
    iat: 'Issued at.',
    jti: 'Its own number.',
    client_id: 'The client it was given to.',
    scope: 'What it is good for.',
    sid: 'The session it belongs to.',
    auth_time: 'When the user signed in.',
    amr: 'How the user signed in.',
    status: 'Its session’s place in the list of ended sessions, where an API sees whether it still stands.',
  } as Readonly<Record<string, string>>,
  log: {
    title: 'What was really sent',
    lead: 'The newest first. Open one to read it.',
    sender: { you: 'you', tab: 'your other tab', thief: 'the thief' },
    fate: { arrived: '', lost: 'answer lost', late: 'held back' },
    request: 'Request',
    answer: 'Answer',
  },
  stories: {
    start: () => '',
    welcome: () =>
      'You are signed in, and hold generation 0. Your access token lives 30 seconds: call the API now, and once more when it has run out.',
    called: () => 'The API took the access token: step 1 is all there is while it lives.',
    renewed: (from, to) =>
      `The access token had expired, so the API said 401. The refresh token of generation ${from} was spent for generation ${to}, and the call went through.`,
    refreshed: (from, to) => `Generation ${from} is spent, you hold ${to}. Nobody can spend ${from} again.`,
    expiring: () => 'You hold an access token that lives one second. Wait …',
    expired: () => 'It is over, and the API said 401. Call the API to see all seven steps.',
    twoTabs: (from, to) =>
      `Both tabs spent generation ${from} with one Idempotency-Key, so it was one attempt: one rotated, one repeated, and both got ${to}. Elsewhere this is taken for theft.`,
    lost: (from, to) =>
      `The issuer minted ${to}, and its answer was lost. You still hold ${from}, which is spent. The page repeats the request with the same key …`,
    recovered: (from, to) =>
      `The same attempt again, so the same successor: ${to}. A lost answer cost nothing, and ${from} was still spent only once.`,
    heldBack: (from) => `The network kept a copy of the request that spent ${from}. You go on …`,
    superseded: (from, to) =>
      `The copy with generation ${from} arrived late: 409 superseded. It changed nothing, you still hold ${to}, and nobody was signed out.`,
    stolen: (from) => `Somebody copied your refresh token of generation ${from}.`,
    thiefLate: (from) =>
      `Generation ${from} came twice, by two attempts. The issuer can’t tell who is the thief, so the session ended for both: see how your own requests are refused too.`,
    thiefFirst: (from) =>
      `The thief spent generation ${from} first. As soon as you used yours, it was found: the session ended for both, with all that the thief had got.`,
    signedOut: () => 'Every session of this account has ended. The refresh that followed was refused.',
    unreachable: () => 'The issuer could not be reached. Nothing was lost: try again.',
  } as Record<StoryKey, Story>,
};
