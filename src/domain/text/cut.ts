/**
 * A text of at most so many UTF-16 units; what is cut ends in an ellipsis, and no character is halved: half
 * of one is no text, and Temporal stores another in its place.
 */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const last = longest - 1;
  return `${text.slice(0, isFirstHalf(text.charCodeAt(last - 1)) ? last - 1 : last)}…`;
}

const isFirstHalf = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
