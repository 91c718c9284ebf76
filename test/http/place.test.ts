import { describe, expect, it } from 'vitest';
import { describeDevice } from '../../src/http/place.ts';

const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const ANDROID = 'Mozilla/5.0 (Linux; Android 10; K)';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)';
const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const MOBILE = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';
const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';

describe('a device', () => {
  it.each([
    ['Chrome on Windows', `${WINDOWS} ${CHROME}`],
    ['Chrome on Android', `${ANDROID} ${MOBILE}`],
    ['Chrome on Chrome OS', `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME}`],
    ['Chrome on iOS', `${IPHONE} ${WEBKIT} CriOS/140.0 Mobile/15E148 Safari/604.1`],
    ['Chrome on Linux', `Mozilla/5.0 (X11; Linux x86_64) ${CHROME.replace('Chrome', 'HeadlessChrome')}`],
    ['Microsoft Edge on Windows', `${WINDOWS} ${CHROME} Edg/140.0.0.0`],
    ['Microsoft Edge on Android', `${ANDROID} ${MOBILE} EdgA/140.0.0.0`],
    ['Microsoft Edge on iOS', `${IPHONE} ${WEBKIT} Version/18.0 EdgiOS/140.0 Mobile/15E148 Safari/605.1.15`],
    ['Opera on Windows', `${WINDOWS} ${CHROME} OPR/120.0`],
    ['NAVER Whale Browser on Windows', `${WINDOWS} ${CHROME.replace('Chrome', 'Whale/4.30 Chrome')}`],
    [
      'Samsung Internet for Android on Android',
      `${ANDROID} ${MOBILE.replace('Chrome', 'SamsungBrowser/27.0 Chrome')}`,
    ],
    ['Electron on macOS', `${MAC} ${CHROME.replace('Safari', 'Electron/38.0 Safari')}`],
    ['Safari on macOS', `${MAC} ${WEBKIT} Version/18.1 Safari/605.1.15`],
    ['Safari on iOS', `${IPHONE} ${WEBKIT} Version/18.1 Mobile/15E148 Safari/604.1`],
    ['Safari on iOS', `${IPHONE} ${WEBKIT} Mobile/15E148`],
    ['Firefox on iOS', `${IPHONE} ${WEBKIT} FxiOS/130.0 Mobile/15E148 Safari/605.1.15`],
    ['Firefox on Android', 'Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0'],
    ['Internet Explorer on Windows', 'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko'],
    ['curl', 'curl/8.9.1'],
    ['python-requests', 'python-requests/2.32.3'],
    ['Unknown device', ''],
    ['Unknown device', '\u0000<script>'],
  ])('%s', (device, userAgent) => {
    expect(describeDevice(userAgent)).toBe(device);
  });

  it('has a name of bounded length, however long it says', () => {
    expect(describeDevice('a'.repeat(10_000))).toBe('a'.repeat(60));
  });
});
