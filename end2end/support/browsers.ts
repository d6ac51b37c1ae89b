/** The two kinds of browser that every form must work in. */
export const BROWSERS = [
  { kind: 'with JavaScript', options: {} },
  { kind: 'without JavaScript', options: { javaScriptEnabled: false } },
] as const;
