/**
 * AWS's published test suite for Signature Version 4, less its two requests with a session token: key AKIDEXAMPLE,
 * 2015-08-30, region us-east-1, service "service".
 */
export const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
export const AT = '20150830T123600Z';
export const SCOPE = { date: '20150830', region: 'us-east-1', service: 'service' };

export type Vector = {
  name: string;
  method: string;
  path: string;
  query: string;
  headers: [string, string[]][];
  body: string;
  signature: string;
};

export const VECTORS: Vector[] = [
  {
    name: 'get-header-key-duplicate',
    method: 'GET',
    path: '/',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['my-header1', ['value2', 'value2', 'value1']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: 'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  },
  {
    name: 'get-header-value-multiline',
    method: 'GET',
    path: '/',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['my-header1', ['value1', '  value2', '     value3']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: 'ba17b383a53190154eb5fa66a1b836cc297cc0a3d70a5d00705980573d8ff790',
  },
  {
    name: 'get-header-value-order',
    method: 'GET',
    path: '/',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['my-header1', ['value4', 'value1', 'value3', 'value2']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01',
  },
  {
    name: 'get-header-value-trim',
    method: 'GET',
    path: '/',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['my-header1', [' value1']],
      ['my-header2', [' "a   b   c"']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
  {
    name: 'get-unreserved',
    method: 'GET',
    path: '/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  },
  {
    name: 'get-utf8',
    method: 'GET',
    path: '/ሴ',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85',
  },
  {
    name: 'get-vanilla-empty-query-key',
    method: 'GET',
    path: '/',
    query: 'Param1=value1',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: 'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    method: 'GET',
    path: '/',
    query: 'Param2=value2&Param1=value1',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  {
    name: 'get-vanilla-query-order-key',
    method: 'GET',
    path: '/',
    query: 'Param1=value2&Param1=Value1',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: 'eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1',
  },
  {
    name: 'get-vanilla-query-order-value',
    method: 'GET',
    path: '/',
    query: 'Param1=value2&Param1=value1',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694',
  },
  {
    name: 'get-vanilla-query-unreserved',
    method: 'GET',
    path: '/',
    query:
      '-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
  },
  {
    name: 'get-vanilla-query',
    method: 'GET',
    path: '/',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-vanilla-utf8-query',
    method: 'GET',
    path: '/',
    query: 'ሴ=bar',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  },
  {
    name: 'get-vanilla',
    method: 'GET',
    path: '/',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-relative-relative',
    method: 'GET',
    path: '/example1/example2/../..',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-relative',
    method: 'GET',
    path: '/example/..',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-slash-dot-slash',
    method: 'GET',
    path: '/./',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-slash-pointless-dot',
    method: 'GET',
    path: '/./example',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: 'ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5',
  },
  {
    name: 'get-slash',
    method: 'GET',
    path: '//',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-slashes',
    method: 'GET',
    path: '//example//',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84',
  },
  {
    name: 'get-space',
    method: 'GET',
    path: '/example space/',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741',
  },
  {
    name: 'post-header-key-case',
    method: 'POST',
    path: '/',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'post-header-key-sort',
    method: 'POST',
    path: '/',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['my-header1', ['value1']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: 'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  },
  {
    name: 'post-header-value-case',
    method: 'POST',
    path: '/',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['my-header1', ['VALUE1']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: 'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
  },
  {
    name: 'post-sts-header-after',
    method: 'POST',
    path: '/',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'post-vanilla-empty-query-value',
    method: 'POST',
    path: '/',
    query: 'Param1=value1',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11',
  },
  {
    name: 'post-vanilla-query',
    method: 'POST',
    path: '/',
    query: 'Param1=value1',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11',
  },
  {
    name: 'post-vanilla',
    method: 'POST',
    path: '/',
    query: '',
    headers: [
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: '',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'post-x-www-form-urlencoded-parameters',
    method: 'POST',
    path: '/',
    query: '',
    headers: [
      ['content-type', ['application/x-www-form-urlencoded; charset=utf8']],
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: 'Param1=value1',
    signature: '1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe',
  },
  {
    name: 'post-x-www-form-urlencoded',
    method: 'POST',
    path: '/',
    query: '',
    headers: [
      ['content-type', ['application/x-www-form-urlencoded']],
      ['host', ['example.amazonaws.com']],
      ['x-amz-date', ['20150830T123600Z']],
    ],
    body: 'Param1=value1',
    signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  },
];
