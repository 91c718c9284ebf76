import { type Descriptions, refused } from './description.ts';

export const users: Descriptions = {
  'DELETE /admin/users/:username/sessions': {
    summary: 'End all sessions of a user, as the operator',
    description:
      'Those of clients too, `offline_access` or not. The password and all keys stand: the user may sign in again at once.',
    answers: {
      204: { description: 'They have ended, also if there were none' },
      401: refused('No access token, or not a good one'),
      403: refused('The access token lacks the scope `admin`'),
      404: refused('No such user'),
    },
  },
  'DELETE /admin/users/:username': {
    summary: 'Delete a user, as the operator',
    description:
      'For good: password, keys, consents and sessions are gone by the time of the answer, and a sign-in that was under way opens none. The name stays taken. Who is named in `ADMINS` isn’t deleted.',
    answers: {
      204: { description: 'The user is deleted, also if that was so before' },
      400: refused('The name of an admin'),
      401: refused('No access token, or not a good one'),
      403: refused('The access token lacks the scope `admin`'),
      404: refused('No such user, and there never was'),
    },
  },
};
