import { AuthError } from '../client/errors.ts';
import { longName, type OptionValues, textValue } from './options.ts';

/** The value of an option that takes whole days. */
export function wholeDays(values: OptionValues, key: string): number | undefined {
  const text = textValue(values, key);
  if (text === undefined || /^\d{1,4}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new AuthError('invalid_parameters', `${longName(key)} takes whole days from 0 to 9999.`);
}
