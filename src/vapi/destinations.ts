import { z } from 'zod';
import { loose, present } from '../http/index.js';
import type { SipTransferDestination, TransferDestination } from './resources.js';

/** A transfer's destination as it is written (docs/providers/vapi.md, Tools). */
export const sipDestinationBody = (destination: SipTransferDestination): unknown =>
  present({
    type: 'sip',
    sipUri: destination.sipUri,
    message: destination.message,
    description: destination.description,
    transferPlan: present({ mode: destination.transferPlan.mode, sipVerb: destination.transferPlan.sipVerb }),
  });

/** A transfer's destination as it is read, in tools and in calls. */
export const destinationSchema = z
  .object({
    type: z.string(),
    sipUri: loose(z.string()),
    number: loose(z.string()),
    message: loose(z.string()),
    description: loose(z.string()),
    transferPlan: loose(z.object({ mode: z.string(), sipVerb: loose(z.string()) }).transform((plan) => present(plan))),
  })
  .transform((raw): TransferDestination => present(raw));
