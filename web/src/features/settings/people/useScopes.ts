import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { complexesQuery, establishmentsQuery } from '../../../api/registry';
import { scopeOptions } from './scope';

/** The scopes that a role can be given for, with their names. */
export function useScopes() {
  const { t } = useTranslation();
  const { data: complexes = [] } = useQuery(complexesQuery);
  const { data: establishments = [] } = useQuery(establishmentsQuery(undefined));
  return scopeOptions(complexes, establishments, t('people.scope_system'));
}
