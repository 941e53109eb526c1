import { z } from 'zod';

/**
 * An object of a file or of an API. A key that is not declared is refused, with the ones that are: a
 * misspelled key must not be a default.
 */
export function noun<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ') || 'none';
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown: ${issue.keys?.join(', ')}. Remove it or correct its spelling; known here are ${known}.`
        : undefined,
  });
}

/** Of these members an object has one, and not two. */
export const exactlyOne = <Shape extends z.ZodType<object>>(shape: Shape, names: readonly [string, ...string[]]) =>
  shape.refine(
    (value: object) => names.filter((name) => (value as Record<string, unknown>)[name] !== undefined).length === 1,
    {
      error: `needs exactly one of ${names.join(', ')}.`,
      path: [names[0]],
    },
  );
