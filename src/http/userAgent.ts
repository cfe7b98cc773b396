import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/**
 * Sent with every request: Vapi's front door refuses some default agents (docs/providers/vapi.md,
 * Authentication and headers).
 */
export const userAgent = `patchbay/${version}`;
