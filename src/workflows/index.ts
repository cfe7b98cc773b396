/**
 * Everything that a worker can run as a workflow: this file is what the bundle is made of.
 * Belongs here: workflow functions alone. Names are wire format. Does not: helpers.
 */
export { editAssistant } from './assistants/editAssistant.js';
export { offboardConnection } from './offboarding/offboardConnection.js';
export { onboardConnection } from './onboarding/onboardConnection.js';
export { onboardNumber } from './onboarding/onboardNumber.js';
export { planConnection } from './planning/planConnection.js';
export { verifyConnection } from './verification/verifyConnection.js';
export { verifyOnSchedule } from './verification/verifyOnSchedule.js';
