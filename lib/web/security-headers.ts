/** Headers that keep a browser from doing more with an answer than it is for. No area lets in anything from a foreign origin. */
import type { OutgoingHttpHeaders } from 'node:http';

/** `own`: JSON and event streams · `dashboard`: Dashboard 2 · `editor`: the flow editor. */
export type Area = 'own' | 'dashboard' | 'editor';

const PAGE = {
  'default-src': "'self'",
  // Both programs write style elements at run time.
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data: blob:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
  'worker-src': "'self' blob:",
  'object-src': "'none'",
  'base-uri': "'self'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
};

const POLICIES: Record<Area, Record<string, string>> = {
  own: { 'default-src': "'none'", 'frame-ancestors': "'none'" },
  // Its templates are compiled in the browser.
  dashboard: { ...PAGE, 'script-src': "'self' 'unsafe-eval'" },
  // Its palette is made of inline scripts.
  editor: { ...PAGE, 'script-src': "'self' 'unsafe-inline' 'unsafe-eval'" },
};

/** The Content-Security-Policy of an area. */
export function contentSecurityPolicy(area: Area): string {
  return Object.entries(POLICIES[area])
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}

/** Everything to be set on an answer of this area, before its own headers. */
export function securityHeaders(area: Area): OutgoingHttpHeaders {
  return {
    'content-security-policy': contentSecurityPolicy(area),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // With `no-referrer` a browser would send `Origin: null` with our own forms.
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}
