/** Exports of call records, as tests of either API version ask for them and read their files. */
import { gunzipSync } from 'node:zlib';

import { parse } from 'csv-parse/sync';

import type { Answer, Rig } from './didwwRig.js';
import { create } from './didwwRig.js';

/** Milliseconds. */
export const HOUR = 3_600_000;

/** A moment as exports write it. */
export const written = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');

/** Filters of the last two hours. */
export const lastHours = (): object => ({ from: written(Date.now() - 2 * HOUR), to: written(Date.now()) });

/** Asks for an export. */
export const askFor = (rig: Rig, attributes: object): Promise<Answer> =>
  rig.send('POST', '/exports', create('exports', attributes));

/** Address of the file of an export that was just made. */
export async function addressOf(rig: Rig, made: Answer): Promise<string> {
  rig.advance(1000);
  return String((await rig.get(`/exports/${made.document.data.id}`)).document.data.attributes['url']);
}

/** The rows of the file of an export that was just made, the names of its columns first. */
export async function rowsOf(rig: Rig, made: Answer): Promise<readonly (readonly string[])[]> {
  const file = await rig.get(await addressOf(rig, made));
  return parse(gunzipSync(file.bytes));
}
