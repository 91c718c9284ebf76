import type { PlaygroundTexts } from './en.ts';

export const ko: PlaygroundTexts = {
  start: {
    title: '시작',
    lead: '버려도 되는 계정을 채워 두었습니다. 그대로 쓰거나 바꾸세요.',
    username: '사용자 이름',
    password: '비밀번호',
    signUp: '가입',
    signIn: '기존 계정으로 로그인',
    problem: (status, description) => {
      if (status === 409) return '이미 쓰이고 있는 사용자 이름입니다.';
      if (status === 429) return '시도가 너무 많았습니다. 잠시 뒤에 다시 해 보세요.';
      return `거절되었습니다: ${description}`;
    },
    again: '다시 로그인',
    account: '계정 페이지에서 확인하기',
  },
  chainTitle: '세션 세대',
  coin: {
    current: (generation) => `${generation}세대: 현재`,
    spent: (generation) => `${generation}세대: 쓰임`,
    unseen: (generation) => `${generation}세대: 발급되었지만 이 페이지는 받지 못함`,
    dead: (generation) => `${generation}세대: 끝남`,
  },
  key: { current: '현재', spent: '쓰임', unseen: '받지 못함', dead: '끝남' },
  actionsTitle: '직접 해 보기',
  groups: { everyday: '평소', network: '네트워크가 말썽일 때', theft: '누가 훔쳤을 때', leave: '떠날 때' },
  actions: {
    callApi: ['API 호출', '접근 토큰으로 부릅니다. 만료되었으면 일곱 단계가 이어집니다.'],
    refresh: ['갱신', '갱신 토큰을 써서 새 한 쌍을 받습니다.'],
    expireNow: ['바로 만료', '1초만 사는 접근 토큰을 받아 기다립니다.'],
    twoTabs: ['두 탭에서 갱신', '같은 키로 두 요청을 동시에 보냅니다.'],
    loseAnswer: ['응답 잃어버리기', '발급자는 갱신했지만 페이지는 모릅니다.'],
    holdBack: ['요청 붙잡아 두기', '복사된 요청이 두 세대 늦게 도착합니다.'],
    stealLate: ['훔쳐서 나중에 쓰기', '내가 쓴 뒤에 사본을 씁니다.'],
    stealFirst: ['훔쳐서 먼저 쓰기', '내가 쓰기 전에 사본을 씁니다.'],
    signOutEverywhere: ['모든 곳에서 로그아웃', '무엇으로도 세션을 되살릴 수 없습니다.'],
  },
  stepsTitle: '일곱 단계',
  steps: [
    '클라이언트가 접근 토큰으로 API를 부릅니다.',
    '토큰이 만료되었습니다: 401, error="invalid_token".',
    '클라이언트가 두 토큰을 /auth/refresh로 보냅니다.',
    '발급자가 갱신 토큰 자체의 만료를 확인합니다.',
    '사용자 이름을 읽고, 그 사용자의 세션을 찾아 비교합니다.',
    '새 한 쌍을 발급합니다.',
    '저장된 값을 다시 씁니다. 옛 토큰은 이제 쓰인 것입니다.',
  ],
  stepState: { idle: '대기', done: '완료', failed: '여기서 거절됨' },
  token: {
    title: '접근 토큰',
    lead: '서명되었을 뿐 비밀은 아닙니다. 발급자의 공개 키가 있으면 누구나 읽고 확인할 수 있습니다.',
    life: '남은 수명',
    left: (seconds) => `${seconds}초 남음`,
    over: '만료됨',
    header: '헤더',
    payload: '내용',
    signature: '서명',
    checking: '/.well-known/jwks.json의 키로 확인하는 중 …',
    valid: (alg) => `${alg}. 방금 이 브라우저에서 /.well-known/jwks.json의 키로 확인했습니다: 진짜입니다.`,
    invalid: (alg) => `${alg}. /.well-known/jwks.json의 키로 확인되지 않습니다.`,
    unchecked: (alg) => `${alg}. 이 브라우저는 확인할 수 없습니다.`,
    refreshTitle: '갱신 토큰',
    refreshLead:
      '암호화되어 발급자만 읽을 수 있습니다. 이 페이지는 보여 주려고 변수에 담지만, 앱에서는 HttpOnly 쿠키에 둡니다.',
  },
  claims: {
    typ: '토큰의 종류: 접근 토큰입니다(RFC 9068). ID 토큰이 아닙니다.',
    alg: '서명 방식.',
    kid: '발급자의 어느 키로 서명했는지.',
    iss: '발급자: 누가 만들었는지.',
    sub: '주체: 누구에 관한 것인지.',
    aud: '대상: 어느 API가 받아도 되는지.',
    exp: '만료: 이때부터는 아무도 받지 않습니다.',
    nbf: '이전 불가: 이보다 먼저는 아무도 받지 않습니다.',
    iat: '발급 시각.',
    jti: '이 토큰만의 번호.',
    client_id: '받은 클라이언트.',
    scope: '무엇에 쓸 수 있는지.',
    sid: '속한 세션.',
    auth_time: '사용자가 로그인한 때.',
    amr: '로그인한 방법.',
    status: '끝난 세션의 목록에서 이 세션의 자리. API는 여기서 세션이 아직 유효한지 봅니다.',
  },
  log: {
    title: '실제로 보낸 것',
    lead: '최신이 먼저입니다. 열어서 읽어 보세요.',
    sender: { you: '나', tab: '내 다른 탭', thief: '도둑' },
    fate: { arrived: '', lost: '응답 유실', late: '붙잡혀 있었음' },
    request: '요청',
    answer: '응답',
  },
  stories: {
    start: () => '',
    welcome: () =>
      '로그인했고 0세대를 가지고 있습니다. 접근 토큰은 30초를 삽니다. 지금 API를 부르고, 다 된 뒤에 한 번 더 불러 보세요.',
    called: () => 'API가 접근 토큰을 받았습니다. 살아 있는 동안은 1단계가 전부입니다.',
    renewed: (from, to) =>
      `접근 토큰이 만료되어 API가 401로 답했습니다. ${from}세대 갱신 토큰을 써서 ${to}세대를 받았고, 호출이 성공했습니다.`,
    refreshed: (from, to) =>
      `${from}세대는 쓰였고 이제 ${to}세대를 가지고 있습니다. ${from}세대는 아무도 다시 쓸 수 없습니다.`,
    expiring: () => '1초만 사는 접근 토큰을 받았습니다. 기다리세요 …',
    expired: () => '만료되어 API가 401로 답했습니다. API를 불러 일곱 단계를 모두 보세요.',
    twoTabs: (from, to) =>
      `두 탭이 하나의 Idempotency-Key로 ${from}세대를 썼으므로 한 번의 시도입니다. 하나는 갱신, 하나는 반복이 되어 둘 다 ${to}세대를 받았습니다. 다른 곳에서는 이것을 도난으로 봅니다.`,
    lost: (from, to) =>
      `발급자는 ${to}세대를 만들었지만 응답이 사라졌습니다. 페이지에는 이미 쓰인 ${from}세대뿐입니다. 같은 키로 다시 보냅니다 …`,
    recovered: (from, to) =>
      `같은 시도이므로 같은 다음 세대, ${to}세대를 받았습니다. 응답을 잃어도 잃은 것이 없고, ${from}세대는 여전히 한 번만 쓰였습니다.`,
    heldBack: (from) => `네트워크가 ${from}세대를 쓴 요청의 사본을 붙잡고 있습니다. 계속 나아갑니다 …`,
    superseded: (from, to) =>
      `${from}세대를 담은 사본이 늦게 도착했습니다: 409 superseded. 바뀐 것은 없고 여전히 ${to}세대를 가지고 있으며, 아무도 로그아웃되지 않았습니다.`,
    stolen: (from) => `누군가 ${from}세대 갱신 토큰을 복사했습니다.`,
    thiefLate: (from) =>
      `${from}세대가 서로 다른 두 시도로 왔습니다. 발급자는 누가 도둑인지 알 수 없어 양쪽의 세션을 끝냈습니다. 내 요청도 거절되는 것을 보세요.`,
    thiefFirst: (from) =>
      `도둑이 ${from}세대를 먼저 썼습니다. 내가 쓰는 순간 들통나서, 도둑이 얻은 것까지 포함해 양쪽의 세션이 끝났습니다.`,
    signedOut: () => '이 계정의 모든 세션이 끝났습니다. 이어서 보낸 갱신은 거절되었습니다.',
    unreachable: () => '발급자에 닿지 못했습니다. 잃은 것은 없으니 다시 해 보세요.',
  },
};
