import { z } from 'zod';
import type { JsonObject } from './resources.js';

/**
 * An object as it came, not a copy that zod has rebuilt: what is sent back later must be the same to the
 * letter.
 */
export const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);
