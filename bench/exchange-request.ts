import { randomUUID } from 'node:crypto';
import type { Material } from './servers/material.ts';

const serialBase = randomUUID().slice(0, 24);

/** The nth exchange: a bearer of many, and an id of its own. */
export const exchangeRequest = ({ bearers }: Material, serial: number): string =>
  [
    'POST /v3/generatetoken HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Bearer ${bearers[serial % bearers.length]}`,
    'Accept: application/json',
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Length: 20',
    `ms-requestid: ${serialBase}${serial.toString(16).padStart(12, '0')}`,
    '',
    'grant_type=jwt_token',
  ].join('\r\n');
