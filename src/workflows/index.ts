/**
 * Everything that a worker can run as a workflow: this file is what the bundle is made of.
 * Belongs here: workflow functions alone. Names are wire format. Does not: helpers.
 */
export { editAssistant } from './editAssistant.js';
export { offboardConnection } from './offboardConnection.js';
export { onboardConnection } from './onboardConnection.js';
export { onboardNumber } from './onboardNumber.js';
export { verifyConnection } from './verifyConnection.js';
export { verifyOnSchedule } from './verifyOnSchedule.js';
