import { existsSync } from 'node:fs'

export const HOW_TO_GET_CHROMIUM =
  'install Chromium (Debian: apt-get install chromium) or set CHROMIUM_PATH to a Chromium or Chrome'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const chromiumPath = (): string | undefined =>
  [process.env['CHROMIUM_PATH'], ...PLACES].find(path => path !== undefined && existsSync(path))
