import type { HttpReply } from '../../../http/message.ts';
import type { Form } from '../../../protocol/form.ts';
import type { AuthorityContext } from '../../context.ts';
import type { Problem } from '../../pages/frame.ts';
import type { Visit } from '../visit.ts';

/** A page of an interaction and what its form does. The marker was checked before `answer` is called. */
export interface StepPage {
  show(visit: Visit, problem?: Problem): HttpReply;
  answer(context: AuthorityContext, visit: Visit, form: Form): Promise<HttpReply>;
  /** What the person decides about, bound into the form's marker. */
  shown?(visit: Visit): string;
}
