import { AuthorityError } from '../../error-table.ts';
import { needsAdministratorPage } from '../../pages/needs-administrator-page.ts';
import { finishWith } from '../finish.ts';
import { frameOf } from '../frame-of.ts';
import type { Visit } from '../visit.ts';
import type { StepPage } from './step-page.ts';

export const needsAdministratorStep: StepPage = {
  show: (visit) => needsAdministratorPage(frameOf(visit), refusalOf(visit), visit.standing.requests),
  answer: (context, visit) => finishWith.refusal(context, visit, refusalOf(visit)),
};

const refusalOf = ({ standing: { tenant, application } }: Visit): AuthorityError =>
  new AuthorityError('adminConsentRequired', { tenant: tenant?.displayName ?? '', name: application.displayName });
