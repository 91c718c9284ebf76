/** What the pages say, in one language. The English ones set the form. */
export type Texts = typeof en;

export const en = {
  skipToContent: 'Skip to content',
  languageSwitch: 'Language',
  navigation: 'Pages',
  playground: 'Playground',
  account: 'Account',
  docs: 'API',
  errorInTitle: (title: string) => `Error: ${title}`,

  signin: {
    title: 'Sign in',
    lead: 'To see your account, and to continue to apps that use this issuer.',
    username: 'Username',
    password: 'Password',
    submit: 'Sign in',
    noAccount: 'No account yet?',
    register: 'Create one',
    wrong: 'The username or the password is wrong.',
    missingUsername: 'Enter your username.',
    missingPassword: 'Enter your password.',
    throttled: (seconds: number) => `Too many attempts. Try again in ${seconds} seconds.`,
    tooManySessions: 'You are signed in on too many devices. Sign out on one of them first.',
    credentialsChanged: 'The password was changed just now. Sign in with the new one.',
  },
  registration: {
    title: 'Create an account',
    lead: 'A username and a password, nothing else.',
    usernameHint: 'Letters, digits and . _ @ + -, up to 64. It can’t be changed later.',
    passwordHint: 'At least 8 characters. Several unrelated words make a good one.',
    submit: 'Create account',
    hasAccount: 'Have an account?',
    badUsername: 'Use 1 to 64 of a-z 0-9 . _ @ + -, beginning with a letter or digit.',
    badPassword: (description: string) => description,
    weakPassword: (description: string) => description,
    taken: 'This username is taken.',
    closed: 'Registration is closed.',
  },
  fault: {
    foreignForm: {
      title: 'This form came from elsewhere',
      text: 'For your safety it was not taken. Open the page here and try again.',
    },
    unavailable: { title: 'Busy just now', text: 'Nothing was changed. Try again in a moment.' },
    back: 'Go back',
  },
};
