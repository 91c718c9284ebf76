import type { Texts } from './en.ts';

export const ko: Texts = {
  skipToContent: '본문으로 건너뛰기',
  languageSwitch: '언어',
  navigation: '페이지',
  playground: '놀이터',
  account: '계정',
  docs: 'API',
  errorInTitle: (title) => `오류: ${title}`,

  signin: {
    title: '로그인',
    lead: '계정을 확인하고, 이 발급자를 쓰는 앱으로 계속하려면 로그인하세요.',
    username: '사용자 이름',
    password: '비밀번호',
    submit: '로그인',
    noAccount: '아직 계정이 없으신가요?',
    register: '계정 만들기',
    wrong: '사용자 이름 또는 비밀번호가 맞지 않습니다.',
    missingUsername: '사용자 이름을 입력하세요.',
    missingPassword: '비밀번호를 입력하세요.',
    throttled: (seconds) => `시도가 너무 많았습니다. ${seconds}초 뒤에 다시 시도하세요.`,
    tooManySessions: '로그인된 기기가 너무 많습니다. 먼저 한 곳에서 로그아웃하세요.',
    credentialsChanged: '방금 비밀번호가 바뀌었습니다. 새 비밀번호로 로그인하세요.',
  },
  registration: {
    title: '계정 만들기',
    lead: '사용자 이름과 비밀번호만 있으면 됩니다.',
    usernameHint: '영문자, 숫자, . _ @ + - 를 64자까지 쓸 수 있습니다. 나중에 바꿀 수 없습니다.',
    passwordHint: '8자 이상. 서로 관련 없는 낱말 여러 개가 좋습니다.',
    submit: '계정 만들기',
    hasAccount: '이미 계정이 있으신가요?',
    badUsername: 'a-z 0-9 . _ @ + - 가운데 1~64자를, 영문자나 숫자로 시작해 입력하세요.',
    badPassword: () => '제어 문자 없이 8자 이상 256자 이하로 입력하세요.',
    weakPassword: () => '추측하기 너무 쉬운 비밀번호입니다. 서로 관련 없는 낱말을 더해 길게 만들어 보세요.',
    taken: '이미 쓰이고 있는 사용자 이름입니다.',
    closed: '지금은 가입할 수 없습니다.',
  },
  fault: {
    foreignForm: {
      title: '다른 곳에서 온 양식입니다',
      text: '안전을 위해 처리하지 않았습니다. 이곳에서 페이지를 열고 다시 시도하세요.',
    },
    unavailable: { title: '지금은 붐빕니다', text: '바뀐 것은 없습니다. 잠시 뒤에 다시 시도하세요.' },
    back: '돌아가기',
  },
};
