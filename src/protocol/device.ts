import { isJsonObject, ownText, strictJson, wholeNumber } from '../base/json.ts';
import type { TokenEndpointVersion } from './token-request.ts';
import { WireError } from './wire-error.ts';

/** Answer of the device code endpoint (RFC 8628 section 3.2). Entra sends no `verification_uri_complete`. */
export interface DeviceAuthorization {
  readonly userCode: string;
  readonly deviceCode: string;
  readonly verificationUri: string;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
  /** For the person in front of the device. */
  readonly message: string;
}

/** v1 spells the address `verification_url` and writes numbers as text. */
export function encodeDeviceAuthorization(device: DeviceAuthorization, version: TokenEndpointVersion): string {
  const number = (value: number) => (version === 'v1' ? String(value) : value);
  return JSON.stringify({
    user_code: device.userCode,
    device_code: device.deviceCode,
    [version === 'v1' ? 'verification_url' : 'verification_uri']: device.verificationUri,
    expires_in: number(device.expiresInSeconds),
    interval: number(device.intervalSeconds),
    message: device.message,
  });
}

/** RFC 8628 section 3.2: the interval of an answer that names none. */
const defaultIntervalSeconds = 5;

/** Reads either version. Throws `WireError` naming the field that is missing. */
export function decodeDeviceAuthorization(text: string): DeviceAuthorization {
  const body = strictJson(text);
  if (!isJsonObject(body)) throw new WireError('unreadable', 'The device code answer is not a JSON object.');
  const required = <Value>(field: string, value: Value | undefined): Value => {
    if (value === undefined) throw new WireError('missing', `The device code answer holds no ${field}.`, { field });
    return value;
  };
  return {
    userCode: required('user_code', ownText(body, 'user_code')),
    deviceCode: required('device_code', ownText(body, 'device_code')),
    verificationUri: required(
      'verification_uri',
      ownText(body, 'verification_uri') ?? ownText(body, 'verification_url'),
    ),
    expiresInSeconds: required('expires_in', wholeNumber(body.expires_in)),
    intervalSeconds: wholeNumber(body.interval) ?? defaultIntervalSeconds,
    message: ownText(body, 'message') ?? '',
  };
}
