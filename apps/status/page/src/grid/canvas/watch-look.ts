const MEDIA = ['(prefers-color-scheme: dark)', '(forced-colors: active)', '(prefers-contrast: more)']

/** Calls when colours may be others than before, which a canvas does not notice by itself. */
export function watchLook(onChange: () => void): Disposable {
  const ending = new AbortController()
  for (const query of MEDIA) matchMedia(query).addEventListener('change', onChange, ending)
  const attributes = new MutationObserver(onChange)
  attributes.observe(document.documentElement, { attributeFilter: ['class', 'style', 'data-theme'] })
  return {
    [Symbol.dispose]() {
      ending.abort()
      attributes.disconnect()
    },
  }
}

/** Calls when a CSS pixel has another number of the screen's: zoom, or a window that moved to another screen. */
export function watchRatio(onChange: () => void): Disposable {
  const ending = new AbortController()
  const wait = () =>
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
      'change',
      () => {
        wait()
        onChange()
      },
      { once: true, signal: ending.signal },
    )
  wait()
  return { [Symbol.dispose]: () => ending.abort() }
}
