import type { AdministeredPart, ConsoleSession, Tenant, User } from '../domain/index.ts';
import type { HttpReply, HttpRequest } from '../http/message.ts';
import type { PathParameter } from '../http/router.ts';
import type { Form } from '../protocol/form.ts';
import type { ConsoleContext } from './context.ts';

/** One request, before anybody knows whose. */
export interface Call {
  readonly http: HttpRequest;
  readonly parameter: PathParameter;
  readonly now: Date;
}

/** Whoever is signed in to the console. */
export interface Visitor {
  readonly session: ConsoleSession;
  readonly user: User;
  readonly tenant: Tenant;
}

/** One request of somebody who may make it. */
export interface Visit extends Call, Visitor, SentForm {}

/** What a form of ours sent; empty for a page that is only looked at. */
export interface SentForm {
  readonly form: Form;
  /** By the name of their field. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** `anybody`: without a session. `signedIn`: everybody with one. The others administer a part of their partner tenant. */
export type Who = 'anybody' | 'signedIn' | AdministeredPart;

type Method = 'GET' | 'POST';

/** Which request is answered how, and whose it may be. A segment that begins with a colon is a parameter. */
export type ConsoleRoute =
  | readonly [
      method: Method,
      path: string,
      who: 'anybody',
      answer: (context: ConsoleContext, call: Call) => Promise<HttpReply>,
    ]
  | readonly [
      method: Method,
      path: string,
      who: Exclude<Who, 'anybody'>,
      answer: (context: ConsoleContext, visit: Visit) => Promise<HttpReply>,
    ];
