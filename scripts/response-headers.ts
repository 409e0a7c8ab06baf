// What every response of a built page carries, and what the page itself says where nobody sends headers: one policy, made
// here. Hosts take it from dist/_headers, `vite preview` and the service worker from this file.
import { createHash } from 'node:crypto';
import { BRIDGE_URL } from '../src/base/bridge-address.ts';
import { FRAME_SCRIPT } from '../src/workers/pipeline/frame-script.ts';
import { namedConnections } from './named-connections.mjs';

/** Shared memory needs the first two on the page and on every worker script, the third on what they load. */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * What the page and its workers may run and reach. Code and style that stand in `html` itself are allowed by what they
 * are: they work where no file is loaded.
 */
export function contentSecurityPolicy(html: string): string {
  const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const hashes = (tag: string) =>
    [...html.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))].map(([, text]) => hashOf(text!));
  return [
    "default-src 'none'",
    // The frame of a user's module is held to this policy and to its own, which is far narrower: what both allow is its
    // script, and the worker and the module that it makes of text.
    ["script-src 'self' blob: 'wasm-unsafe-eval'", ...hashes('script'), hashOf(FRAME_SCRIPT)].join(' '),
    "worker-src 'self' blob:",
    ["style-src 'self'", ...hashes('style')].join(' '),
    "img-src 'self' data: blob:",
    "font-src 'self'",
    // Instruments on the network are reached through the bridge, which has one address, or named by whoever builds or
    // starts the page; all else is our own origin.
    ["connect-src 'self'", BRIDGE_URL, ...namedConnections()].join(' '),
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The policy as a header: only there can it say that no page may show this one in a frame. */
export function responseHeaders(html: string): Readonly<Record<string, string>> {
  return {
    ...ISOLATION_HEADERS,
    'Content-Security-Policy': `${contentSecurityPolicy(html)}; frame-ancestors 'none'`,
    // for browsers that do not know frame-ancestors
    'X-Frame-Options': 'DENY',
  };
}

/** The headers in the form that several static hosts read from a file `_headers`. */
export function headersFile(html: string): string {
  const lines = Object.entries(responseHeaders(html)).map(([name, value]) => `  ${name}: ${value}\n`);
  return `/*\n${lines.join('')}`;
}
