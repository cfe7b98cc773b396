/**
 * What kind of step a name is of. Steps on a number or an assistant are named after it, and are many; every
 * other name stands for itself.
 */
export const stepKind = (name: string): string =>
  name
    .replace(/ \+[0-9]+$/, ' of numbers')
    .replace(/^tool on assistant .+$/, 'tool on assistants')
    .replace(/^assistant .+ read again$/, 'assistants read again');
